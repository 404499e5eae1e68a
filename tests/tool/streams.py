#!/usr/bin/env python3
"""`stream create|list|info|delete`; tests/tool/stream_changes.py has the others."""

import json

import support


class Streams(support.ToolTest):
    def test_create_says_what_it_did(self):
        name = "created/one"
        first = self.json_of("stream", "create", name, "--segments", 3)
        self.assertEqual(
            first,
            {"stream": name, "created": True, "scope_created": True, "differences": []},
        )
        for words, text in (
            (["--segments", 5], "segments 3 fixed instead of 5 fixed"),
            (["--tag", "x"], "tags none instead of x"),
        ):
            other = self.run_tool("stream", "create", name, *words, expect=support.REFUSED)
            self.assert_error(other, "differs from what was asked for", text)
        # What nobody asked for is no difference.
        any_kind = self.json_of("stream", "create", name)
        self.assertEqual((any_kind["created"], any_kind["scope_created"]), (False, False))
        same = self.run_tool("stream", "create", name, "--segments", 3)
        self.assertEqual(same.stderr, "")
        self.assertEqual(len(self.json_of("stream", "info", name)["segments"]), 3)
        text = self.run_tool("stream", "create", "created/two").stdout.decode()
        self.assertEqual(text, "created created/two\n")
        text = self.run_tool("stream", "create", "created/two").stdout.decode()
        self.assertEqual(text, "existed created/two\n")

    def test_list(self):
        for name in ("listed/b", "listed/a"):
            self.run_tool("stream", "create", name)
        self.run_tool("stream", "create", "listed/c", "--tag", "red", "--tag", "big")
        self.assertIn("listed", self.json_of("stream", "list")["scopes"])
        self.assertEqual(self.json_of("stream", "list", "listed"), {"streams": ["a", "b", "c"]})
        self.assertEqual(
            self.json_of("stream", "list", "listed", "--tag", "red"), {"streams": ["c"]}
        )
        self.assertEqual(self.run_tool("stream", "list", "listed").stdout, b"a\nb\nc\n")
        done = self.run_tool("stream", "list", "nowhere", expect=support.NOT_FOUND)
        self.assert_error(done, "nowhere")
        self.run_tool("stream", "list", "--tag", "red", expect=support.REFUSED)

    def test_info(self):
        name = self.new_stream(4)
        self.run_tool("write", name, "--key-field", 1, given=b"a 1\nb 22\nc 333\n")
        info = self.json_of("stream", "info", name)
        self.assertEqual(info["stream"], name)
        self.assertFalse(info["sealed"])
        self.assertEqual(info["segments_min"], 4)
        self.assertEqual(len(info["segments"]), 4)
        self.assertEqual(info["bytes"], 3 * 8 + len("a 1b 22c 333"))
        self.assertEqual(info["segments"][0]["low"], 0.0)
        self.assertEqual(info["segments"][-1]["high"], 1.0)
        whole = self.run_tool("read", name, "--from", info["head"]).stdout
        self.assertEqual(sorted(whole.splitlines()), [b"a 1", b"b 22", b"c 333"])
        self.assertEqual(self.run_tool("read", name, "--from", info["tail"]).stdout, b"")
        text = self.run_tool("stream", "info", name).stdout.decode()
        self.assertIn("in 4 segments", text)

    def test_delete(self):
        name = self.new_stream()
        self.assertEqual(
            self.json_of("stream", "delete", name), {"stream": name, "deleted": True}
        )
        done = self.run_tool("stream", "delete", name, expect=support.NOT_FOUND)
        self.assert_error(done, name)
        self.run_tool("stream", "info", name, expect=support.NOT_FOUND)

    def test_an_error_is_json_too(self):
        done = self.run_tool(
            "stream", "info", "no/where", "--json", expect=support.NOT_FOUND
        )
        told = json.loads(done.stdout)["error"]
        self.assertEqual((told["code"], told["exit_code"]), ("stream_not_found", 5))
        self.assertEqual(told["controller"], self.sandbox.uri.removeprefix("tcp://"))
        self.assertIn("no/where", told["message"])

    def test_names(self):
        for name in ("scope", "scope/", "/stream", "a/b/c", "sc ope/x", "s/ö", "s/" + "x" * 251):
            with self.subTest(name):
                done = self.run_tool("stream", "create", name, expect=support.REFUSED)
                self.assert_error(done, "invalid_name")


if __name__ == "__main__":
    support.main()
