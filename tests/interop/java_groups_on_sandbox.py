#!/usr/bin/env python3
"""The Java client's reader groups on our sandbox.

Two Java readers share a stream that Java writes, while it is split and merged and checkpoints
are made: nothing is lost, doubled or reordered. The checkpoints of another group hold back the
retention of its stream.
"""

import json

import interop
from checkpoints import java_checkpoint
from own_sandbox import Sandbox, java

PARTS, PART, KEYS, SIZE, RATE = 3, 10_000, 50, 100, 1000
EVENTS = PARTS * PART
SEGMENTS, READERS = 4, 2
FIRST, LATER = 10, 20_000
IDLE_MS, PATIENCE_S, CHECKPOINT_MS = 240_000, 120, 4_000


def share_a_stream(server):
    """The readers wait for all events, however long the steps take."""
    scope, stream = interop.new_stream("java-groups")
    group = f"g-{stream}"
    interop.peer(server, "create", scope, stream, SEGMENTS)
    verify = ("verify", scope, stream, group, EVENTS, "--create", "--readers", READERS)
    # A longer interval than Java's half second between looks at a checkpoint.
    verify += ("--auto-checkpoint-ms", CHECKPOINT_MS, "--refresh-ms", 500)
    with java(server, *verify, "--keys", KEYS, "--idle-ms", IDLE_MS) as readers:
        write(server, scope, stream, 0)
        made = [checkpoint(server, scope, group, "first")]
        write(server, scope, stream, 1, scale=("--split", 0))
        made.append(checkpoint(server, scope, group, "second"))
        write(server, scope, stream, 2, scale=("--merge", 2))
        found = readers.ended(timeout=PATIENCE_S, codes=(0, 2))
    interop.check_complete(found, EVENTS, "the Java group")
    interop.check(min(found["per_reader"]) > 0, f"a reader read nothing: {found['per_reader']}")
    interop.check(made[0] != made[1], f"two checkpoints at one place: {made[0]}")
    left = interop.peer(server, "group-info", scope, group)
    interop.check(left["readers"] == [], f"readers that are gone are online: {left}")
    # Counted from the last checkpoint, which may precede the last events.
    interop.check(left["unreadBytes"] < PART * SIZE, f"too much is unread: {left}")
    interop.peer(server, "group-delete", scope, group)
    return found["per_reader"]


def write(server, scope, stream, part, scale=None):
    """One part of the events; the stream is scaled meanwhile."""
    words = ("write", scope, stream, PART, SIZE, "--keys", KEYS, "--start", part * PART)
    with java(server, *words, "--rate", RATE) as writer:
        if scale:
            done = interop.peer(server, "scale", scope, stream, *scale)
            interop.check(done.get("ok") is True, f"Java's scale: {done}")
        written = writer.ended(timeout=PATIENCE_S, codes=(0,))
    interop.check(written["failed"] == 0, f"the Java client reports {written}")


def checkpoint(server, scope, group, name):
    made = java_checkpoint(server, scope, group, name)
    return [each["text"] for each in made["cuts"]]


def hold_back_retention(server):
    """The policy alone would leave one byte of the stream."""
    scope, stream = interop.new_stream("java-retention")
    group = f"g-{stream}"
    at = ("--controller", server.uri, f"{scope}/{stream}")
    interop.tool_ok("stream", "create", *at, "--segments", 1, "--retention", "size:1")
    write = ("write", scope, stream)
    interop.peer(server, *write, FIRST, SIZE, "--keys", KEYS)
    # It reads what the policy has left, and idles: its checkpoints release a first cut.
    held = ("--create", "--retention", "automatic", "--auto-checkpoint-ms", 500)
    read = ("read", scope, stream, group, "reader", FIRST + 1, "--idle-ms", 5000)
    interop.peer(server, *read, *held)
    interop.peer(server, *write, LATER, SIZE, "--keys", KEYS, "--start", FIRST)
    later = ("--start", FIRST, "--keys", KEYS)
    found = interop.peer(server, "verify", scope, stream, group, LATER, *later)
    interop.check_complete(found, LATER, "the group that holds back the retention")

    def head():
        return interop.tool_json("stream", "info", *at)["segments"][0]["start_offset"]

    return interop.wait_until("the stream begins later", lambda: head() > FIRST * SIZE and head(), PATIENCE_S)


def main():
    with Sandbox("--retention-period-ms", "200") as server:
        per_reader = share_a_stream(server)
        start = hold_back_retention(server)
    print(json.dumps({"events": EVENTS, "per_reader": per_reader, "retained_from": start}))


main()
