#!/usr/bin/env python3
"""The Java client's transactions on our sandbox.

Java writes in transactions and aborts some of them: readers, in Java and ours, get all events of
those that it committed, once and in order, and none of the others. Transactions that are open
while the stream is split and merged are committed and aborted by another process.
"""

import json

import interop
from own_sandbox import Sandbox

KEYS, SIZE = 20, 100
EVENTS, PER_TRANSACTION, ABORT_EVERY = 4_000, 100, 5
COMMITTED = EVENTS // PER_TRANSACTION
# Every fifth of all that it begins.
ABORTED = (COMMITTED - 1) // (ABORT_EVERY - 1)
PART = 500


def verify(server, scope, stream, events, when):
    """Reads everything, in Java and with the tool."""
    words = ("verify", scope, stream, f"g-{stream}-{events}", events, "--create", "--keys", KEYS)
    found = interop.peer(server, *words)
    interop.check_complete(found, events, f"Java's reader {when}")
    at = ("--controller", server.uri, "--stream", f"{scope}/{stream}")
    found = interop.tool_json("verify", *at, "--events", events, "--keys", KEYS)
    interop.check_complete(found, events, f"pravega-actor verify {when}")


def write_many(server, scope, stream):
    words = ("write", scope, stream, EVENTS, SIZE, "--keys", KEYS, "--txn", PER_TRANSACTION)
    written = interop.peer(server, *words, "--abort-every", ABORT_EVERY)
    counts = (written["txns"], written["aborted"])
    interop.check(counts == (COMMITTED, ABORTED), f"the Java client reports {written}")
    listed = interop.peer(server, "txn-list", scope, stream)
    counts = (len(listed["committed"]), len(listed["aborted"]))
    interop.check(counts == (COMMITTED, ABORTED), f"the sandbox lists {counts}")
    return written["txns_per_s"]


def begin(server, scope, stream, start):
    words = ("txn-begin", scope, stream, PART, SIZE, "--keys", KEYS, "--start", start)
    return interop.peer(server, *words)["id"]


def end(server, scope, stream, id, how, expected):
    found = interop.peer(server, "txn-end", scope, stream, id, how)["status"]
    interop.check(found == expected, f"{id} is {found} after {how}")


def scale(server, scope, stream, *how):
    done = interop.peer(server, "scale", scope, stream, *how)
    interop.check(done.get("ok") is True, f"Java's scale: {done}")


def commit_over_scales(server, scope, stream, start):
    """Gives the number of events that the stream has then."""
    first = begin(server, scope, stream, start)
    aborted = begin(server, scope, stream, start + 10 * PART)
    scale(server, scope, stream, "--split", 0)
    second = begin(server, scope, stream, start + PART)
    scale(server, scope, stream, "--merge", 1)
    epochs = epoch(server, scope, stream)
    end(server, scope, stream, first, "commit", "COMMITTED")
    end(server, scope, stream, aborted, "abort", "ABORTED")
    end(server, scope, stream, second, "commit", "COMMITTED")
    rolled = epoch(server, scope, stream) - epochs
    interop.check(rolled == 4, f"two commits after scales made {rolled} epochs, not 4")
    listed = interop.peer(server, "txn-list", scope, stream)
    interop.check({first, second} <= set(listed["committed"]), f"the sandbox lists {listed}")
    interop.check(aborted in listed["aborted"], f"the sandbox lists {listed}")
    return start + 2 * PART


def epoch(server, scope, stream):
    segments = interop.peer(server, "info", scope, stream)["segments"]
    return max(each["id"] >> 32 for each in segments)


def main():
    with Sandbox() as server:
        scope, stream = interop.new_stream("java-transactions")
        interop.peer(server, "create", scope, stream, 2)
        rate = write_many(server, scope, stream)
        verify(server, scope, stream, EVENTS, "before the scales")
        events = commit_over_scales(server, scope, stream, EVENTS)
        verify(server, scope, stream, events, "after the scales")
    print(json.dumps({"events": events, "transactions_per_s": rate}))


main()
