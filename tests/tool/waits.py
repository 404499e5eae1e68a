#!/usr/bin/env python3
"""No wait is silent or deaf: notes, --timeout, signals, limits of descriptors, outputs that fail."""

import os
import resource
import signal
import subprocess
import tempfile
import time

import support

STOPS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}
# A signal ends a wait at once; more is the load of the machine.
AT_ONCE_S = 5
LOCAL = support.LOCAL_FAILURE


def await_true(condition, what):
    end = time.monotonic() + support.PATIENCE_S
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(what)
        time.sleep(0.01)


def stopped(pid):
    """Every thread of the process stands still."""
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/stat", encoding="ascii", errors="replace") as stat:
            if stat.read().rpartition(") ")[2][0] != "T":
                return False
    return True


class ControllerCalls(support.unittest.TestCase):
    def setUp(self):
        self.server = support.BadServer("silent")
        self.addCleanup(self.server.stop)
        self.at = ["--controller", f"tcp://{self.server.address}"]

    def test_a_note_says_for_what_and_how_long(self):
        began = time.monotonic()
        done = support.call("stream", "info", "a/b", *self.at, "--timeout", 3)
        self.assertLess(time.monotonic() - began, 3 + AT_ONCE_S)
        self.assertEqual(done.returncode, support.UNREACHABLE, done.stderr)
        note = rf"waiting for the controller at tcp://{self.server.address} to describe a/b, 2 s of"
        self.assertRegex(done.stderr, note + r" \d+ s at most\n")
        quiet = support.call("stream", "info", "a/b", *self.at, "--timeout", 3, "--quiet")
        self.assertNotIn("waiting for", quiet.stderr)

    def test_every_verb_takes_a_timeout(self):
        lines = support.call("help", "--machine").stdout.decode().splitlines()
        rows = [line.split("\t") for line in lines]
        actions = {row[1] for row in rows if row[0] == "verb"}
        groups = {"stream", "transaction", "group", "bench", "help"}
        for action in actions - groups:
            with self.subTest(action):
                names = [row[2] for row in rows if row[:2] == ["option", action]]
                self.assertIn("--timeout", names)

    def test_signals_during_a_call(self):
        for words in (
            ["stream", "create", "a/b"],
            ["stream", "scale", "a/b", "--segments", 2],
            ["write", "a/b"],
            ["read", "a/b"],
            ["bench", "write", "a/b"],
            ["demo", "--lineage", ""],
        ):
            for number, code in STOPS.items():
                with self.subTest(words, number=number):
                    self.server.held.clear()
                    process = support.start(*words, *self.at)
                    await_true(lambda: self.server.held, "the tool does not connect")
                    began = time.monotonic()
                    process.send_signal(number)
                    _, told = process.communicate(timeout=support.PATIENCE_S)
                    self.assertLess(time.monotonic() - began, AT_ONCE_S)
                    self.assertEqual(process.returncode, code, told)
                    self.assertIn(b"stopped by a signal while waiting for the controller", told)
                    if words[0] == "write":
                        self.assertIn(b"durable: nothing", told)

    def test_a_hang_up_that_is_ignored_stays_so(self):
        process = subprocess.Popen(
            ["nohup", support.TOOL, "stream", "info", "a/b", *self.at],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=support.environment(),
        )
        await_true(lambda: self.server.held, "the tool does not connect")
        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=support.PATIENCE_S)
        self.assertEqual(process.returncode, 143, told)


