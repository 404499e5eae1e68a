#!/usr/bin/env python3
"""cluster_faults.py store-killed|store-stopped|controller-killed|bookie-killed

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
from load import Load, figures_of

EVENTS, SEGMENTS, RATE = 500_000, 4, 25_000
FAULT_AFTER_S = 4.3
STOPPED_S, CONTROLLER_DOWN_S, BOOKIE_DOWN_S = 13, 10, 5


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


def kill_the_controllers(at, writer):
    del writer
    for each in at.controllers:
        at.kill(each)
    time.sleep(CONTROLLER_DOWN_S)
    for each in at.controllers:
        at.start(each)
    return {"victims": list(at.controllers), "down_s": CONTROLLER_DOWN_S}


def kill_a_bookie(at, writer):
    del writer
    victim, address = next(iter(at.bookies.items()))
    at.kill(victim)
    time.sleep(BOOKIE_DOWN_S)
    at.start(victim)
    lost_by = at.stores_that_name(address)
    interop.check(lost_by, f"no store wrote to {victim} at {address}")
    return {"victim": victim, "down_s": BOOKIE_DOWN_S, "lost_by": lost_by}


# What is done; whether a pause must be felt, in ms; the longest one that may be.
FAULTS = {
    "store-killed": (kill_a_store, 500, 6000),
    "store-stopped": (stop_a_store, 2000, 8000),
    "controller-killed": (kill_the_controllers, 0, 1000),
    "bookie-killed": (kill_a_bookie, 0, 6000),
}


def write_and_read(at, load, fault):
    """A writer and a reader at work, and the fault in the middle."""
    with load.writer() as writer:
        time.sleep(FAULT_AFTER_S)
        with load.reader() as reader:
            time.sleep(1)
            interop.check(writer.runs(), "the writer ended before the fault")
            what = fault(at, writer)
            written, read = load.ended(writer, reader)
            if "since" in what:
                what["moved_ms"] = at.ms_until_moved(what["victim"], what.pop("since"))
    return what, written, read


def main():
    fault, felt_ms, gap_ms_max = FAULTS[sys.argv[1]]
    at = cluster.cluster()
    load = Load.new(at, sys.argv[1], SEGMENTS, EVENTS, RATE)
    what, written, read = write_and_read(at, load, fault)
    if "moved_ms" in what:
        gap_ms_max = max(gap_ms_max, what["moved_ms"] + cluster.AFTER_SERVERS_MS)
    at.make_whole()
    load.verify_again()
    figures = {
        "fault": sys.argv[1],
        **what,
        **figures_of(written, read),
        "longest_gap_ms_max": gap_ms_max,
    }
    print(json.dumps(figures))
    felt = figures["longest_gap_ms"]
    interop.check(felt >= felt_ms, f"the fault was not felt: {felt} ms")
    slowest = max(felt, figures["latency_max_ms"] if felt_ms == 0 else 0)
    interop.check(slowest <= gap_ms_max, f"waited {slowest} ms; at most {gap_ms_max} may be")


main()
