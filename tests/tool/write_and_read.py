#!/usr/bin/env python3
"""`write` and `read`: a real file there and back, formats, cuts, following."""

import base64
import collections
import json
import os
import pathlib

import support

LIMIT = 8 << 20


def real_file():
    """This machine's dpkg.log, else the project's own sources."""
    log = pathlib.Path("/var/log/dpkg.log")
    if log.exists() and log.stat().st_size > 0 and os.access(log, os.R_OK):
        return log.read_bytes()
    here = pathlib.Path(__file__).resolve().parent
    return b"".join(path.read_bytes() for path in sorted(here.glob("*.py")))


def fields_of(line, number):
    words = line.split()
    return words[number - 1] if len(words) >= number else None


class WriteAndRead(support.ToolTest):
    def assert_same_per_key(self, sent, received, key_of):
        self.assertEqual(len(sent), len(received))
        expected, found = collections.defaultdict(list), collections.defaultdict(list)
        for lines, into in ((sent, expected), (received, found)):
            for line in lines:
                into[key_of(line)].append(line)
        # Lines without a key have no order.
        self.assertEqual(sorted(expected.pop(None, [])), sorted(found.pop(None, [])))
        self.assertEqual(expected, found)

    def test_a_real_file_there_and_back(self):
        name, text = self.stream(), real_file()
        summary = self.json_of(
            "write", name, "--create", "--segments", 4, "--key-field", 4, given=text
        )
        sent = text.splitlines()
        self.assertEqual(summary["lines"], len(sent))
        self.assertEqual(summary["durable_lines"], len(sent))
        self.assertEqual(summary["not_durable"], [])
        received = self.run_tool("read", name).stdout.split(b"\n")
        self.assertEqual(received.pop(), b"")
        self.assert_same_per_key(sent, received, lambda line: fields_of(line, 4))

    def test_one_segment_gives_the_same_bytes(self):
        name = self.new_stream()
        text = b"first\n\n \xff\xfe not UTF-8\r\n" + b"x" * 300_000 + b"\n\ttabs\t\nlast\n"
        self.run_tool("write", name, given=text)
        self.assertEqual(self.run_tool("read", name).stdout, text)

    def test_with_a_name_lines_are_stored_once(self):
        name = self.new_stream()
        first = self.json_of("write", name, "--name", "import", given=b"one\ntwo\n")
        self.assertEqual(first["stored_before"], 0)
        again = self.json_of("write", name, "--name", "import", given=b"one\ntwo\nthree\n")
        self.assertEqual(again["stored_before"], 2)
        self.assertEqual(again["durable_lines"], 3)
        self.assertEqual(self.run_tool("read", name).stdout, b"one\ntwo\nthree\n")

    def test_the_last_line_needs_no_end(self):
        name = self.new_stream()
        self.run_tool("write", name, given=b"one\ntwo")
        self.assertEqual(self.run_tool("read", name).stdout, b"one\ntwo\n")
        self.assertEqual(self.json_of("write", name)["lines"], 0)

    def test_keys_by_regular_expression(self):
        name = self.new_stream(4)
        text = b"".join(b"%d id=k%d;\n" % (i, i % 7) for i in range(700)) + b"no key\n"
        summary = self.json_of("write", name, "--key-regex", "id=(k[0-9])", given=text)
        self.assertEqual(summary["without_key"], 1)
        received = self.run_tool("read", name).stdout.splitlines()
        self.assert_same_per_key(text.splitlines(), received, lambda line: fields_of(line, 2))

    def test_keys_by_delimiter(self):
        name = self.new_stream(4)
        text = b"".join(b"%d,k %d,x\n" % (i, i % 5) for i in range(500))
        self.run_tool("write", name, "--key-field", 2, "--delimiter", ",", given=text)
        received = self.run_tool("read", name).stdout.splitlines()
        self.assert_same_per_key(text.splitlines(), received, lambda line: line.split(b",")[1])

    def test_a_line_at_the_limit(self):
        name = self.new_stream()
        text = b"a" * LIMIT + b"\n"
        self.run_tool("write", name, given=text)
        self.assertEqual(self.run_tool("read", name).stdout, text)

    def test_a_line_above_the_limit(self):
        name = self.new_stream()
        text = b"one\ntwo\n" + b"a" * (LIMIT + 1) + b"\nfour\n"
        done = self.run_tool("write", name, "--json", given=text, expect=support.REFUSED)
        self.assert_error(done, "line 3", "durable: lines 1 to 2")
        summary = json.loads(done.stdout)
        self.assertEqual(summary["durable_lines"], 2)
        self.assertEqual(summary["error"]["code"], "event_too_large")
        self.assertEqual(self.run_tool("read", name).stdout, b"one\ntwo\n")

    def test_formats(self):
        name = self.new_stream()
        self.run_tool("write", name, given=b"abc\nde\n")
        shown = self.run_tool("read", name, "--format", "%s %o %l%t%e%%%n").stdout
        self.assertEqual(shown, b"0.0 0 3\tabc%\n0.0 11 2\tde%\n")
        pointers = self.run_tool("read", name, "--format", "%p%0").stdout
        self.assertEqual(
            pointers, b"".join(f"{name}/0.#epoch.0:{at}\0".encode() for at in ("0-11", "11-10"))
        )

    def test_json(self):
        name = self.new_stream()
        self.run_tool("write", name, given=b'say "hi"\n\xff\x00\n\n')
        lines = [
            json.loads(line) for line in self.run_tool("read", name, "--json").stdout.splitlines()
        ]
        self.assertEqual(lines[0], {"segment": "0.0", "offset": 0, "event": 'say "hi"'})
        self.assertEqual(base64.b64decode(lines[1]["event_base64"]), b"\xff\x00")
        self.assertEqual(lines[2]["event"], "")

    def scaled_stream(self):
        """A stream of several generations of segments, and the lines in it."""
        name, sent = self.new_stream(2), []
        for scale in (("--split", 0, "--into", 2), ("--segments", 3), ()):
            lines = [b"line %d" % i for i in range(len(sent), len(sent) + 200)]
            self.run_tool("write", name, "--key-field", 2, given=b"\n".join(lines))
            sent += lines
            if scale:
                self.run_tool("stream", "scale", name, *scale)
        return name, sent

    def test_segments_side_by_side(self):
        name, sent = self.scaled_stream()
        for count in (1, 3, 64):
            received = self.run_tool("read", name, "--parallel", count, "--format", "%s %o %e%n")
            lines = [line.split(b" ", 2) for line in received.stdout.splitlines()]
            self.assertEqual(sorted(line[2] for line in lines), sorted(sent))
            last = {}
            for segment, offset, _ in lines:
                self.assertLess(last.get(segment, -1), int(offset))
                last[segment] = int(offset)
            self.assertEqual(len(last), 7)

    def test_some_events_side_by_side(self):
        name, sent = self.scaled_stream()
        received = self.run_tool("read", name, "--parallel", 2, "--count", 30).stdout.splitlines()
        self.assertEqual(len(received), 30)
        self.assertLessEqual(set(received), set(sent))

    def test_side_by_side_from_a_cut(self):
        name, sent = self.scaled_stream()
        done = self.run_tool("read", name, "--count", 250, "--cut")
        cut = done.stderr.strip()
        rest = self.run_tool("read", name, "--from", cut, "--parallel", 4).stdout.splitlines()
        self.assertEqual(sorted(done.stdout.splitlines() + rest), sorted(sent))

    def test_side_by_side_what_is_truncated_away(self):
        name, sent = self.scaled_stream()
        start = self.run_tool("read", name, "--count", 1, "--cut").stderr.strip()
        self.run_tool("stream", "truncate", name, "--at-tail")
        self.run_tool("write", name, given=b"new\n")
        self.assertEqual(self.run_tool("read", name, "--parallel", 4).stdout, b"new\n")
        done = self.run_tool("read", name, "--from", start, "--parallel", 4)
        self.assertEqual(done.stdout, b"new\n")
        self.assertIn("were truncated away", done.stderr)

    def test_side_by_side_there_is_no_tail(self):
        name = self.new_stream()
        self.run_tool("read", name, "--parallel", 2, "--from", "tail", expect=support.REFUSED)
        self.run_tool("read", name, "--parallel", 2, "--follow", expect=support.USAGE)
        self.run_tool("read", name, "--parallel", 2, "--cut", expect=support.USAGE)
        self.run_tool("read", name, "--parallel", 0, expect=support.USAGE)
        self.run_tool("read", "no/stream", "--parallel", 2, expect=support.NOT_FOUND)

    def test_one_event_by_its_pointer(self):
        name = self.new_stream()
        self.run_tool("write", name, given=b"abc\n\xff\x00\n\n")
        pointers = self.run_tool("read", name, "--format", "%p%n").stdout.decode().split()
        shown = [self.run_tool("event", each).stdout for each in pointers]
        self.assertEqual(shown, [b"abc\n", b"\xff\x00\n", b"\n"])
        self.assertEqual(
            self.json_of("event", pointers[0]), {"segment": "0.0", "offset": 0, "event": "abc"}
        )
        shown = self.run_tool("event", "--pointer", pointers[1], "--format", "%o %l").stdout
        self.assertEqual(shown, b"11 2")

    def test_a_pointer_at_no_event(self):
        name = self.new_stream()
        self.run_tool("write", name, given=b"0123456789\n")
        for place in ("1-18", "0-17", "0-19", "18-18", "1000-18"):
            done = self.run_tool("event", f"{name}/0.#epoch.0:{place}", expect=support.REFUSED)
            self.assertEqual(done.stdout, b"")
        self.run_tool("event", "no pointer", expect=support.REFUSED)
        self.run_tool("event", f"{name}/5.#epoch.0:0-18", expect=support.NOT_FOUND)
        self.run_tool("event", "no/stream/0.#epoch.0:0-18", expect=support.NOT_FOUND)

    def test_count_and_cut(self):
        name = self.new_stream(3)
        sent = [b"line %d" % i for i in range(300)]
        self.run_tool("write", name, "--key-field", 2, given=b"\n".join(sent))
        received, place = [], "head"
        for _ in range(6):
            done = self.run_tool("read", name, "--from", place, "--count", 50, "--cut")
            received += done.stdout.splitlines()
            place = done.stderr.strip()
        self.assertEqual(sorted(received), sorted(sent))
        self.assertEqual(self.run_tool("read", name, "--from", place).stdout, b"")

    def test_from_tail_ends_at_once(self):
        name = self.new_stream()
        self.run_tool("write", name, given=b"old\n")
        self.assertEqual(self.run_tool("read", name, "--from", "tail").stdout, b"")

    def test_follow(self):
        name = self.new_stream()
        self.run_tool("write", name, given=b"old\n")
        reader = support.start(
            "read", name, "--follow", "--count", 3, *self.at(), bufsize=0
        )
        self.assertEqual(support.read_line(reader), b"old\n")
        self.run_tool("write", name, given=b"new\n")
        self.assertEqual(support.read_line(reader), b"new\n")
        self.run_tool("write", name, given=b"newer\nnot wanted\n")
        out, _ = reader.communicate(timeout=support.PATIENCE_S)
        self.assertEqual((out, reader.returncode), (b"newer\n", support.OK))

    def test_a_line_is_durable_before_the_input_ends(self):
        name = self.new_stream()
        writer = support.start("write", name, *self.at())
        reader = support.start("read", name, "--follow", "--count", 1, *self.at(), bufsize=0)
        writer.stdin.write(b"early\n")
        writer.stdin.flush()
        self.assertEqual(support.read_line(reader), b"early\n")
        self.assertIsNone(writer.poll())
        writer.communicate(timeout=support.PATIENCE_S)
        reader.communicate(timeout=support.PATIENCE_S)
        self.assertEqual((writer.returncode, reader.returncode), (support.OK, support.OK))

    def test_a_reader_that_goes_away_is_no_error(self):
        name = self.new_stream()
        self.run_tool("write", name, given=b"x" * 1000 + b"\n" + b"y\n" * 500_000)
        reader = support.start("read", name, *self.at(), bufsize=0)
        support.read_line(reader)
        reader.stdout.close()
        self.assertEqual(reader.wait(timeout=support.PATIENCE_S), support.OK)
        reader.stderr.close()
        reader.stdin.close()

    def test_output_that_takes_nothing(self):
        name = self.new_stream()
        self.run_tool("write", name, given=b"x\n")
        with open("/dev/full", "wb") as full:
            process = support.subprocess.run(
                [support.TOOL, "read", name, *self.at()],
                stdout=full,
                stderr=support.subprocess.PIPE,
                env=support.environment(),
                timeout=support.PATIENCE_S,
                check=False,
            )
        self.assertEqual(process.returncode, support.LOCAL_FAILURE)
        self.assertIn(b"standard output", process.stderr)

    def test_an_input_that_cannot_be_read(self):
        name = self.new_stream()
        reading, writing = os.pipe()
        folder = os.open("/", os.O_RDONLY)
        for what, given, said in (
            ("the write end of a pipe", writing, "not open for reading"),
            ("a folder", folder, "Is a directory"),
            ("none", None, "not open for reading"),
        ):
            with self.subTest(what):
                done = support.subprocess.run(
                    [support.TOOL, "write", name, *self.at()],
                    stdin=given,
                    capture_output=True,
                    env=support.environment(),
                    timeout=support.PATIENCE_S,
                    preexec_fn=(lambda: os.close(0)) if given is None else None,
                    check=False,
                )
                self.assertEqual(done.returncode, support.LOCAL_FAILURE)
                self.assertIn(b"standard input: ", done.stderr)
                self.assertIn(said.encode(), done.stderr)
        for descriptor in (reading, writing, folder):
            os.close(descriptor)
        self.assertEqual(self.run_tool("read", name).stdout, b"")

    def test_a_summary_that_nothing_takes(self):
        name = self.new_stream()
        with open("/dev/full", "wb") as full:
            done = support.subprocess.run(
                [support.TOOL, "write", name, "--json", *self.at()],
                input=b"x\n",
                stdout=full,
                stderr=support.subprocess.PIPE,
                env=support.environment(),
                timeout=support.PATIENCE_S,
                check=False,
            )
        self.assertEqual(done.returncode, support.LOCAL_FAILURE)
        self.assertIn(b"standard output", done.stderr)

    def test_no_output_at_all(self):
        name = self.new_stream()
        self.run_tool("write", name, given=b"x\n")
        done = support.subprocess.run(
            [support.TOOL, "read", name, *self.at()],
            stderr=support.subprocess.PIPE,
            env=support.environment(),
            timeout=support.PATIENCE_S,
            preexec_fn=lambda: os.close(1),
            check=False,
        )
        self.assertEqual(done.returncode, support.LOCAL_FAILURE)
        self.assertIn(b"standard output", done.stderr)

    def test_what_happens_is_logged_on_stderr_if_wanted(self):
        name = self.new_stream()
        said = self.run_tool("write", name, "--quiet", given=b"x\n").stderr
        self.assertEqual(said, "")
        words = ("write", name, "--quiet", "--set", "log_level=info")
        said = self.run_tool(*words, given=b"x\n").stderr
        line = r"(?m)^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info client/writer-1/.*: connected$"
        self.assertRegex(said, line)


if __name__ == "__main__":
    support.main()
