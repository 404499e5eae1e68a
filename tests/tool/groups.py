#!/usr/bin/env python3
"""`read --group`, `verify --group`, `bench read --group` and `group`: processes share a stream."""

import json
import re
import signal
import threading
import xml.etree.ElementTree

import support

# Readers that balance within a second or two.
QUICK = ("--refresh-ms", 200, "--checkpoint-interval-ms", 500, "--release-between-checkpoints")


class Member:
    """`read STREAM --group G --json --follow` as a process; collects what it prints."""

    def __init__(self, test, stream, group, *words, name=None):
        named = ("--reader", name) if name else ()
        words = ("read", stream, "--group", group, "--json", "--follow", *named, *words)
        self.process = support.start(*words, *test.at())
        self.items = []
        self.thread = threading.Thread(target=self.collect, daemon=True)
        self.thread.start()
        test.addCleanup(self.end)

    def collect(self):
        for line in self.process.stdout:
            self.items.append(json.loads(line))

    def events(self):
        return [item["event"] for item in list(self.items) if "event" in item]

    def checkpoints(self):
        return [item["checkpoint"] for item in list(self.items) if "checkpoint" in item]

    def stop(self, number=signal.SIGINT):
        self.process.send_signal(number)
        code = self.process.wait(timeout=support.PATIENCE_S)
        self.thread.join(timeout=support.PATIENCE_S)
        return code, self.process.stderr.read().decode()

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(timeout=support.PATIENCE_S)
        self.thread.join(timeout=support.PATIENCE_S)
        for end in (self.process.stdin, self.process.stdout, self.process.stderr):
            end.close()


