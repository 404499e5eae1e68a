#!/usr/bin/env python3
"""Wrong command lines and wrong arguments: what is said, and how the tool ends."""

import support

VERBS = ("bench", "config", "demo", "group", "read", "sandbox", "stream", "verify", "write")
ACTIONS = (
    ("bench", "write"),
    ("bench", "read"),
    ("bench", "latency"),
    ("bench", "group"),
    ("stream", "create"),
    ("stream", "list"),
    ("stream", "info"),
    ("stream", "delete"),
)


class CommandLine(support.unittest.TestCase):
    def test_help_of_every_verb(self):
        whole = support.call("--help")
        self.assertEqual(whole.returncode, support.OK)
        text = whole.stdout.decode()
        for verb in VERBS:
            self.assertIn(f"\n  {verb} ", text)
        self.assertIn("Exit codes", text)
        for words in [(verb,) for verb in VERBS] + list(ACTIONS):
            with self.subTest(words):
                done = support.call(*words, "--help")
                self.assertEqual(done.returncode, support.OK)
                text = done.stdout.decode()
                if words not in (("bench",), ("group",), ("stream",)):
                    self.assertIn("Example", text)
                self.assertLessEqual(max(map(len, text.splitlines())), 110)

    def test_version(self):
        done = support.call("--version")
        self.assertRegex(done.stdout.decode(), r"^\d+\.\d+\.\d+\n$")

    def test_usage_errors(self):
        for words, text in (
            ([], "a verb is missing"),
            (["frobnicate"], 'no verb "frobnicate"'),
            (["stream"], "a verb is missing"),
            (["stream", "frobnicate"], "frobnicate"),
            (["read"], "required"),
            (["read", "a/b", "--frobnicate"], "--frobnicate"),
            (["read", "a/b", "--count", "0"], "--count"),
            (["read", "a/b", "--count", "many"], "--count"),
            (["write", "a/b", "--key-field", "0"], "--key-field"),
            (["write", "a/b", "--key-field", "1", "--key-regex", "x"], "excludes"),
            (["write", "a/b", "--segments", "2"], "--create"),
            (["stream", "create", "a/b", "--segments", "0"], "--segments"),
            (["bench", "write", "a/b", "--size", "7"], "--size"),
            (["bench", "write", "a/b", "--size", "1073741816"], "--size"),
            (["bench", "write", "a/b", "--rate", "-1"], "--rate"),
            (["verify", "a/b"], "--events"),
            (["sandbox", "--controller-port", "65536"], "--controller-port"),
            (["demo", "--seconds", "0"], "--seconds"),
        ):
            with self.subTest(words):
                done = support.call(*words)
                self.assertEqual(done.returncode, support.USAGE)
                self.assertIn(text, done.stderr)
                self.assertIn("--help", done.stderr)
                self.assertEqual(done.stdout, b"")


class Arguments(support.ToolTest):
    def test_missing_streams(self):
        for words in (
            ["read"],
            ["read", "--follow"],
            ["write"],
            ["verify", "--events", 5],
            ["stream", "info"],
            ["stream", "delete"],
        ):
            with self.subTest(words):
                done = self.run_tool(*words, "--stream", "no/where", expect=support.NOT_FOUND)
                self.assert_error(done, "no/where", self.sandbox.uri.removeprefix("tcp://"))

    def test_wrong_arguments(self):
        name = self.new_stream()
        other = self.new_stream()
        foreign_cut = self.json_of("stream", "info", other)["head"]
        for words, text in (
            (["read", name, "--from", "middle"], "head, tail or the text of a stream cut"),
            (["read", name, "--from", foreign_cut], other),
            (["read", name, "--format", "%x"], "%x"),
            (["read", name, "--format", "%"], "--format"),
            (["write", name, "--key-regex", "("], "missing )"),
        ):
            with self.subTest(words):
                done = self.run_tool(*words, expect=support.REFUSED)
                self.assert_error(done, text)

    def test_a_sealed_stream_is_read_to_its_end(self):
        name = self.new_stream()
        self.run_tool("write", name, given=b"x\n")
        self.assertEqual(self.run_tool("read", name).stdout, b"x\n")


if __name__ == "__main__":
    support.main()
