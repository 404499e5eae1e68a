"""What the tool's tests share: calling it, a sandbox, servers that misbehave."""

import json
import os
import select
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest
import uuid

TOOL = os.environ["TOOL"]
PATIENCE_S = 120
# Deadlines short enough for tests of servers that do not answer.
SHORT = [
    word
    for pair in (
        "controller_call_timeout_ms=1500",
        "controller_attempt_timeout_ms=700",
        "connect_timeout_ms=400",
        "handshake_timeout_ms=400",
        "request_timeout_ms=1500",
        "writer_recovery_timeout_ms=1500",
        "reader_recovery_timeout_ms=1500",
        "keep_alive_interval_ms=200",
        "liveness_timeout_ms=800",
    )
    for word in ("--set", pair)
]

OK, CHECK_FAILED, USAGE, CONFIGURATION, UNREACHABLE, NOT_FOUND, REFUSED = range(7)
DEADLINE, NOT_DURABLE, LOCAL_FAILURE, INTERRUPTED = 7, 8, 9, 130
SIGNALLED = 128


def environment(**variables):
    """The environment without what would configure the tool."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith("PRAVEGA_")
    }
    kept.update(variables)
    return kept


def call(*words, given=b"", env=None, timeout=PATIENCE_S, cwd=None):
    """Runs the tool to its end; outputs are bytes (`stdout`) and text (`stderr`)."""
    done = subprocess.run(
        [TOOL, *map(str, words)],
        input=given,
        capture_output=True,
        timeout=timeout,
        env=env or environment(),
        cwd=cwd,
        check=False,
    )
    done.stderr = done.stderr.decode(errors="replace")
    return done


def start(*words, **options):
    """Starts the tool and does not wait."""
    options.setdefault("stdin", subprocess.PIPE)
    return subprocess.Popen(
        [TOOL, *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        **options,
    )


def read_line(process, timeout=PATIENCE_S):
    """The next line of the process's output; fails if none comes. Its stdout must be unbuffered
    by Python: `start(..., bufsize=0)`."""
    line = b""
    while not line.endswith(b"\n"):
        ready, _, _ = select.select([process.stdout], [], [], timeout)
        if not ready:
            raise AssertionError(f"no line within {timeout} s, only {line!r}")
        more = process.stdout.read(1)
        if not more:
            raise AssertionError(f"the output ended after {line!r}")
        line += more
    return line


def wait_until(holds, timeout=PATIENCE_S):
    """Asks again and again until it holds; fails when the time is over."""
    end = time.monotonic() + timeout
    while not holds():
        if time.monotonic() > end:
            raise AssertionError("what the test waits for does not come")
        time.sleep(0.02)


class Sandbox:
    """`pravega-actor sandbox` as a process of its own."""

    def __init__(self, *options):
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [TOOL, "sandbox", "--json", *map(str, options)],
            stdout=subprocess.PIPE,
            stderr=self.log,
            env=environment(),
        )
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError("the sandbox does not start")
        addresses = json.loads(line)
        self.uri = addresses["controller"]
        self.store = addresses["segment_store"]

    def logged(self):
        """What it has said on stderr so far."""
        return os.pread(self.log.fileno(), 1 << 20, 0).decode()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=PATIENCE_S)
        self.process.stdout.close()
        self.log.close()
        return code


class BadServer:
    """Listens and is "silent", sends "garbage", or will "close" every connection."""

    def __init__(self, manner):
        self.manner = manner
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        self.held = []
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            if self.manner == "close":
                peer.close()
                continue
            self.held.append(peer)
            if self.manner == "garbage":
                threading.Thread(target=self.babble, args=(peer,), daemon=True).start()

    @staticmethod
    def babble(peer):
        try:
            peer.recv(1)
            peer.sendall(bytes(range(255, 0, -1)) * 64)
            while peer.recv(65536):
                pass
        except OSError:
            return

    def stop(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(timeout=PATIENCE_S)
        for peer in self.held:
            peer.close()


def closed_port():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


class ToolTest(unittest.TestCase):
    """A sandbox for each class; `self.stream()` is a name that nobody has used."""

    sandbox_options = ()

    @classmethod
    def setUpClass(cls):
        cls.sandbox = Sandbox(*cls.sandbox_options)

    @classmethod
    def tearDownClass(cls):
        code = cls.sandbox.stop()
        assert code == OK, f"the sandbox ended with {code}"

    @staticmethod
    def stream():
        return f"scope/s-{uuid.uuid4().hex[:12]}"

    def at(self):
        return ["--controller", self.sandbox.uri]

    def run_tool(self, *words, expect=OK, given=b"", **options):
        done = call(*words, *self.at(), given=given, **options)
        self.assertEqual(done.returncode, expect, f"{words}: {done.stderr}\n{done.stdout!r}")
        return done

    def json_of(self, *words, **options):
        return json.loads(self.run_tool(*words, "--json", **options).stdout)

    def new_stream(self, segments=1):
        name = self.stream()
        self.run_tool("stream", "create", name, "--segments", segments)
        return name

    def assert_error(self, done, *texts):
        """One line that names the texts, and nothing of a crash."""
        self.assertTrue(done.stderr.startswith("pravega-actor: "), done.stderr)
        for text in texts:
            self.assertIn(text, done.stderr)
        for text in ("terminate called", "Assertion", "runtime error"):
            self.assertNotIn(text, done.stderr)


def main():
    unittest.main(verbosity=2)
