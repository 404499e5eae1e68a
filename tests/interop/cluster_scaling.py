#!/usr/bin/env python3
"""Splits and merges on a distributed Pravega while its segment stores die in turn.

500,000 keyed events are written and read meanwhile. Nothing may be lost, doubled or reordered,
by our own account and by the Java client's. A scale that meets a dead store takes as long as
the servers need; each must be done in the end. Prints the figures as one line of JSON.
"""

import concurrent.futures
import datetime
import json
import time

import cluster
import interop
from load import Load, figures_of
from scaler import Scaler

EVENTS, SEGMENTS, RATE = 500_000, 4, 10_000
FIRST_DEATH_AFTER_S, DEAD_S, REST_S = 5, 6, 4
# The servers' own work after a death: segments move, and a scale that was begun is ended.
GAP_MS_MAX = 15_000
SCALES_AT_LEAST, DEATHS = 4, 2
SCALE_TIMEOUT_MS = 120_000


def kill_in_turn(at, writer):
    """Each store dies once, the one that the writer uses most first; what that took."""
    moved_ms = []
    first, _ = at.busiest_store(writer.process.pid)
    for victim in [first, *(each for each in at.stores if each != first)][:DEATHS]:
        since = datetime.datetime.now()
        at.kill(victim)
        time.sleep(DEAD_S)
        moved_ms.append(at.ms_until_moved(victim, since))
        at.start(victim)
        at.wait_whole()
        interop.check(writer.runs(), "the writer ended before the last death")
        time.sleep(REST_S)
    return moved_ms


def main():
    at = cluster.cluster()
    load = Load(at, "scaled-and-broken", SEGMENTS, EVENTS, RATE)
    scaler = Scaler(at, load.scope, load.stream, SCALE_TIMEOUT_MS)
    with load.writer() as writer, concurrent.futures.ThreadPoolExecutor(1) as side:
        time.sleep(1)
        with load.reader() as reader:
            scaling = side.submit(scaler.scale_while, writer)
            time.sleep(FIRST_DEATH_AFTER_S - 1)
            moved_ms = kill_in_turn(at, writer)
            written, read = load.ended(writer, reader)
            scaling.result()
    at.make_whole()
    load.verify_again()
    figures = {
        "scales": len(scaler.times_ms),
        "scale_ms": scaler.times_ms,
        "moved_ms": moved_ms,
        **figures_of(written, read),
    }
    print(json.dumps(figures))
    interop.check(figures["scales"] >= SCALES_AT_LEAST, "too few scales to mean anything")
    slowest = figures["longest_gap_ms"]
    interop.check(slowest <= GAP_MS_MAX, f"waited {slowest} ms; at most {GAP_MS_MAX} may be")


main()