class Groups(support.ToolTest):
    def write(self, stream, prefix, count):
        lines = [f"{prefix}-{i}" for i in range(count)]
        text = "".join(f"{i % 50} {line}\n" for i, line in enumerate(lines))
        self.run_tool("write", stream, "--key-field", 1, given=text.encode())
        return text.splitlines()

    def started(self, *words, **options):
        """The tool as a process, which does not outlive the test."""
        process = support.start(*words, *self.at(), **options)
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        if process.poll() is None:
            process.kill()
            process.wait(timeout=support.PATIENCE_S)
        for end in (process.stdin, process.stdout, process.stderr):
            end.close()

    def describe(self, group, *words):
        return self.json_of("group", "describe", group, *words)

    def shares(self, group):
        """Segments by reader; empty also as long as there is no group."""
        words = ("group", "describe", group, "--unread", "none", "--json", *self.at())
        done = support.call(*words)
        if done.returncode == support.NOT_FOUND:
            return {}
        self.assertEqual(done.returncode, support.OK, done.stderr)
        found = json.loads(done.stdout)
        return {each["reader"]: len(each["segments"]) for each in found["readers"]}

    def await_shares(self, group, **wanted):
        support.wait_until(lambda: self.shares(group) == wanted)

    def test_alone_until_nothing_is_left(self):
        name = self.new_stream(2)
        sent = self.write(name, "a", 200)
        words = ("read", name, "--group", "alone", "--refresh-ms", 200)
        done = self.run_tool(*words)
        self.assertEqual(sorted(done.stdout.decode().splitlines()), sorted(sent))
        # The group knows what was read.
        self.assertEqual(self.run_tool(*words).stdout, b"")
        more = self.write(name, "b", 10)
        found = self.run_tool(*words, "--json", "--reader", "me").stdout.splitlines()
        events = [json.loads(line) for line in found]
        events = [event for event in events if "event" in event]
        self.assertEqual(sorted(event["event"] for event in events), sorted(more))
        for event in events:
            self.assertEqual(set(event), {"segment", "offset", "event", "reader"})
            self.assertEqual(event["reader"], "me")
        self.assertEqual(self.describe(f"scope/alone")["readers"], [])

    def test_a_count_leaves_the_rest(self):
        name = self.new_stream()
        sent = self.write(name, "a", 30)
        words = ("read", name, "--group", "counted", "--refresh-ms", 200)
        received = []
        for _ in range(3):
            received += self.run_tool(*words, "--count", 7).stdout.decode().splitlines()
        self.assertEqual(received, sent[:21])
        self.assertEqual(self.run_tool(*words).stdout.decode().splitlines(), sent[21:])

    def test_two_processes_share_and_one_is_killed(self):
        name = self.new_stream(4)
        one = Member(self, name, "scope/shared", *QUICK, name="one")
        self.await_shares("scope/shared", one=4)
        two = Member(self, name, "shared", *QUICK, name="two")
        self.await_shares("scope/shared", one=2, two=2)
        sent = self.write(name, "a", 400)
        support.wait_until(lambda: len(one.events()) + len(two.events()) == len(sent))
        self.assertEqual(sorted(one.events() + two.events()), sorted(sent))
        self.assertTrue(one.events() and two.events())
        two.process.kill()
        two.process.wait(timeout=support.PATIENCE_S)
        before = len(one.events())
        # Its segments wait for it.
        self.assertEqual(self.shares("scope/shared"), {"one": 2, "two": 2})
        more = self.write(name, "b", 200)
        told = self.json_of("group", "offline", "scope/shared", "two")
        self.assertEqual(told, {"group": "scope/shared", "reader": "two", "was_online": True})
        again = self.json_of("group", "offline", "scope/shared", "two")
        self.assertFalse(again["was_online"])
        self.await_shares("scope/shared", one=4)
        support.wait_until(lambda: set(more) <= set(one.events()))
        self.assertEqual(sorted(set(one.events() + two.events())), sorted(sent + more))
        # Once more comes only what the dead reader had not told the group.
        late = one.events()[before:]
        self.assertTrue(set(late) - set(more) <= set(two.events()))
        self.assertEqual(len(late), len(set(late)))
        code, text = one.stop(signal.SIGTERM)
        self.assertEqual(code, support.OK)
        self.assertRegex(text, r"one has left scope/shared; released: scope/s-\w+/\d+\.#epoch\.0=\d+")
        self.assertEqual(self.shares("scope/shared"), {})

    def test_a_lease_buries_who_is_killed(self):
        name = self.new_stream(2)
        words = (*QUICK, "--lease-ms", 1000)
        one = Member(self, name, "leased", *words, name="one")
        self.await_shares("scope/leased", one=2)
        two = Member(self, name, "leased", *words, name="two")
        self.await_shares("scope/leased", one=1, two=1)
        two.process.kill()
        two.process.wait(timeout=support.PATIENCE_S)
        self.await_shares("scope/leased", one=2)
        sent = self.write(name, "a", 20)
        support.wait_until(lambda: sorted(one.events()) == sorted(sent))

    def test_a_checkpoint_while_two_read(self):
        name = self.new_stream(2)
        quiet = ("--refresh-ms", 200, "--checkpoint-interval-ms", 0, "--release-between-checkpoints")
        members = [Member(self, name, "passing", *quiet, name=each) for each in ("one", "two")]
        self.await_shares("scope/passing", one=1, two=1)
        sent = self.write(name, "a", 100)
        support.wait_until(lambda: sum(len(each.events()) for each in members) == len(sent))
        made = self.json_of("group", "checkpoint", "scope/passing", "--name", "mine")
        self.assertEqual((made["group"], made["checkpoint"]), ("scope/passing", "mine"))
        self.assertEqual([each["stream"] for each in made["cuts"]], [name])
        for each in members:
            support.wait_until(lambda each=each: each.checkpoints() == ["mine"])
        # The line was written before it was released, behind what the reader had read.
        for each in members:
            self.assertEqual(each.items[-1], {"checkpoint": "mine", "reader": each.items[0]["reader"]})
        cut = made["cuts"][0]["cut"]
        self.assertEqual(self.run_tool("read", name, "--from", cut).stdout, b"")
        same = ("group", "checkpoint", "scope/passing", "--name", "mine")
        self.assert_error(self.run_tool(*same, expect=support.REFUSED), "checkpoint mine")

    def test_a_checkpoint_names_who_does_not_answer(self):
        name = self.new_stream()
        member = Member(self, name, "deaf", *QUICK, name="gone")
        self.await_shares("scope/deaf", gone=1)
        member.process.kill()
        member.process.wait(timeout=support.PATIENCE_S)
        words = ("group", "checkpoint", "scope/deaf", "--timeout", 2)
        done = support.call(*words, *self.at())
        self.assertEqual(done.returncode, support.DEADLINE, done.stderr)
        self.assert_error(done, "gone", "of scope/deaf", "`pravega-actor group offline`")
        found = self.describe("scope/deaf")
        self.assertIn(["gone"], [each["waits_for"] for each in found["outstanding_checkpoints"]])

    def test_describe(self):
        name = self.new_stream(2)
        self.write(name, "a", 100)
        self.run_tool("group", "create", "scope/seen", "--stream", name, "--refresh-ms", 200)
        bytes_in = self.json_of("stream", "info", name)["bytes"]
        found = self.describe("scope/seen", "--unread", "both")
        self.assertEqual((found["group"], found["readers"]), ("scope/seen", []))
        self.assertEqual(len(found["unassigned"]), 2)
        self.assertEqual(found["config"]["refresh_ms"], 200)
        self.assertEqual(found["unread_since_checkpoint"]["total"], bytes_in)
        self.assertEqual(found["unread_live"]["total"], bytes_in)
        self.run_tool("group", "checkpoint", "scope/seen", "--name", "early")
        # It completed at once, but a reset to the last checkpoint does not go there.
        self.assertEqual(self.describe("scope/seen")["last_checkpoint"], [])
        text = self.run_tool("group", "describe", "scope/seen").stdout.decode()
        self.assertIn("none that readers passed (others do not count)", text)
        self.assertLessEqual(max(map(len, text.splitlines())), 80)
        Member(self, name, "seen", *QUICK[4:], name="reader-of-all")
        support.wait_until(
            lambda: self.describe("scope/seen", "--unread", "live")["unread_live"]["total"] == 0
        )
        text = self.run_tool("group", "describe", "scope/seen").stdout.decode()
        self.assertLessEqual(max(map(len, text.splitlines())), 80)
        self.assertRegex(text, r"(?m)^group +scope/seen: 1 reader, 2 segments, 0 free$")
        self.assertRegex(text, r"(?m)^reader-of-all +2 +[\d,]+$")
        self.run_tool("group", "describe", "scope/seen", "--unread", "x", expect=support.REFUSED)
        missing = self.run_tool("group", "describe", "scope/none", expect=support.NOT_FOUND)
        self.assert_error(missing, "scope/none", "reader group does not exist")

    def test_watch(self):
        name = self.new_stream()
        self.run_tool("group", "create", "scope/watched", "--stream", name)
        words = ("group", "describe", "scope/watched", "--watch", "--interval-s", 0.2, "--json")
        watch = self.started(*words, bufsize=0)
        self.assertEqual(json.loads(support.read_line(watch))["readers"], [])
        Member(self, name, "watched", name="new")
        while not json.loads(support.read_line(watch))["readers"]:
            continue
        watch.send_signal(signal.SIGINT)
        watch.stdout.read()
        self.assertEqual(watch.wait(timeout=support.PATIENCE_S), support.OK)

    def test_a_watch_shows_the_rest_when_a_reader_is_dead(self):
        name = self.new_stream()
        member = Member(self, name, "halted", *QUICK, name="gone")
        self.await_shares("scope/halted", gone=1)
        member.process.kill()
        member.process.wait(timeout=support.PATIENCE_S)
        words = ("group", "describe", "scope/halted", "--unread", "live", "--timeout", 1)
        watch = self.started(*words, "--watch", "--interval-s", 0.1, bufsize=0)
        for wanted in (r"unread live +unknown: ", r" +.*\bgone\b", r"gone +1", r"unread live "):
            while not re.match(wanted, support.read_line(watch).decode()):
                continue
        alone = support.call(*words, *self.at())
        self.assertEqual(alone.returncode, support.DEADLINE, alone.stderr)
        self.assert_error(alone, "scope/halted", "gone", "`pravega-actor group offline`")

    def test_create_list_and_delete(self):
        self.run_tool("stream", "create", "groups/s")
        words = ("group", "create", "groups/one", "--stream", "groups/s")
        made = self.json_of(*words, "--from", "tail", "--retention", "manual")
        self.assertEqual((made["group"], made["created"]), ("groups/one", True))
        self.assertEqual(made["config"]["retention"], "manual")
        self.assertEqual(self.run_tool(*words).stdout, b"existed groups/one\n")
        other = self.run_tool(*words, "--retention", "none", expect=support.REFUSED)
        self.assert_error(other, "groups/one", "retention manual instead of none")
        self.run_tool("stream", "create", "groups/t")
        for stream, code, told in (
            ("groups/t", support.REFUSED, "it does not read groups/t"),
            ("groups/none", support.NOT_FOUND, "groups/none"),
        ):
            group = "groups/one" if code == support.REFUSED else "groups/two"
            done = self.run_tool("group", "create", group, "--stream", stream, expect=code)
            self.assert_error(done, told)
        self.assertEqual(self.json_of("group", "list", "groups"), {"groups": ["one"]})
        self.assertEqual(self.run_tool("group", "list", "groups").stdout, b"one\n")
        self.assertEqual(
            self.json_of("group", "delete", "groups/one"), {"group": "groups/one", "deleted": True}
        )
        self.assertEqual(self.json_of("group", "list", "groups"), {"groups": []})
        self.run_tool("group", "delete", "groups/one", expect=support.NOT_FOUND)

    def test_reset(self):
        name = self.new_stream()
        sent = self.write(name, "a", 20)
        words = ("read", name, "--group", "back", "--refresh-ms", 200)
        self.run_tool(*words)
        member = Member(self, name, "back", name="old")
        self.await_shares("scope/back", old=1)
        told = self.json_of("group", "reset", "scope/back", "--from", "head")
        self.assertTrue(told["reset"])
        self.assertEqual(told["config"]["refresh_ms"], 200)
        code = member.process.wait(timeout=support.PATIENCE_S)
        self.assertEqual(code, support.REFUSED)
        self.assertIn("reset", member.process.stderr.read().decode())
        self.assertEqual(self.run_tool(*words).stdout.decode().splitlines(), sent)

    def test_an_existing_group_stays_as_it_is(self):
        name = self.new_stream()
        words = ("read", name, "--group", "kept")
        self.run_tool(*words, "--refresh-ms", 200)
        done = self.run_tool(*words, "--refresh-ms", 300)
        self.assertIn("scope/kept exists and stays as it is: refresh time 200 ms", done.stderr)
        self.assertNotIn("stays as it is", self.run_tool(*words).stderr)
        other = self.new_stream()
        refused = self.run_tool("read", other, "--group", "kept", expect=support.REFUSED)
        self.assert_error(refused, "does not read", other)

    def test_names_and_options_that_are_wrong(self):
        name = self.new_stream()
        Member(self, name, "taken", name="me")
        self.await_shares("scope/taken", me=1)
        done = self.run_tool(
            "read", name, "--group", "taken", "--reader", "me", expect=support.REFUSED
        )
        self.assert_error(done, "scope/taken", "me")
        for words in (("--reader", "x"), ("--refresh-ms", 1), ("--group", "g", "--cut"),
                      ("--group", "g", "--parallel", 2)):
            self.run_tool("read", name, *words, expect=support.USAGE)
        for words in (("--group", "_g"), ("--group", "g", "--reader", "a/b"),
                      ("--group", "g", "--retention", "often")):
            self.run_tool("read", name, *words, expect=support.REFUSED)

    def test_verify_with_several_readers(self):
        name = self.stream()
        self.json_of("bench", "write", name, "--events", 20_000, "--segments", 4)
        words = ("verify", name, "--events", 20_000, "--group", "checked", "--refresh-ms", 200)
        found = self.json_of(*words, "--readers", 3)
        self.assertEqual((found["ok"], found["end"], found["events"]), (True, "tail", 20_000))
        # The group has read everything.
        found = self.json_of(*words, expect=support.CHECK_FAILED)
        self.assertEqual((found["events"], found["lost"]), (0, 20_000))

    def test_verify_follows_through_scaling(self):
        name = self.new_stream(2)
        words = ("bench", "write", name, "--events", 6000, "--rate", 2000, "--json")
        writer = self.started(*words)
        reader = self.started(
            *("verify", name, "--events", 6000, "--follow", "--group", "scaled", "--readers", 2),
            *("--json", *QUICK),
        )
        self.run_tool("stream", "scale", name, "--segments", 4)
        self.run_tool("stream", "scale", name, "--segments", 2)
        writer.communicate(timeout=support.PATIENCE_S)
        self.assertEqual(writer.returncode, support.OK)
        out, told = reader.communicate(timeout=support.PATIENCE_S)
        found = json.loads(out)
        self.assertEqual((found["ok"], found["end"]), (True, "count"), told)

    def test_bench_read(self):
        name = self.stream()
        words = ("bench", "read", name, "--events", 20_000, "--segments", 4, "--group", "measured")
        for _ in range(2):
            found = self.json_of(*words)
            self.assertEqual((found["events"], found["check"]), (20_000, "ok"))
            self.assertEqual(found["group"], "measured")

    def test_bench_group(self):
        words = ("bench", "group", "benched/s", "--segments", 5, "--readers", 3, "--idle", 1)
        found = self.json_of(*words)
        self.assertEqual((found["readers"], found["segments"]), (3, 5))
        for figure in ("first_event", "fair", "next_event", "joined", "left"):
            self.assertGreater(found[figure + "_ms"], 0, figure)
        self.assertLessEqual(found["idle_core_percent_per_reader"], 200)
        # The group is gone again.
        self.assertEqual(self.json_of("group", "list", "benched"), {"groups": []})

    def test_the_picture_has_ticks(self):
        name = self.new_stream(2)
        self.write(name, "a", 10)
        Member(self, name, "drawn", *QUICK, name="painter")
        self.await_shares("scope/drawn", painter=2)
        with support.tempfile.NamedTemporaryFile(suffix=".svg") as file:
            words = ("stream", "lineage", name, "--group", "drawn", "--svg", file.name)
            found = self.json_of(*words)
            text = "".join(xml.etree.ElementTree.parse(file.name).getroot().itertext())
        self.assertEqual([each["reader"] for each in found["readers"]], ["painter"] * 2)
        self.assertIn("reader painter: segment 0.0, ", text)


if __name__ == "__main__":
    support.main()
