#!/usr/bin/env python3
"""cluster_scaling.py begin|check

Splits and merges on a distributed Pravega while its segment stores die in turn. Two streams are
written and read meanwhile:

- one of 500,000 keyed events, which we scale again and again. A scale that meets a dead store
  takes as long as the servers need; each must be done in the end.
- one of large events, which the servers scale by load. `begin` makes it: a store looks at a
  segment's load for the first time when it has had it for two minutes, which tests use that
  leave the stores alone. `check` ends the stores as soon as a first segment is split, when the
  others are about to be.

Nothing may be lost, doubled or reordered, by our own account and by the Java client's. Prints
the figures as one line of JSON.
"""

import concurrent.futures
import contextlib
import json
import sys
import time

import cluster
import interop
from load import Load, figures_of
from scaler import Scaler

EVENTS, SEGMENTS, RATE = 500_000, 1, 6_000
SCALES_AT_LEAST, SCALE_TIMEOUT_S = 3, 180

BEGUN = interop.STATE / "scaled-by-load.json"
FIRST_LOOK_S, FIRST_SPLIT_S_MAX = 121, 35
# One event is above the rate, 1 kB/s: the load of the first seconds counts.
SEGMENTS_BY_LOAD, POLICY = 4, "kilobytes:1,2,4"
LARGE = {"events": 2_500, "rate": 25, "size": 100_000}


def begin(at):
    name = "/".join(interop.new_stream("scaled-by-load"))
    Load(at, name, **LARGE).create("--scaling", POLICY)
    BEGUN.write_text(json.dumps({"stream": name, "at_s": time.time()}))


class ByLoad:
    """The stream that the servers scale."""

    def __init__(self, at):
        begun = json.loads(BEGUN.read_text())
        time.sleep(max(0.0, begun["at_s"] + FIRST_LOOK_S - time.time()))
        self.load = Load(at, begun["stream"], **LARGE)
        count = self.segments()
        interop.check(count == SEGMENTS_BY_LOAD, f"{count} segments before there was any load")

    def segments(self):
        where = ("--controller", self.load.at.uri, self.load.name)
        return len(interop.tool_json("stream", "info", *where)["segments"])

    def wait_for_a_split(self):
        more = lambda: self.segments() > SEGMENTS_BY_LOAD
        interop.wait_until("a split by load", more, FIRST_SPLIT_S_MAX)
        return self.segments()


def write_read_and_kill(at, load, scaler, by_load):
    """What the deaths took, and what was written and read of both streams."""
    with contextlib.ExitStack() as works:
        writers = [works.enter_context(each.writer()) for each in (load, by_load.load)]
        side = works.enter_context(concurrent.futures.ThreadPoolExecutor(1))
        time.sleep(1)
        readers = [works.enter_context(each.reader()) for each in (load, by_load.load)]
        scaling = side.submit(scaler.scale_while, writers[0])
        before = by_load.wait_for_a_split()
        deaths = {"segments_before": before, **at.kill_stores_in_turn(writers[0])}
        done = [
            figures_of(*each.ended(*work))
            for each, *work in zip((load, by_load.load), writers, readers)
        ]
        scaling.result()
    return deaths, *done


def check(at):
    by_load = ByLoad(at)
    load = Load.new(at, "scaled-and-broken", SEGMENTS, EVENTS, RATE)
    scaler = Scaler(at, load.scope, load.stream, SCALE_TIMEOUT_S)
    deaths, by_us, by_servers = write_read_and_kill(at, load, scaler, by_load)
    at.make_whole()
    for each in (load, by_load.load):
        each.verify_again()
    figures = {
        **deaths,
        "segments_after": by_load.segments(),
        "scale_ms": scaler.times_ms,
        "by_us": by_us,
        "by_load": by_servers,
    }
    print(json.dumps(figures))
    interop.check(len(scaler.times_ms) >= SCALES_AT_LEAST, "too few scales to mean anything")
    for each in (by_us, by_servers):
        cluster.check_back_in_time(each["longest_gap_ms"], deaths["whole_again_s"])


{"begin": begin, "check": check}[sys.argv[1]](cluster.cluster())
