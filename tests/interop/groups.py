"""Readers of groups for the tests: Java's and ours, each with a record of what it read.

A test gets the programs `group_peer` and `group_admin` as its arguments.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import time

import interop
from checkpoints import java_checkpoint
from group_records import Record

PEER, ADMIN = sys.argv[1:3]
ENDS_S_MAX = 120


class Members:
    """A process with readers of a group. They leave it when the input of the process ends."""

    def __init__(self, group, readers, command):
        self.group, self.readers = group, readers
        self.process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        group.records += self.records
        group.works.append(self)

    def wait_joined(self):
        line = self.process.stdout.readline()
        interop.check("joined" in line, f"{self.readers} did not join: {line}")
        return self

    def leave(self):
        """What the process reports."""
        self.process.stdin.close()
        return self.ended()

    def ended(self):
        try:
            code = self.process.wait(ENDS_S_MAX)
        except subprocess.TimeoutExpired:
            interop.fail(f"{self.readers} did not end within {ENDS_S_MAX} s")
        # `communicate` would write to the input that may be closed already.
        text = self.process.stdout.read()
        interop.check(code == 0, f"{self.readers} ended with {code}: {text}")
        return json.loads(text.splitlines()[-1])

    def ended_offline(self):
        """They ended by themselves, because the group does not have them any more."""
        offline = self.ended()["offline"]
        interop.check(offline == len(self.readers), f"of {self.readers} are offline: {offline}")


class Ours(Members):
    """One reader of this library; `count` and "die": see group_peer.cpp."""

    def __init__(self, group, reader, *, how="leave", count=0):
        self.records = [Record(group.directory / reader)]
        where = (group.server.uri, group.scope, group.name, reader, self.records[0].path)
        super().__init__(group, [reader], [PEER, *where, how, count])


class Javas(Members):
    """`count` readers of the Java client in one process: PREFIX0, PREFIX1 ..."""

    def __init__(self, group, prefix, count=1):
        readers = [f"{prefix}{i}" for i in range(count)]
        self.records = [Record(group.directory / reader) for reader in readers]
        words = ("share", group.scope, group.name, group.directory / prefix, count)
        words = (*words, "--prefix", prefix, "--controller", group.server.uri)
        words = [str(word) for word in words]
        command = interop.peer_command(interop.STATE / "classes", *words, heap="512m")
        super().__init__(group, readers, command)


class Group:
    """A stream and a group of it, whose readers end with the block."""

    def __init__(self, server, purpose, segments):
        self.server = server
        self.scope, self.stream = interop.new_stream(purpose)
        self.name = f"g-{self.stream}"
        self.records, self.works = [], []
        where = ("--controller", server.uri, f"{self.scope}/{self.stream}")
        interop.tool_ok("stream", "create", *where, "--segments", segments)

    def __enter__(self):
        self.kept = tempfile.TemporaryDirectory()
        self.directory = pathlib.Path(self.kept.name)
        return self

    def __exit__(self, *unused):
        for work in self.works:
            if work.process.poll() is None:
                work.process.kill()
            work.process.wait()
        self.kept.cleanup()

    def made_by_us(self, checkpoint_ms, refresh_ms):
        made = self.admin("create", self.stream, checkpoint_ms, refresh_ms)
        interop.check(made["created"] is True, f"our group: {made}")
        return self

    def made_by_java(self, checkpoint_ms, refresh_ms):
        times = ("--auto-checkpoint-ms", checkpoint_ms, "--refresh-ms", refresh_ms)
        self.java("group-create", self.scope, self.stream, self.name, *times)
        return self

    def admin(self, verb, *words):
        """A call of this library about the group."""
        where = (self.server.uri, self.scope, self.name)
        return interop.last_json(interop.run_ok([ADMIN, *where, verb, *words]))

    def java(self, *words):
        return interop.peer(self.server, *[str(word) for word in words])

    def ours(self, *readers):
        """They start at the same time."""
        started = [Ours(self, reader) for reader in readers]
        return [each.wait_joined() for each in started]

    def javas(self, prefix, count=1):
        return Javas(self, prefix, count).wait_joined()

    def wait_until_all_have_read(self, count, timeout_s=120):
        """Each reader so many events at least."""
        enough = lambda: all(len(record.look().numbers) >= count for record in self.records)
        interop.wait_until(f"every reader reads {count} events", enough, timeout_s)

    def checkpoint_by_us(self, name, file):
        where = (self.server.uri, self.scope, self.name)
        done = interop.run([ADMIN, *where, "checkpoint", name, file])
        interop.check(done.returncode == 0, f"{name}: {done.stdout}{done.stderr}")
        made = interop.last_json(done.stdout)
        interop.check(made["name"] == name, f"the checkpoint: {made}")
        return name

    def checkpoint_by_java(self, name, file):
        where = (self.server, self.scope, self.name)
        return java_checkpoint(*where, name, "--bytes", file)["name"]

    def shares(self):
        """How many segments each reader has."""
        return self.admin("info")["readers"]

    def wait_for_shares(self, *counts, timeout_s=120):
        """Until the readers have so many segments, in any order. Returns the seconds."""
        began = time.monotonic()
        wanted, now = sorted(counts), None
        while wanted != (now := sorted(self.shares().values())):
            late = time.monotonic() - began > timeout_s
            interop.check(not late, f"after {timeout_s} s readers have {now}, not {wanted}")
            time.sleep(0.1)
        return round(time.monotonic() - began, 1)

    def writer(self, keys, rate, size=100):
        """Writes until it is told to end; see `written`."""
        shape = ("--size", size, "--events", rate * 600, "--keys", keys, "--rate", rate)
        where = ("--controller", self.server.uri, "--stream", f"{self.scope}/{self.stream}")
        started = interop.Started("bench", "write", *where, *shape)
        self.works.append(started)
        return started

    def scale(self, *words):
        where = ("--controller", self.server.uri, f"{self.scope}/{self.stream}")
        interop.tool_ok("stream", "scale", *where, *words)

    def scale_by_java(self, *words):
        done = self.java("scale", self.scope, self.stream, *words)
        interop.check(done.get("ok") is True, f"Java's scale: {done}")


def written(writer):
    """How many events the writer wrote; it ends."""
    interop.check(writer.runs(), f"the writer ended by itself: {writer.said()}")
    return writer.ended_by_signal(60)["events"]
