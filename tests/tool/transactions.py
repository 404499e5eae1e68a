#!/usr/bin/env python3
"""`write --transaction` and `transaction list|status|commit|abort`."""

import json
import re
import signal
import time

import support

NOBODY = "00000000-0000-0000-0000-0000000004d2"
ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


class Transactions(support.ToolTest):
    def state(self, name, id, expect="open"):
        found = self.json_of("transaction", "status", name, id)
        self.assertEqual(found, {"stream": name, "transaction": id, "state": expect})

    def begin(self, name, lines=b""):
        """A `write --transaction` whose input goes on; the id of the transaction."""
        writer = support.start("write", name, "--transaction", "--json", *self.at())
        said = writer.stderr.readline().decode()
        id = re.fullmatch(f"transaction ({ID}) of {name}\n", said)[1]
        writer.stdin.write(lines)
        writer.stdin.flush()
        return writer, id

    def ended(self, writer):
        out, told = writer.communicate(timeout=support.PATIENCE_S)
        return writer.returncode, json.loads(out), told.decode()

    def read(self, name):
        return self.run_tool("read", name).stdout

    def test_committed_at_the_end_of_the_input(self):
        name = self.new_stream(3)
        text = b"".join(b"%d k%d\n" % (i, i % 7) for i in range(2000)) + b"\n"
        found = self.json_of("write", name, "--transaction", "--key-field", 2, given=text)
        self.assertEqual(found["stream"], name)
        self.assertEqual((found["state"], found["lines"]), ("committed", 2001))
        self.assertEqual(found["without_key"], 1)
        self.state(name, found["transaction"], "committed")
        received = self.read(name).splitlines()
        self.assertEqual(sorted(received), sorted(text.splitlines()))
        for key in range(7):
            mine = [line for line in received if line.endswith(b" k%d" % key)]
            self.assertEqual(mine, [line for line in text.splitlines() if line in set(mine)])

    def test_what_it_says(self):
        name = self.stream()
        done = self.run_tool("write", name, "--create", "--transaction", given=b"one\ntwo\n")
        self.assertEqual(done.stdout, b"")
        said = rf"transaction {ID} of {name}\ncommitted: 2 events \(6 B\) are stored, [\d.]+ s\n"
        self.assertRegex(done.stderr, f"^{said}$")
        done = self.run_tool("write", name, "--transaction", "--quiet", given=b"three\n")
        self.assertEqual(done.stderr, "")
        self.assertEqual(self.read(name), b"one\ntwo\nthree\n")

    def test_no_lines(self):
        name = self.new_stream()
        found = self.json_of("write", name, "--transaction")
        self.assertEqual((found["state"], found["lines"]), ("committed", 0))
        self.assertEqual(self.read(name), b"")

    def test_open_until_the_input_ends(self):
        name = self.new_stream()
        writer, id = self.begin(name, b"one\n")
        self.state(name, id)
        self.assertEqual(self.read(name), b"")
        writer.stdin.write(b"two")
        code, found, told = self.ended(writer)
        self.assertEqual((code, found["state"], told), (support.OK, "committed", ""))
        self.assertEqual(self.read(name), b"one\ntwo\n")

    def test_aborted_by_an_interrupt(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            name = self.new_stream()
            writer, id = self.begin(name, b"one\ntwo\nincomplete")
            self.state(name, id)
            writer.send_signal(number)
            code, found, told = self.ended(writer)
            self.assertEqual(code, support.SIGNALLED + number, told)
            self.assertEqual((found["transaction"], found["state"]), (id, "aborted"))
            self.assertEqual(found["error"]["code"], "cancelled")
            self.assertIn("stopped by a signal", told)
            self.assertRegex(told, rf"transaction {id} of {name}: aborted; none of \d lines? is")
            self.state(name, id, "aborted")
            self.assertEqual(self.read(name), b"")

    def test_aborted_by_a_line_that_is_too_large(self):
        name = self.new_stream()
        text = b"one\n" + b"a" * ((8 << 20) + 1) + b"\nthree\n"
        words = ("write", name, "--transaction", "--json")
        done = self.run_tool(*words, given=text, expect=support.REFUSED)
        self.assertIn("line 2 has more than", done.stderr)
        self.assertIn("aborted; none of 1 line is stored", done.stderr)
        self.state(name, json.loads(done.stdout)["transaction"], "aborted")
        self.assertEqual(self.read(name), b"")

    def test_aborted_by_another_process(self):
        name = self.new_stream()
        writer, id = self.begin(name, b"one\n")
        ended = self.json_of("transaction", "abort", name, id)
        self.assertEqual(
            ended, {"stream": name, "transaction": id, "state": "aborted", "already": False}
        )
        code, found, told = self.ended(writer)
        self.assertEqual((code, found["state"]), (support.REFUSED, "aborted"))
        self.assertEqual(found["error"]["code"], "transaction_aborted")
        self.assertIn("another process has aborted it", told)
        self.assertEqual(self.read(name), b"")

    def test_committed_by_another_process(self):
        name = self.new_stream()
        writer, id = self.begin(name)
        self.json_of("transaction", "commit", name, id)
        writer.stdin.write(b"too late\n")
        code, found, told = self.ended(writer)
        self.assertEqual((code, found["state"]), (support.REFUSED, "committed"))
        self.assertEqual(found["error"]["code"], "transaction_committed")
        self.assertIn("another process has committed it", told)
        self.assertEqual(self.read(name), b"")

    def test_an_outcome_that_is_unknown(self):
        sandbox = support.Sandbox()
        at = ("--controller", sandbox.uri)
        support.call("stream", "create", "a/b", *at)
        words = ("write", "a/b", "--transaction", "--json", "--timeout", 3, *support.SHORT)
        writer = support.start(*words, *at)
        id = writer.stderr.readline().decode().split()[1]
        sandbox.stop()
        began = time.monotonic()
        code, found, told = self.ended(writer)
        self.assertEqual((code, found["state"]), (support.NOT_DURABLE, "unknown"), told)
        self.assertIn(f"`pravega-actor transaction status a/b {id}` shows it", told)
        self.assertLess(time.monotonic() - began, 30)

    def test_status_commit_and_abort(self):
        name = self.new_stream()
        for verb, state, other in (
            ("commit", "committed", "abort"),
            ("abort", "aborted", "commit"),
        ):
            with self.subTest(verb):
                writer, id = self.begin(name)
                self.state(name, id)
                writer.kill()
                writer.communicate()
                out = self.run_tool("transaction", verb, name, id.upper()).stdout.decode()
                self.assertEqual(out, f"{id} {state}\n")
                out = self.run_tool("transaction", "status", name, id).stdout.decode()
                self.assertEqual(out, f"{id} {state}\n")
                again = self.json_of("transaction", verb, name, id)
                self.assertEqual((again["state"], again["already"]), (state, True))
                out = self.run_tool("transaction", verb, name, id).stdout.decode()
                self.assertEqual(out, f"{id} was {state}\n")
                done = self.run_tool("transaction", other, name, id, expect=support.REFUSED)
                self.assert_error(done, id, f"transaction_{state}")

    def test_a_killed_writer_leaves_nothing_to_readers(self):
        name = self.new_stream()
        writer, id = self.begin(name, b"one\n")
        writer.kill()
        writer.communicate()
        self.state(name, id)
        self.assertEqual(self.read(name), b"")
        self.run_tool("transaction", "abort", name, id)

    def test_over_a_split(self):
        name = self.new_stream()
        writer, id = self.begin(name, b"first\n")
        self.run_tool("write", name, given=b"before\n")
        self.run_tool("stream", "scale", name, "--split", 0)
        code, found, _ = self.ended(writer)
        self.assertEqual((code, found["transaction"]), (support.OK, id))
        self.assertEqual(self.read(name), b"before\nfirst\n")

    def test_list(self):
        name = self.new_stream()
        done = self.run_tool("transaction", "list", name)
        self.assertEqual(done.stdout, b"")
        self.assertIn(f"the controller lists no completed transaction of {name}", done.stderr)
        first = self.json_of("write", name, "--transaction", given=b"x\n")["transaction"]
        writer, second = self.begin(name)
        self.run_tool("transaction", "abort", name, second)
        self.ended(writer)
        writer, third = self.begin(name)
        wanted = sorted([(first, "committed"), (second, "aborted")])
        lines = self.run_tool("transaction", "list", name).stdout.decode().splitlines()
        self.assertEqual(sorted(lines), [f"{id} {state}" for id, state in wanted])
        found = self.json_of("transaction", "list", name)
        self.assertEqual(found["stream"], name)
        pairs = [(each["transaction"], each["state"]) for each in found["transactions"]]
        self.assertEqual(sorted(pairs), wanted)
        self.state(name, third)
        self.ended(writer)

    def test_what_is_not_there(self):
        name = self.new_stream()
        for verb in ("status", "commit", "abort"):
            with self.subTest(verb):
                began = time.monotonic()
                words = ("transaction", verb, name, NOBODY)
                done = self.run_tool(*words, expect=support.NOT_FOUND)
                self.assert_error(done, NOBODY, name, "transaction_not_found")
                done = self.run_tool(
                    "transaction", verb, "no/where", NOBODY, expect=support.NOT_FOUND
                )
                self.assert_error(done, "no/where")
                done = self.run_tool(
                    "transaction", verb, name, "four", expect=support.REFUSED
                )
                self.assert_error(done, "the id of a transaction")
                self.run_tool("transaction", verb, name, expect=support.USAGE)
                self.assertLess(time.monotonic() - began, 20)
        self.run_tool("transaction", "list", "no/where", expect=support.NOT_FOUND)
        self.run_tool("transaction", expect=support.USAGE)
        done = self.run_tool("write", "no/where", "--transaction", expect=support.NOT_FOUND)
        self.assert_error(done, "no/where")

    def test_a_sealed_stream(self):
        name = self.new_stream()
        self.run_tool("stream", "seal", name)
        done = self.run_tool("write", name, "--transaction", expect=support.REFUSED)
        self.assert_error(done, "stream_sealed")


if __name__ == "__main__":
    support.main()
