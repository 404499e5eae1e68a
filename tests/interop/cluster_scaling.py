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

EVENTS, SEGMENTS, RATE = 500_000, 1, 6_000
FIRST_DEATH_AFTER_S, DEAD_S, REST_S = 5, 6, 3
# While stores take segments over, and while one that is back gets some again, these have no
# owner: for 20 to 30 s on two cores. What a client may take after that.
AFTER_SERVERS_MS = 1500
SCALES_AT_LEAST, DEATHS = 3, 2
SCALE_TIMEOUT_S = 180


def kill_in_turn(at, writer):
    """Each store dies once, the one that the writer uses most first; what that took."""
    moved_ms, whole_s = [], []
    first, _ = at.busiest_store(writer.process.pid)
    for victim in [first, *(each for each in at.stores if each != first)][:DEATHS]:
        interop.check(writer.runs(), f"the writer ended before the death of {victim}")
        since = datetime.datetime.now()
        at.kill(victim)
        time.sleep(DEAD_S)
        moved_ms.append(at.ms_until_moved(victim, since))
        at.start(victim)
        began = time.monotonic()
        at.wait_whole()
        whole_s.append(round(time.monotonic() - began, 1))
        time.sleep(REST_S)
    return {"moved_ms": moved_ms, "whole_again_s": whole_s}


def main():
    at = cluster.cluster()
    load = Load(at, "scaled-and-broken", SEGMENTS, EVENTS, RATE)
    scaler = Scaler(at, load.scope, load.stream, SCALE_TIMEOUT_S)
    with load.writer() as writer, concurrent.futures.ThreadPoolExecutor(1) as side:
        time.sleep(1)
        with load.reader() as reader:
            scaling = side.submit(scaler.scale_while, writer)
            time.sleep(FIRST_DEATH_AFTER_S - 1)
            deaths = kill_in_turn(at, writer)
            written, read = load.ended(writer, reader)
            scaling.result()
    at.make_whole()
    load.verify_again()
    figures = {
        "scales": len(scaler.times_ms),
        "scale_ms": scaler.times_ms,
        **deaths,
        **figures_of(written, read),
    }
    print(json.dumps(figures))
    interop.check(figures["scales"] >= SCALES_AT_LEAST, "too few scales to mean anything")
    waited = figures["longest_gap_ms"]
    at_most = max(figures["whole_again_s"]) * 1000 + AFTER_SERVERS_MS
    interop.check(waited <= at_most, f"waited {waited} ms; at most {at_most} may be")


main()
