#!/usr/bin/env python3
"""Java readers and ours share a group that Java made: each event goes to one of them, over two
splits and one merge, while a reader of each kind leaves; at last one of ours dies."""

import json
import subprocess
import sys

import interop

EVENTS, KEYS, SIZE, RATE = 60_000, 60, 100, 2_000
PEER = sys.argv[1]


class Ours:
    """One of our readers in the background; it leaves its group when its input ends."""

    def __init__(self, server, scope, group, reader, *, idle_ms=120_000, how="leave", count=0):
        words = [PEER, server.uri, scope, group, reader, KEYS, idle_ms, how, count]
        self.process = subprocess.Popen(
            [str(word) for word in words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        joined = self.process.stdout.readline()
        interop.check("joined" in joined, f"{reader} did not join: {joined}")

    def ended(self, timeout=120):
        self.process.stdin.close()
        # `communicate` would write to the input that is closed already.
        text = self.process.stdout.read()
        code = self.process.wait(timeout)
        interop.check(code == 0, f"our reader ended with {code}")
        return json.loads(text.splitlines()[-1])


def java(server, *words):
    words = [str(word) for word in (*words, "--controller", server.uri)]
    command = interop.peer_command(interop.STATE / "classes", *words, heap="512m")
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def ended(process, timeout=240):
    text, _ = process.communicate(timeout=timeout)
    interop.check(process.returncode == 0, f"the Java peer ended with {process.returncode}")
    return interop.last_json(text)


def readers_of(server, scope, group):
    return interop.peer(server, "group-info", scope, group)["readers"]


def share(server):
    scope, stream = interop.new_stream("mixed")
    group = f"g-{stream}"
    interop.peer(server, "create", scope, stream, 2)
    interop.peer(
        server, "group-create", scope, stream, group, "--auto-checkpoint-ms", 1000
    )
    many = 10 * EVENTS
    javas = java(server, "read", scope, stream, group, "java-1", many, "--idle-ms", 15_000)
    brief = java(server, "read", scope, stream, group, "java-2", 3_000, "--idle-ms", 60_000)
    one = Ours(server, scope, group, "ours-1")
    two = Ours(server, scope, group, "ours-2")
    interop.wait_until(
        "the group has four readers", lambda: len(readers_of(server, scope, group)) == 4, 60
    )
    writer = java(
        server, "write", scope, stream, EVENTS, SIZE, "--rate", RATE, "--keys", KEYS
    )
    for words in (("--split", 0), ("--split", 2), ("--merge", 0)):
        done = interop.peer(server, "scale", scope, stream, *words)
        interop.check(done.get("ok") is True, f"the scale: {done}")
    made = interop.peer(server, "checkpoint", scope, group, "java-asks")
    interop.check(made["name"] == "java-asks", f"Java's checkpoint: {made}")
    left = [two.ended(), ended(brief)]
    written = ended(writer)
    interop.check(written["failed"] == 0, f"the Java client reports {written}")
    interop.wait_until(
        "the group has read everything",
        lambda: interop.peer(server, "group-info", scope, group)["unreadBytes"] == 0,
        120,
    )
    left += [ended(javas), one.ended()]
    counts = [each["count"] for each in left]
    interop.check(sum(counts) == EVENTS, f"{EVENTS} events, and the readers had {counts}")
    sums = sum(each["seq_sum"] for each in left)
    interop.check(sums == EVENTS * (EVENTS - 1) // 2, "lost and doubled events balance")
    reordered = sum(each.get("reordered", 0) for each in left)
    interop.check(reordered == 0, f"{reordered} events out of order in their key")
    interop.check(min(counts) > 0, f"a reader had nothing: {counts}")
    interop.check(readers_of(server, scope, group) == [], "somebody is still a member")
    return counts


def lose_one(server):
    """What our dead reader had not released comes again, to Java, and nothing else does."""
    scope, stream = interop.new_stream("mixed-death")
    group = f"g-{stream}"
    interop.peer(server, "create", scope, stream, 1)
    interop.peer(server, "write", scope, stream, 5_000, SIZE, "--keys", KEYS)
    interop.peer(server, "group-create", scope, stream, group)
    dead = Ours(server, scope, group, "ours", how="die", count=1).ended()
    interop.check(dead["held"] == dead["count"] > 0, f"nothing was held: {dead}")
    interop.check(readers_of(server, scope, group) == ["ours"], "the dead reader is a member")
    interop.peer(server, "reader-offline", scope, group, "ours")
    found = interop.peer(
        server, "read", scope, stream, group, "java", 5_000, "--idle-ms", 20_000
    )
    interop.check(found["count"] == 5_000, f"Java read {found['count']} of 5000")
    interop.check(found["seq_sum"] == 5_000 * 4_999 // 2, "events are lost or doubled")
    return dead["held"]


def main():
    server = interop.server()
    counts = share(server)
    again = lose_one(server)
    print(f"{EVENTS} events, each once: {counts} by java-1.. and ours; {again} read again")


main()
