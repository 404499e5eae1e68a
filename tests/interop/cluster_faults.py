#!/usr/bin/env python3
"""cluster_faults.py store-killed|store-stopped|controller-killed

Writes 500,000 keyed events at 25,000 a second to a distributed Pravega, reads them meanwhile,
and breaks a part of it in the middle. Nothing may be lost, doubled or reordered, by our own
account and by the Java client's, and acknowledgements are back within a limit; if the servers
themselves need longer to move a lost store's segments, soon after them. Prints the figures as
one line of JSON.
"""

import datetime
import json
import sys
import time

import cluster
import interop

EVENTS, KEYS, SIZE, SEGMENTS, RATE = 500_000, 100, 100, 4, 25_000
FAULT_AFTER_S = 4.3
STOPPED_S, CONTROLLER_DOWN_S = 13, 10
# What a client may take after the servers are ready: a delay between two attempts, and some.
AFTER_SERVERS_MS = 1500


def kill_a_store(at, writer):
    victim, connections = at.busiest_store(writer.process.pid)
    since = datetime.datetime.now()
    at.kill(victim)
    return {"victim": victim, "connections": connections, "since": since}


def stop_a_store(at, writer):
    victim, connections = at.busiest_store(writer.process.pid)
    since = datetime.datetime.now()
    at.stop(victim)
    time.sleep(STOPPED_S)
    moved_ms = at.ms_until_moved(victim, since)
    at.resume(victim)
    return {"victim": victim, "connections": connections, "moved_ms": moved_ms}


def kill_the_controller(at, writer):
    del writer
    at.kill("controller")
    time.sleep(CONTROLLER_DOWN_S)
    at.start("controller")
    return {"victim": "controller", "down_s": CONTROLLER_DOWN_S}


# What is done; whether a pause must be felt, in ms; the longest one that may be.
FAULTS = {
    "store-killed": (kill_a_store, 500, 6000),
    "store-stopped": (stop_a_store, 2000, 8000),
    "controller-killed": (kill_the_controller, 0, 1000),
}


def start_writer(at, name):
    shape = ("--segments", SEGMENTS, "--size", SIZE, "--events", EVENTS, "--keys", KEYS)
    return interop.Started(
        *("bench", "write", "--controller", at.uri, "--stream", name, *shape, "--rate", RATE)
    )


def verify_words(at, name):
    words = ("--stream", name, "--events", EVENTS, "--keys", KEYS)
    return ("verify", "--controller", at.uri, *words)


def write_and_read(at, name, fault):
    """A writer and a reader at work, and the fault in the middle."""
    with start_writer(at, name) as writer:
        time.sleep(FAULT_AFTER_S)
        with interop.Started(*verify_words(at, name), "--follow") as reader:
            time.sleep(1)
            interop.check(writer.runs(), "the writer ended before the fault")
            what = fault(at, writer)
            written = writer.ended(timeout=180)
            if "since" in what:
                what["moved_ms"] = at.ms_until_moved(what["victim"], what.pop("since"))
            read = reader.ended(timeout=180)
    interop.check(written.get("events") == EVENTS, f"bench write reports {written}")
    interop.check_complete(read, EVENTS, "the reader at work during the fault")
    return what, written, read


def verify_again(at, scope, stream):
    name = f"{scope}/{stream}"
    ours = interop.tool_json(*verify_words(at, name))
    interop.check_complete(ours, EVENTS, "pravega-actor verify")
    group = f"g-{stream}"
    theirs = interop.peer(
        at, "verify", scope, stream, group, EVENTS, "--create", "--keys", KEYS, timeout=300
    )
    interop.check_complete(theirs, EVENTS, "the Java client")


def main():
    fault, felt_ms, gap_ms_max = FAULTS[sys.argv[1]]
    at = cluster.cluster()
    scope, stream = interop.new_stream(sys.argv[1])
    interop.tool_ok(
        *("stream", "create", "--controller", at.uri, f"{scope}/{stream}"),
        *("--segments", SEGMENTS),
    )
    what, written, read = write_and_read(at, f"{scope}/{stream}", fault)
    if "moved_ms" in what:
        gap_ms_max = max(gap_ms_max, what["moved_ms"] + AFTER_SERVERS_MS)
    at.make_whole()
    verify_again(at, scope, stream)
    figures = {
        "fault": sys.argv[1],
        **what,
        "events": EVENTS,
        "events_per_s": round(written["events_per_s"]),
        "longest_gap_ms": round(written["longest_gap_ms"]),
        "longest_gap_ms_max": gap_ms_max,
        "latency_max_ms": round(written["max_us"] / 1000),
        "latency_p99_ms": round(written["p99_us"] / 1000),
        "read_longest_gap_ms": round(read["longest_gap_ms"]),
        "lost": read["lost"],
        "duplicates": read["duplicates"],
        "reordered": read["reordered"],
    }
    print(json.dumps(figures))
    felt = figures["longest_gap_ms"]
    interop.check(felt >= felt_ms, f"the fault was not felt: {felt} ms")
    slowest = max(felt, figures["latency_max_ms"] if felt_ms == 0 else 0)
    interop.check(slowest <= gap_ms_max, f"waited {slowest} ms; at most {gap_ms_max} may be")


main()
