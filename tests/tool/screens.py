#!/usr/bin/env python3
"""What a person sees: errors, progress, summaries and the demo on terminals of all sizes."""

import os
import pathlib
import re
import signal
import sys
import tempfile

import support

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "tools" / "lib"))
import screen  # noqa: E402

COLOURED = {"TERM": "xterm-256color"}


def on_terminal(*words, columns=80, rows=24, stdout=None, cwd=None, **variables):
    return screen.Terminal(
        [support.TOOL, *map(str, words)],
        columns,
        rows,
        env=support.environment(**{**COLOURED, **variables}),
        cwd=cwd,
        stdout=stdout,
    )


class Errors(support.unittest.TestCase):
    def test_three_lines(self):
        words = (
            *("stream", "info", "a/b", "--controller", f"tcp://127.0.0.1:{support.closed_port()}"),
            *support.SHORT,
        )
        for variables, coloured in (({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)):
            with self.subTest(variables):
                shown = on_terminal(*words, columns=400, **variables)
                self.assertEqual(shown.finish(), support.UNREACHABLE)
                lines = [line for line in shown.screen.text() if line]
                self.assertEqual(len(lines), 3, lines)
                for line, begin in zip(lines, ("error: ", "where: ", "hint:  ")):
                    self.assertTrue(line.startswith(begin), lines)
                self.assertIn("controller 127.0.0.1:", lines[1])
                self.assertEqual(bool(shown.screen.colours), coloured)

    def test_words_stay_whole(self):
        words = ("stream", "info", "a/b", "--controller", f"tcp://127.0.0.1:{support.closed_port()}")
        wide = on_terminal(*words, *support.SHORT, columns=400)
        narrow = on_terminal(*words, *support.SHORT, columns=50)
        self.assertEqual(wide.finish(), support.UNREACHABLE)
        self.assertEqual(narrow.finish(), support.UNREACHABLE)
        lines = [line for line in narrow.screen.text() if line]
        self.assertGreater(len(lines), 3)
        # Ports and numbers of attempts differ from run to run.
        plain = [re.sub(r"\d+", "N", " ".join(text)).split() for text in (wide.screen.text(), lines)]
        self.assertEqual(*plain)
        for line in lines:
            self.assertRegex(line, r"^(error: |where: |hint:  | {7})\S")

    def test_a_wait_is_shown_at_one_place(self):
        server = support.BadServer("silent")
        self.addCleanup(server.stop)
        shown = on_terminal(
            *("stream", "info", "a/b", "--controller", f"tcp://{server.address}"),
            *("--timeout", 4),
        )
        seen = set()
        while shown.read(0.1):
            seen |= {line for line in shown.screen.text() if ": waiting for " in line}
        self.assertEqual(shown.finish(), support.UNREACHABLE)
        self.assertGreaterEqual(len(seen), 1)
        self.assertTrue(all(re.match(r"\d+ s of \d+ s at most: waiting for the controller", line) for line in seen), seen)
        text = "\n".join(shown.screen.text())
        self.assertNotIn("waiting for", text)
        self.assertIn("error: ", text)


class Help(support.unittest.TestCase):
    def test_every_line_fits(self):
        rows = support.call("help", "--machine").stdout.decode().splitlines()
        verbs = {row.split("\t")[1] for row in rows if row.startswith("verb\t")}
        self.assertIn("stream scale", verbs)
        for verb in ["", *sorted(verbs)]:
            with self.subTest(verb):
                done = support.call(*verb.split(), "--help")
                self.assertEqual(done.returncode, support.OK)
                lines = done.stdout.decode().splitlines()
                self.assertLessEqual(max(map(len, lines)), 80, max(lines, key=len))
                self.assertNotIn("\n\n\n", done.stdout.decode())


class Progress(support.ToolTest):
    def watched(self, *words, stdout=None):
        """All lines that the screen ever showed, and those that it shows in the end."""
        shown = on_terminal(*words, *self.at(), stdout=stdout, columns=120)
        seen = set()
        while shown.read(0.05):
            seen |= set(shown.screen.text())
        self.assertEqual(shown.finish(), support.OK, shown.screen.text())
        return seen, [line for line in shown.screen.text() if line]

    def test_bench(self):
        name = self.stream()
        seen, last = self.watched("bench", "write", name, "--events", 3000, "--rate", 3000)
        self.assertTrue(any(re.search(r"[█░]+ [\d,]+ of 3,000 events, ", line) for line in seen), seen)
        self.assertEqual(len(last), 1)
        self.assertRegex(
            last[0],
            r"^3,000 events, [\d.]+ k/s, [\d.]+ [kM]B/s, [\d.]+ µs CPU per event, "
            r"p50 [\d.]+ [µm]s, p99 [\d.]+ [µm]?s$",
        )
        _, last = self.watched("bench", "read", name, "--events", 3000)
        self.assertRegex(last[0], r"^3,000 events, .*each number arrived$")
        _, last = self.watched("verify", name, "--events", 3000)
        self.assertRegex(last[-1], r"3,000 events in .*: each arrived once and in order")
        with open(os.devnull, "wb") as nowhere:
            _, last = self.watched("read", name, stdout=nowhere)
        self.assertRegex(last[-1], r"^3,000 events \(300.00 kB\) in ")

    def watched_group(self, group):
        """The screen before and after a signal ends the watch between two looks."""
        words = ("group", "describe", group, "--watch", "--interval-s", 1, *self.at())
        for _ in range(20):
            shown = on_terminal(*words)
            support.wait_until(
                lambda: shown.read(0.1) and any("more lines" in line for line in shown.screen.text())
            )
            lines = [line for line in shown.screen.text() if line]
            shown.process.send_signal(signal.SIGINT)
            code = shown.finish()
            if code == support.OK:
                return lines, "\n".join([*shown.screen.scrolled, *shown.screen.text()])
            # A signal that comes during a look ends the process at once.
            self.assertEqual(code, support.INTERRUPTED)
        return self.fail("no signal came between two looks")

    def test_watching_a_group(self):
        name = self.stream()
        self.run_tool("stream", "create", name, "--segments", 40)
        self.run_tool("group", "create", "scope/watched", "--stream", name)
        lines, text = self.watched_group("scope/watched")
        self.assertEqual(len(lines), 23, lines)
        self.assertTrue(lines[0].startswith("group "), lines)
        self.assertRegex(lines[3], r"^reader .* unread$")
        self.assertEqual(lines[-1], "... 24 more lines")
        # The last look stays, whole.
        self.assertEqual(text.count("(nobody)"), 41)
        self.assertNotIn("more lines", text)


class Demo(support.unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def test_any_size(self):
        for columns, rows in ((80, 24), (40, 10), (0, 0), (120, 40), (20, 3), (1, 1)):
            for words in ([], ["--watch-status"]):
                with self.subTest((columns, rows), words=words):
                    shown = on_terminal(
                        "demo", "--seconds", 1, *words, columns=columns, rows=rows, cwd=self.folder
                    )
                    self.assertEqual(shown.finish(), support.OK, shown.screen.text())
                    text = "".join([*shown.screen.scrolled, *shown.screen.text()])
                    self.assertIn("Everylineisthere,once", text.replace(" ", ""))

    def test_colours(self):
        for variables, coloured in (({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)):
            with self.subTest(variables):
                shown = on_terminal("demo", "--seconds", 1, cwd=self.folder, **variables)
                self.assertEqual(shown.finish(), support.OK, shown.screen.text())
                self.assertEqual(bool(shown.screen.colours), coloured)

    def test_nothing_is_left_of_the_frames(self):
        shown = on_terminal("demo", "--seconds", 3, "--watch-status", cwd=self.folder)
        frames = 0
        while shown.read(0.05):
            text = shown.screen.text()
            if not any("supervision tree" in line for line in text):
                continue
            frames += 1
            self.assertEqual(sum("written  " in line for line in text), 1, text)
        self.assertEqual(shown.finish(), support.OK, shown.screen.text())
        self.assertGreater(frames, 3)
        whole = [*shown.screen.scrolled, *shown.screen.text()]
        self.assertNotIn("supervision tree", "\n".join(whole))
        # The story stays: what happened, and the table.
        self.assertTrue(any("killed a segment writer" in line for line in whole), whole)
        self.assertTrue(any("split segment" in line for line in whole), whole)
        self.assertLess(len(whole), 90)

    def test_resizing(self):
        shown = on_terminal("demo", "--seconds", 2, cwd=self.folder)
        for columns, rows in ((100, 30), (60, 12), (80, 24)):
            shown.read(0.5)
            shown.resize(columns, rows)
        self.assertEqual(shown.finish(), support.OK, shown.screen.text())
        self.assertIn("Every line is there", "\n".join(shown.screen.text()))

    def test_a_folder_that_cannot_be_written(self):
        done = support.call("demo", "--seconds", 0.2, cwd="/proc")
        self.assertEqual(done.returncode, support.OK, done.stderr)
        self.assertIn("the stream will not be drawn", done.stderr)
        wanted = support.call("demo", "--seconds", 0.2, "--lineage", "/proc/x.svg")
        self.assertEqual(wanted.returncode, support.LOCAL_FAILURE)
        self.assertEqual(wanted.stdout, b"")


if __name__ == "__main__":
    support.main()
