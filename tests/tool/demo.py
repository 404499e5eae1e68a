#!/usr/bin/env python3
"""`demo`: the check holds while connections are cut, segments split and merged and actors killed,
with every kind of server and file."""

import json
import os
import pty
import re
import tempfile
import xml.etree.ElementTree

import support


def log_file(lines):
    file = tempfile.NamedTemporaryFile("wb", suffix=".log")
    file.write(b"".join(lines))
    file.flush()
    return file


class Demo(support.ToolTest):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.picture = os.path.join(folder.name, "lineage.svg")

    def demo(self, *words, expect=support.OK):
        done = support.call("demo", "--json", "--lineage", self.picture, *words)
        self.assertEqual(done.returncode, expect, done.stderr)
        return json.loads(done.stdout)

    def assert_held(self, found, cuts, splits=2, merges=1, kills=1):
        self.assertTrue(found["ok"])
        self.assertGreater(found["lines"], 0)
        for name in ("written", "durable", "read"):
            self.assertEqual(found[name], found["lines"])
        for name in ("lost", "doubled", "reordered", "foreign"):
            self.assertEqual(found[name], 0)
        self.assertEqual(found["cuts"], cuts)
        self.assertEqual(found["splits"], splits)
        self.assertEqual(found["merges"], merges)
        self.assertEqual(found["killed"], kills)
        self.assertEqual(found["restarts"], kills)
        self.assertEqual(sum(each["events"] for each in found["readers"]), found["read"])
        self.assertEqual(sum(each["killed"] for each in found["readers"]), found["readers_killed"])
        self.assertEqual(found["epochs"], 1 + splits + merges)
        in_transaction = max(1, found["lines"] // 50)
        self.assertEqual(found["committed_in_transaction"], in_transaction)
        self.assertEqual(found["aborted_in_transaction"], in_transaction)
        if cuts:
            self.assertGreater(found["connections_cut"], 0)
            self.assertGreater(found["reconnects"], 0)

    def test_the_default_file_in_a_sandbox(self):
        found = self.demo("--seconds", 3, "--cuts", 8)
        self.assert_held(found, 8)
        self.assertGreater(found["keys"], 1)
        self.assertLess(found["seconds"], 30)

    def test_another_server(self):
        found = self.demo("--seconds", 2, "--cuts", 10, *self.at())
        self.assert_held(found, 10)
        self.assertEqual(found["controller"], self.sandbox.uri)
        scope, stream = found["stream"].split("/")
        self.assertNotIn(stream, self.json_of("stream", "list", scope)["streams"])

    def test_keep(self):
        with log_file([b"a 1\n", b"b 2\n", b"a 3\n"]) as file:
            found = self.demo("--seconds", 0.3, "--cuts", 1, "--keep", file.name, *self.at())
        self.assert_held(found, 1)
        lines = self.run_tool("read", found["stream"]).stdout.splitlines()
        self.assertEqual(sorted(lines), [b"a 1", b"a 3", b"b 2"])

    def test_equal_lines_empty_lines_and_bytes(self):
        lines = [b"same\n"] * 300 + [b"\n"] * 50 + [b"\xff\xfe %d\n" % (i % 9) for i in range(300)]
        with log_file(lines) as file:
            found = self.demo("--seconds", 1, "--cuts", 4, "--segments", 3, file.name)
        self.assert_held(found, 4)
        self.assertEqual(found["stream_segments"], 3 + 2 * 2 + 1)
        self.assertEqual(found["lines"], len(lines))

    def test_the_key_is_found_or_given(self):
        lines = [b"%d x k%d\n" % (i, i % 5) for i in range(200)]
        with log_file(lines) as file:
            self.assertEqual(self.demo("--seconds", 0.2, "--cuts", 0, file.name)["keys"], 5)
            given = self.demo("--seconds", 0.2, "--cuts", 0, "--key-field", 2, file.name)
            self.assertEqual(given["keys"], 1)

    def test_many_splits_merges_and_kills(self):
        found = self.demo(
            *("--seconds", 2, "--segments", 1, "--splits", 6, "--merges", 5, "--kills", 4)
        )
        self.assert_held(found, 6, splits=6, merges=5, kills=4)

    def test_nothing_but_writing(self):
        quiet = ("--cuts", 0, "--splits", 0, "--merges", 0, "--kills", 0)
        found = self.demo("--seconds", 0.3, *quiet)
        self.assert_held(found, 0, splits=0, merges=0, kills=0)
        self.assertEqual(found["reconnects"], 0)
        self.assertEqual(found["connections_cut"], 0)

    def test_an_actor_is_killed_though_nothing_else_happens(self):
        none = ("--cuts", 0, "--splits", 0, "--merges", 0)
        found = self.demo("--seconds", 0.3, *none, "--kills", 1, *self.at())
        self.assertEqual((found["ok"], found["killed"], found["restarts"]), (True, 1, 1))

    def test_the_picture_shows_every_segment(self):
        found = self.demo("--seconds", 0.5, "--segments", 2)
        root = xml.etree.ElementTree.parse(self.picture).getroot()
        self.assertTrue(root.tag.endswith("svg"))
        text = "".join(root.itertext())
        self.assertEqual(found["stream_segments"], 2 + 2 * 2 + 1)
        for number in range(found["stream_segments"]):
            self.assertRegex(text, rf"(?<!\d){number}\.\d")

    def test_where_the_picture_goes(self):
        for wrong in ("/does/not/exist/x.svg", os.path.dirname(self.picture)):
            with self.subTest(wrong):
                done = support.call("demo", "--seconds", 0.2, "--lineage", wrong)
                self.assertEqual(done.returncode, support.LOCAL_FAILURE)
                self.assertIn(wrong, done.stderr)
                self.assertEqual(done.stdout, b"")
        folder = os.path.dirname(self.picture)
        for words, files in ((["--lineage", ""], []), ([], ["demo-lineage.svg"])):
            done = support.call("demo", "--seconds", 0.2, *words, cwd=folder)
            self.assertEqual(done.returncode, support.OK, done.stderr)
            self.assertEqual(os.listdir(folder), files)

    def test_a_killed_reader(self):
        lines = [b"%d k%d\n" % (i, i % 50) for i in range(2000)]
        with log_file(lines) as file:
            found = self.demo("--seconds", 3, "--cuts", 0, "--readers", 2, file.name)
        self.assert_held(found, 0)
        self.assertEqual(found["readers_killed"], 1)
        again = [each["read_again"] for each in found["readers"] if not each["killed"]]
        # It had something in hand, and not more than it can have read.
        self.assertGreater(sum(again), 0)
        self.assertLess(sum(again), 1000)

    def test_readers_that_live(self):
        found = self.demo("--seconds", 1, "--cuts", 2, "--readers", 4, "--reader-kills", 0)
        self.assert_held(found, 2)
        self.assertEqual(len(found["readers"]), 4)
        self.assertEqual([each["read_again"] for each in found["readers"]], [0] * 4)

    def test_more_merges_than_segments(self):
        found = ("--seconds", 0.2, "--segments", 1, "--splits", 0, "--merges", 1)
        done = support.call("demo", *found, "--lineage", "")
        self.assertEqual(done.returncode, support.REFUSED)
        self.assertIn("no two segments", done.stderr)

    def test_plain_output(self):
        done = support.call("demo", "--seconds", 1, "--lineage", self.picture)
        text = done.stdout.decode()
        self.assertEqual(done.returncode, support.OK, done.stderr)
        self.assertNotIn("\x1b", text)
        self.assertRegex(text, r"lost +0\n")
        for row in ("splits +2", "merges +1 ", "killed actors +1", "restarts +1"):
            self.assertRegex(text, rf"\n  {row}")
        self.assertRegex(text, r" s   killed a segment writer (before|after) its action \"")
        self.assertRegex(text, r" s   segment writer \d+ restarted: was killed\n")
        for begin in ("file ", "stream ", "controller ", "plan "):
            self.assertRegex(text, rf"(?m)^{begin} +\S")
        # A change of the stream is announced before the reader goes on behind it.
        places = [text.index(f" s   {what}") for what in ("splitting segment", "split segment")]
        self.assertEqual(places, sorted(places))
        self.assertLess(places[0], text.index("writer continues in the successors of segment"))
        self.assertRegex(text, r" s   aborted a transaction of [\d,]+ lines?\n")
        self.assertRegex(text, r" s   committed a transaction of [\d,]+ lines?\n")
        self.assertRegex(text, r"\n  in a transaction +[\d,]+   committed\n")
        # The readers of the group, and the one that was killed.
        self.assertRegex(text, r" s   killed reader-\d, which had [\d,]+ bytes read and not released\n")
        self.assertRegex(text, r" s   the supervisor starts reader-\d again, as reader-\d\.2\n")
        self.assertRegex(text, r"\n  reader +events +read again\n")
        self.assertRegex(text, r"\n  reader-\d +[\d,]+ +0   killed\n")
        self.assertIn("Every line is there, once, and in order", text)
        self.assertIn(f"are drawn in {self.picture}\n", text)
        self.assertTrue(os.path.exists(self.picture))

    def test_watching_the_status(self):
        done = support.call(
            *("demo", "--seconds", 5, "--watch-status", "--lineage", self.picture)
        )
        text = done.stdout.decode()
        self.assertEqual(done.returncode, support.OK, done.stderr)
        self.assertRegex(text, r"supervision tree +state +restarts +connection +pending\n")
        self.assertRegex(text, r"● controller +running +0\n")
        self.assertRegex(text, r"● writer-1 +running +0\n")
        self.assertRegex(text, r"● +segment \d+\.[1-3] +running +\d+  127.0.0.1:\d+ +\d+\n")

    def test_a_restart_in_the_status(self):
        # Without scaling: a segment may be replaced between its restart and the next look. The
        # kill is due after 2.5 s, the look after 4 s.
        done = support.call(
            *("demo", "--seconds", 5, "--watch-status", "--splits", 0, "--merges", 0),
            *("--lineage", ""),
        )
        self.assertEqual(done.returncode, support.OK, done.stderr)
        row = r"● +segment \d+\.0 +running +1 .*was killed\n"
        self.assertRegex(done.stdout.decode(), row)

    def test_live_view_on_a_terminal(self):
        ours, theirs = pty.openpty()
        process = support.subprocess.Popen(
            [support.TOOL, "demo", "--seconds", "1", "--watch-status", "--lineage", self.picture],
            stdout=theirs,
            stderr=support.subprocess.PIPE,
            env=support.environment(),
        )
        os.close(theirs)
        shown = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:
                break
            if not part:
                break
            shown += part
        os.close(ours)
        _, told = process.communicate(timeout=support.PATIENCE_S)
        self.assertEqual(process.returncode, support.OK, told)
        text = shown.decode()
        self.assertIn("\x1b[", text)
        text = re.sub(r"\x1b\[[0-9;]*m", "", text)
        for word in (
            *("written", "durable", "reconnects", "●", "Every line is there"),
            *("supervision tree", "● connections", "pending"),
        ):
            self.assertIn(word, text)

    def test_files_that_do_not_work(self):
        for path, code in (
            ("/does/not/exist", support.LOCAL_FAILURE),
            ("/dev/null", support.REFUSED),
        ):
            with self.subTest(path):
                done = support.call("demo", "--seconds", 0.2, path)
                self.assertEqual(done.returncode, code)
                self.assertIn(path, done.stderr)


if __name__ == "__main__":
    support.main()
