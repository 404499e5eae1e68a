#!/usr/bin/env python3
"""`demo`: the check holds while connections are cut, with every kind of server and file."""

import json
import pty
import os
import tempfile

import support


def log_file(lines):
    file = tempfile.NamedTemporaryFile("wb", suffix=".log")
    file.write(b"".join(lines))
    file.flush()
    return file


class Demo(support.ToolTest):
    def demo(self, *words, expect=support.OK):
        done = support.call("demo", "--json", *words)
        self.assertEqual(done.returncode, expect, done.stderr)
        return json.loads(done.stdout)

    def assert_held(self, found, cuts):
        self.assertTrue(found["ok"])
        self.assertGreater(found["lines"], 0)
        for name in ("written", "durable", "read"):
            self.assertEqual(found[name], found["lines"])
        for name in ("lost", "doubled", "reordered", "foreign"):
            self.assertEqual(found[name], 0)
        self.assertEqual(found["cuts"], cuts)
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
        self.assertEqual(found["lines"], len(lines))

    def test_the_key_is_found_or_given(self):
        lines = [b"%d x k%d\n" % (i, i % 5) for i in range(200)]
        with log_file(lines) as file:
            self.assertEqual(self.demo("--seconds", 0.2, "--cuts", 0, file.name)["keys"], 5)
            given = self.demo("--seconds", 0.2, "--cuts", 0, "--key-field", 2, file.name)
            self.assertEqual(given["keys"], 1)

    def test_plain_output(self):
        done = support.call("demo", "--seconds", 1)
        text = done.stdout.decode()
        self.assertEqual(done.returncode, support.OK, done.stderr)
        self.assertNotIn("\x1b", text)
        self.assertRegex(text, r"lost +0\n")
        self.assertIn("Every line is there, once, and in order", text)

    def test_live_view_on_a_terminal(self):
        ours, theirs = pty.openpty()
        process = support.subprocess.Popen(
            [support.TOOL, "demo", "--seconds", "1"],
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
        for word in ("written", "durable", "reconnects", "●", "Every line is there"):
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
