#!/usr/bin/env python3
"""`sandbox`: addresses, ports, stores, memory, its log, its end."""

import hashlib
import json
import os
import pathlib
import signal
import socket
import ssl
import tempfile

import support


def hash_of(password):
    """As in a password file of Pravega."""
    salt = os.urandom(32)
    made = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 5000, 64)
    return f"5000:{salt.hex()}:{made.hex()}".encode().hex()


class SandboxVerb(support.unittest.TestCase):
    def test_the_first_line_is_the_uri(self):
        process = support.start("sandbox", "--quiet", bufsize=0)
        uri = support.read_line(process).decode().strip()
        self.assertRegex(uri, r"^tcp://127\.0\.0\.1:\d+$")
        done = support.call("stream", "create", "a/b", "--controller", uri)
        self.assertEqual(done.returncode, support.OK, done.stderr)
        process.send_signal(signal.SIGINT)
        out, told = process.communicate(timeout=support.PATIENCE_S)
        self.assertEqual((process.returncode, out, told), (support.OK, b"", b""))

    def test_ports_and_log(self):
        controller, store = support.closed_port(), support.closed_port()
        process = support.start(
            "sandbox", "--controller-port", controller, "--store-port", store, bufsize=0
        )
        self.assertEqual(
            support.read_line(process).decode().strip(), f"tcp://127.0.0.1:{controller}"
        )
        done = support.call(
            "write", "a/b", "--create", "--controller", f"tcp://127.0.0.1:{controller}", given=b"x\n"
        )
        self.assertEqual(done.returncode, support.OK, done.stderr)
        again = support.call("sandbox", "--controller-port", controller)
        self.assertEqual(again.returncode, support.LOCAL_FAILURE)
        self.assertIn(str(controller), again.stderr)
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=support.PATIENCE_S)
        self.assertEqual(process.returncode, support.OK)
        for text in (f"segment store 127.0.0.1:{store}", "1 events", "stopped by a signal"):
            self.assertIn(text, told.decode())

    def test_a_full_sandbox_refuses_and_loses_nothing(self):
        sandbox = support.Sandbox("--memory-mb", 1)
        self.addCleanup(sandbox.stop)
        lines = b"".join(b"%06d %s\n" % (i, b"x" * 993) for i in range(3000))
        done = support.call(
            "write", "a/b", "--create", "--controller", sandbox.uri, *support.SHORT, given=lines
        )
        self.assertEqual(done.returncode, support.NOT_DURABLE)
        self.assertIn("the sandbox is full: an append of ", done.stderr)
        durable = int(done.stderr.split("durable: lines 1 to ")[1].split()[0])
        self.assertGreater(durable, 0)
        back = support.call("read", "a/b", "--controller", sandbox.uri)
        self.assertEqual(back.stdout[: durable * 1001], lines[: durable * 1001])

    def test_a_full_memory_is_reported(self):
        cases = (((), "refuses appends"), (("--drop-oldest",), "drops the oldest events"))
        for options, report in cases:
            with self.subTest(report):
                sandbox = support.Sandbox("--memory-mb", 1, "--quiet", *options)
                self.addCleanup(sandbox.stop)
                lines = (b"x" * 999 + b"\n") * 3000
                longer = ("--set", "writer_recovery_timeout_ms=4000")
                at = ("--controller", sandbox.uri, *support.SHORT, *longer)
                done = support.call("write", "a/b", "--create", *at, given=lines)
                self.assertEqual(done.returncode == support.OK, bool(options), done.stderr)
                # While it tries again, too: the end of the connection does not hide the refusal.
                if not options:
                    self.assertRegex(done.stderr, "still trying: .*: the sandbox is full: ")
                expected = f"memory of 1 MiB is full: it {report}"
                support.wait_until(lambda: expected in sandbox.logged())
                self.assertEqual(sandbox.logged().count("\n"), 1)

    def test_the_largest_streams_make_room(self):
        sandbox = support.Sandbox("--memory-mb", 4, "--drop-oldest")
        self.addCleanup(sandbox.stop)
        at = ("--controller", sandbox.uri, *support.SHORT)
        sizes = {"a/small": 100, "a/first": 3500, "a/second": 3500}
        for stream, count in sizes.items():
            lines = b"".join(b"%05d %s\n" % (i, b"x" * 993) for i in range(count))
            done = support.call("write", stream, "--create", *at, given=lines)
            self.assertEqual(done.returncode, support.OK, done.stderr)
        found = {}
        for stream, count in sizes.items():
            back = support.call("read", stream, *at)
            self.assertEqual(back.returncode, support.OK, back.stderr)
            found[stream] = [int(line[:5]) for line in back.stdout.splitlines()]
            # What is left is the end of the stream, without a gap.
            self.assertEqual(found[stream], list(range(count))[-len(found[stream]) :])
        self.assertEqual(len(found["a/small"]), 100)
        for stream in ("a/first", "a/second"):
            self.assertGreater(len(found[stream]), 1000)
            self.assertLess(len(found[stream]), 3500)

    def test_several_stores(self):
        process = support.start("sandbox", "--stores", 3, "--json", "--quiet", bufsize=0)
        self.addCleanup(process.kill)
        told = json.loads(support.read_line(process))
        self.assertEqual(len(set(told["segment_stores"])), 3)
        self.assertEqual(told["segment_store"], told["segment_stores"][0])
        at = ["--controller", told["controller"]]
        done = support.call("stream", "create", "a/b", "--segments", 16, *at)
        self.assertEqual(done.returncode, support.OK, done.stderr)
        lines = b"".join(b"line %d\n" % i for i in range(1000))
        done = support.call("write", "a/b", "--key-field", 2, *at, given=lines)
        self.assertEqual(done.returncode, support.OK, done.stderr)
        back = support.call("read", "a/b", *at)
        self.assertEqual(sorted(back.stdout.splitlines()), sorted(lines.splitlines()))
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=support.PATIENCE_S)
        self.assertEqual(process.returncode, support.OK)

    def test_tls_and_passwords(self):
        with tempfile.TemporaryDirectory() as folder:
            passwords = pathlib.Path(folder) / "passwords"
            hashed = hash_of("secret")
            passwords.write_text(f"user:{hashed}:*,READ_UPDATE\n")
            certificates = pathlib.Path(folder) / "certificates"
            sandbox = support.Sandbox(
                "--tls", certificates, "--auth", passwords, "--token-lifetime-s", 60
            )
            self.addCleanup(sandbox.stop)
            self.assertRegex(sandbox.uri, r"^tls://127\.0\.0\.1:\d+$")
            host, port = sandbox.store.rsplit(":", 1)
            trust = ssl.create_default_context(cafile=certificates / "ca-cert.pem")
            with socket.create_connection((host, int(port))) as plain:
                with trust.wrap_socket(plain, server_hostname="localhost") as secure:
                    self.assertIn(secure.version(), ("TLSv1.2", "TLSv1.3"))
            self.assertEqual((certificates / "server-key.pem").stat().st_mode & 0o777, 0o600)
            support.wait_until(lambda: "only this machine can connect" in sandbox.logged())
            self.assertIn(f"clients trust {certificates}/ca-cert.pem", sandbox.logged())

    def test_our_client_on_it_with_tls(self):
        with tempfile.TemporaryDirectory() as folder:
            sandbox = support.Sandbox("--tls", folder)
            self.addCleanup(sandbox.stop)
            at = ("--controller", sandbox.uri)
            trust = ("--tls-trust-store", f"{folder}/ca-cert.pem")
            lines = b"".join(b"line %d\n" % i for i in range(1000))
            done = support.call("write", "a/b", "--create", *at, *trust, given=lines)
            self.assertEqual(done.returncode, support.OK, done.stderr)
            self.assertEqual(support.call("read", "a/b", *at, *trust).stdout, lines)
            done = support.call("read", "a/b", *at)
            self.assertNotEqual(done.returncode, support.OK)
            self.assertIn("certificate_rejected", done.stderr)

    def test_files_of_passwords_that_are_none(self):
        with tempfile.TemporaryDirectory() as folder:
            empty = pathlib.Path(folder) / "empty"
            empty.write_text("# nobody\n")
            done = support.call("sandbox", "--auth", empty)
            self.assertEqual(done.returncode, support.REFUSED)
            self.assertIn("no user", done.stderr)
            done = support.call("sandbox", "--auth", empty.with_name("gone"))
            self.assertEqual(done.returncode, support.LOCAL_FAILURE)
            self.assertIn("gone", done.stderr)

    def test_a_sandbox_for_everybody_says_so(self):
        sandbox = support.Sandbox("--host", "0.0.0.0", "--quiet")
        self.addCleanup(sandbox.stop)
        expected = "everybody who can connect may do everything"
        support.wait_until(lambda: expected in sandbox.logged())

    def test_numbers_out_of_their_ranges(self):
        for words in (
            ("--stores", 0),
            ("--stores", 65),
            ("--auto-scale-window-ms", -1),
            ("--retention-period-ms", -1),
            ("--stores", "many"),
        ):
            with self.subTest(words):
                done = support.call("sandbox", *words)
                self.assertEqual(done.returncode, support.USAGE)
                self.assertIn(words[0], done.stderr)

    def test_stores_need_ports_that_exist(self):
        done = support.call("sandbox", "--stores", 3, "--store-port", 65534)
        self.assertEqual(done.returncode, support.REFUSED)
        self.assertIn("store_port", done.stderr)

    def test_a_host_that_does_not_resolve(self):
        done = support.call("sandbox", "--host", "no-such-host.invalid")
        self.assertEqual(done.returncode, support.REFUSED)
        self.assertIn("no-such-host.invalid", done.stderr)


if __name__ == "__main__":
    support.main()
