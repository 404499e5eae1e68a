#!/usr/bin/env python3
"""Servers that are not there, never answer, send garbage, or close: an error in time."""

import time

import support

GRACE_S = 15
VERBS = (
    ["read", "scope/s"],
    ["read", "scope/s", "--follow"],
    ["verify", "scope/s", "--events", 5],
    ["stream", "info", "scope/s"],
    ["bench", "write", "scope/s", "--events", 5],
    ["bench", "read", "scope/s", "--events", 5],
)


class DeadServers(support.unittest.TestCase):
    def expect(self, words, uri, codes, texts, given=b""):
        began = time.monotonic()
        done = support.call(*words, "--controller", uri, *support.SHORT, given=given)
        took = time.monotonic() - began
        self.assertIn(done.returncode, codes, f"{words}: {done.stderr}")
        self.assertLess(took, GRACE_S, words)
        for text in texts:
            self.assertIn(text, done.stderr)
        for text in ("terminate called", "Assertion", "runtime error"):
            self.assertNotIn(text, done.stderr)

    def test_no_controller(self):
        port = support.closed_port()
        for words in (*VERBS, ["write", "scope/s"], ["stream", "list"]):
            with self.subTest(words):
                self.expect(
                    words,
                    f"tcp://127.0.0.1:{port}",
                    [support.UNREACHABLE],
                    [f"127.0.0.1:{port}", "advice"],
                )

    def test_no_such_host(self):
        self.expect(
            ["read", "scope/s"], "tcp://no-such-host.invalid:1", [support.UNREACHABLE],
            ["no-such-host.invalid"],
        )

    def test_bad_controllers(self):
        for manner in ("silent", "garbage", "close"):
            server = support.BadServer(manner)
            self.addCleanup(server.stop)
            with self.subTest(manner):
                self.expect(
                    ["read", "scope/s"],
                    f"tcp://{server.address}",
                    [support.UNREACHABLE],
                    [server.address, "getCurrentSegments"],
                )

    def test_the_store_in_the_controllers_place(self):
        sandbox = support.Sandbox()
        self.addCleanup(sandbox.stop)
        self.expect(
            ["read", "scope/s"], f"tcp://{sandbox.store}", [support.UNREACHABLE], [sandbox.store]
        )

    def behind(self, port):
        """A sandbox whose controller names this port as the segment store's."""
        sandbox = support.Sandbox("--published-store-port", port)
        self.addCleanup(sandbox.stop)
        done = support.call("stream", "create", "scope/s", "--controller", sandbox.uri)
        self.assertEqual(done.returncode, support.OK, done.stderr)
        return sandbox

    def check_stores(self, address, sandbox):
        controller = sandbox.uri.removeprefix("tcp://")
        for words in VERBS:
            with self.subTest(words):
                self.expect(words, sandbox.uri, [support.UNREACHABLE], [address, controller])
        with self.subTest("write"):
            self.expect(
                ["write", "scope/s"],
                sandbox.uri,
                [support.NOT_DURABLE],
                [address, controller, "durable: nothing", "lines 1 to 2: not written"],
                given=b"one\ntwo\n",
            )

    def test_no_store(self):
        port = support.closed_port()
        self.check_stores(f"127.0.0.1:{port}", self.behind(port))

    def test_bad_stores(self):
        for manner in ("silent", "garbage", "close"):
            server = support.BadServer(manner)
            self.addCleanup(server.stop)
            with self.subTest(manner):
                self.check_stores(server.address, self.behind(server.port))

    def test_a_store_that_dies_while_it_is_written_to(self):
        sandbox = support.Sandbox()
        name = ["scope/s", "--controller", sandbox.uri, *support.SHORT]
        made = support.call("stream", "create", "scope/s", "--controller", sandbox.uri)
        self.assertEqual(made.returncode, support.OK, made.stderr)
        writer = support.start("write", *name)
        reader = support.start("read", "--follow", *name, bufsize=0)
        writer.stdin.write(b"one\n")
        writer.stdin.flush()
        self.assertEqual(support.read_line(reader), b"one\n")
        sandbox.process.kill()
        sandbox.process.wait()
        sandbox.process.stdout.close()
        sandbox.log.close()
        _, told = writer.communicate(b"two\nthree\n", timeout=support.PATIENCE_S)
        self.assertEqual(writer.returncode, support.NOT_DURABLE)
        self.assertIn(b"durable: lines 1 to 1", told)
        # The second line may have left before anybody noticed: then nobody knows of it.
        self.assertRegex(told, rb"(?s)lines 2 to 3: |lines 2 to 2: .*lines 3 to 3: not written")
        _, told = reader.communicate(timeout=support.PATIENCE_S)
        self.assertEqual(reader.returncode, support.UNREACHABLE, told)


if __name__ == "__main__":
    support.main()
