#!/usr/bin/env python3
"""SIGINT, SIGTERM and SIGHUP: what is written is made durable, and the tool ends soon."""

import json
import signal
import time

import support


def has_readers(scope, *at):
    """Whether a group of the scope has readers."""
    groups = support.call("group", "list", scope, *at).stdout.decode().split()
    words = ("--unread", "none", "--json", *at)
    found = [support.call("group", "describe", f"{scope}/{each}", *words) for each in groups]
    return any(json.loads(each.stdout)["readers"] for each in found if each.returncode == 0)


class Signals(support.ToolTest):
    def stopped(self, process, number=signal.SIGINT):
        process.send_signal(number)
        out, told = process.communicate(timeout=support.PATIENCE_S)
        return process.returncode, out, told.decode()

    def test_write(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            name = self.new_stream()
            writer = support.start("write", name, "--json", *self.at())
            reader = support.start("read", name, "--follow", *self.at(), bufsize=0)
            writer.stdin.write(b"one\ntwo\nincomplete")
            writer.stdin.flush()
            self.assertEqual(support.read_line(reader), b"one\n")
            code, out, told = self.stopped(writer, number)
            self.assertEqual(code, support.SIGNALLED + number, told)
            self.assertIn("durable: lines 1 to 2", told)
            self.assertEqual(json.loads(out)["durable_lines"], 2)
            self.assertEqual(self.stopped(reader)[0], support.OK)

    def test_write_to_a_server_that_is_gone(self):
        sandbox = support.Sandbox()
        made = support.call("stream", "create", "a/b", "--controller", sandbox.uri)
        self.assertEqual(made.returncode, support.OK, made.stderr)
        writer = support.start("write", "a/b", "--controller", sandbox.uri)
        writer.stdin.write(b"one\n")
        writer.stdin.flush()
        reader = support.start(
            "read", "a/b", "--follow", "--count", 1, "--controller", sandbox.uri, bufsize=0
        )
        reader.communicate(timeout=support.PATIENCE_S)
        self.assertEqual(reader.returncode, support.OK)
        sandbox.stop()
        writer.stdin.write(b"two\n")
        writer.stdin.close()
        writer.stdin = None
        line = b""
        while b"still trying" not in line:
            line = writer.stderr.readline()
            self.assertTrue(line, "the writer ended by itself")
        writer.send_signal(signal.SIGINT)
        _, told = writer.communicate(timeout=support.PATIENCE_S)
        self.assertEqual(writer.returncode, support.NOT_DURABLE)
        self.assertIn(b"lines 2 to 2", told)

    def test_read_that_follows(self):
        name = self.new_stream()
        self.run_tool("write", name, given=b"x\n")
        reader = support.start("read", name, "--follow", *self.at(), bufsize=0)
        self.assertEqual(support.read_line(reader), b"x\n")
        self.assertEqual(self.stopped(reader)[:2], (support.OK, b""))

    def test_the_cut_of_a_read_that_is_stopped(self):
        name = self.new_stream()
        self.run_tool("write", name, given=b"1\n2\n3\n")
        reader = support.start("read", name, "--follow", "--cut", *self.at(), bufsize=0)
        for _ in range(3):
            support.read_line(reader)
        code, _, told = self.stopped(reader)
        self.assertEqual(code, support.OK)
        self.run_tool("write", name, given=b"4\n")
        self.assertEqual(self.run_tool("read", name, "--from", told.strip()).stdout, b"4\n")

    def test_an_output_that_nobody_takes(self):
        name = self.new_stream()
        self.run_tool("write", name, given=b"x" * 1000 + b"\n" + b"y\n" * 500_000)
        reader = support.start("read", name, *self.at(), bufsize=0)
        support.read_line(reader)
        reader.send_signal(signal.SIGTERM)
        code = reader.wait(timeout=support.PATIENCE_S)
        self.assertEqual(code, support.SIGNALLED + signal.SIGTERM)
        for end in (reader.stdout, reader.stderr, reader.stdin):
            end.close()

    def test_bench(self):
        name = self.new_stream()
        bench = support.start(
            "bench", "write", name, "--events", 10_000_000, "--rate", 1000, "--json", *self.at()
        )
        reader = support.start("read", name, "--follow", "--count", 1, *self.at())
        reader.communicate(timeout=support.PATIENCE_S)
        code, out, told = self.stopped(bench)
        self.assertEqual((code, told), (support.INTERRUPTED, ""))
        found = json.loads(out)
        self.assertGreater(found["events"], 0)
        self.assertLess(found["events"], 10_000_000)
        self.run_tool("verify", name, "--events", found["events"])

    def test_bench_group(self):
        name = self.new_stream()
        scope = name.split("/")[0]
        words = ("--readers", 2, "--refresh-ms", 200, "--idle", 3600, *self.at())
        bench = support.start("bench", "group", name, *words)
        support.wait_until(lambda: has_readers(scope, *self.at()))
        code, _, told = self.stopped(bench)
        self.assertEqual(code, support.INTERRUPTED, told)
        self.assertNotIn("left behind", told)
        self.assertEqual(self.json_of("group", "list", scope)["groups"], [])

    def test_bench_group_whose_controller_is_gone(self):
        sandbox = support.Sandbox()
        words = ("--readers", 1, "--refresh-ms", 200, "--idle", 3600)
        bench = support.start("bench", "group", "a/b", *words, "--controller", sandbox.uri)
        support.wait_until(lambda: has_readers("a", "--controller", sandbox.uri))
        sandbox.stop()
        began = time.monotonic()
        code, _, told = self.stopped(bench)
        self.assertNotEqual(code, support.OK)
        self.assertIn("left behind", told)
        self.assertIn("`pravega-actor group delete`", told)
        self.assertLess(time.monotonic() - began, support.PATIENCE_S / 2)

    def test_demo(self):
        demo = support.start("demo", "--seconds", 3600, bufsize=0)
        while b"written" not in support.read_line(demo):
            continue
        code, out, told = self.stopped(demo)
        self.assertEqual(code, support.INTERRUPTED, told)
        self.assertIn("lost                          0", out.decode())


if __name__ == "__main__":
    support.main()