class Waits(support.ToolTest):
    def test_what_a_silent_store_owes(self):
        sandbox = support.Sandbox()
        at = ["--controller", sandbox.uri]
        made = support.call("stream", "create", "a/b", *at)
        self.assertEqual(made.returncode, support.OK, made.stderr)
        writer = support.start("write", "a/b", *at, bufsize=0)
        writer.stdin.write(b"one\n")
        one = support.call("read", "a/b", "--follow", "--count", 1, *at)
        self.assertEqual(one.stdout, b"one\n")
        sandbox.process.send_signal(signal.SIGSTOP)
        await_true(lambda: stopped(sandbox.process.pid), "the sandbox does not stand still")
        self.addCleanup(sandbox.stop)
        self.addCleanup(sandbox.process.send_signal, signal.SIGCONT)
        writer.stdin.write(b"two\nthree\n")
        line = b""
        while b"not acknowledged" not in line:
            line = writer.stderr.readline()
            self.assertTrue(line, "the writer ended by itself")
        self.assertIn(f"{sandbox.store} owes ".encode(), line)
        began = time.monotonic()
        writer.send_signal(signal.SIGHUP)
        _, told = writer.communicate(timeout=support.PATIENCE_S)
        self.assertLess(time.monotonic() - began, AT_ONCE_S)
        self.assertEqual(writer.returncode, support.NOT_DURABLE, told)
        self.assertIn(b"durable: lines 1 to 1\n", told)
        # What had not left the client is known not to be stored.
        self.assertRegex(told, rb"lines 2 to [23]: it is unknown")

    def test_files_that_are_pipes(self):
        with tempfile.TemporaryDirectory() as folder:
            pipe = os.path.join(folder, "pipe")
            os.mkfifo(pipe)
            for words in (["config", "--config", pipe], ["demo", pipe]):
                with self.subTest(words):
                    process = support.start(*words)
                    line = process.stderr.readline()
                    self.assertIn(f"waiting for the file {pipe}".encode(), line)
                    process.send_signal(signal.SIGTERM)
                    _, told = process.communicate(timeout=support.PATIENCE_S)
                    self.assertEqual(process.returncode, 143, told)

    def test_an_output_that_takes_nothing(self):
        name = self.new_stream()
        for words in (
            ["--help"],
            ["--version"],
            ["stream", "--help"],
            ["config"],
            ["sandbox", "--quiet", "--timeout", 60],
            ["stream", "list", *self.at()],
            ["stream", "info", name, *self.at()],
        ):
            with self.subTest(words), open("/dev/full", "wb") as full:
                process = subprocess.Popen(
                    [support.TOOL, *map(str, words)],
                    stdout=full,
                    stderr=subprocess.PIPE,
                    env=support.environment(),
                )
                _, told = process.communicate(timeout=support.PATIENCE_S)
                self.assertEqual(process.returncode, LOCAL, told)
                self.assertIn(b"No space left", told)

    def test_descriptors(self):
        name = self.new_stream(segments=150)
        lines = b"".join(b"k%d\n" % n for n in range(2000))

        def write(soft, hard):
            return subprocess.run(
                [support.TOOL, "write", name, "--key-field", "1", *self.at()],
                input=lines,
                capture_output=True,
                env=support.environment(),
                timeout=support.PATIENCE_S,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard)),
                check=False,
            )

        raised = write(100, 400)
        self.assertEqual(raised.returncode, support.OK, raised.stderr)
        began = time.monotonic()
        too_few = write(100, 100)
        self.assertLess(time.monotonic() - began, AT_ONCE_S)
        self.assertEqual(too_few.returncode, LOCAL, too_few.stderr)
        self.assertIn(b"may open 100 files and connections, and 150 segments", too_few.stderr)

    def test_text_from_others_is_escaped(self):
        name = self.stream()
        tag = "a\x1b[31mb\rc\u202e"
        self.run_tool("stream", "create", name, "--tag", tag)
        shown = self.run_tool("stream", "info", name).stdout.decode()
        self.assertIn("tags      a\\x1b[31mb\\rc\\xe2\\x80\\xae\n", shown)
        self.assertEqual(self.json_of("stream", "info", name)["tags"], [tag])
        for words in (["\x1b]0;x\x07"], ["read", "a/b", "x\ny\x1b[2J"], ["read", "a\x1b/b"]):
            with self.subTest(words):
                told = support.call(*words).stderr
                self.assertNotIn("\x1b", told)
                self.assertIn("\\x1b", told)

    def test_unexpected_arguments_keep_their_order(self):
        done = support.call("read", "a/b", "one", "two", "three")
        self.assertEqual(done.returncode, support.USAGE)
        self.assertIn("unexpected arguments: one two three\n", done.stderr)


if __name__ == "__main__":
    support.main()
