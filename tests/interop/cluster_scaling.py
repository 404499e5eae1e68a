#!/usr/bin/env python3
"""cluster_scaling.py begin|check

Splits and merges on a distributed Pravega while its segment stores die in turn. Two streams are
written and read meanwhile:

- one of keyed events, which we scale again and again. A scale that meets a dead store
  takes as long as the servers need; each must be done in the end.
- one of large events, which the servers scale by load. `begin` makes it, minutes before they
  look at it. `check` ends the stores as soon as a first segment is split, when the others are
  about to be.

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
from by_load import ScaledByLoad
from load import UNTIL_TOLD, Load, figures_of
from scaler import Scaler

SEGMENTS, RATE = 1, 3_000
# A scale may have to wait for each death to be over, so the writer writes until these are done.
SCALES_AT_LEAST, SCALE_TIMEOUT_S, PAUSE_S = 2, 200, 2

BEGUN = interop.STATE / "scaled-by-load.json"
LARGE = {"segments": 4, "rate": 10}
# It is the servers that need time here: nobody gives up before they are done.
WAITS = ("writer_recovery", "reader_recovery", "controller_call", "request")
PATIENCE = {f"{each}_timeout_ms": 400_000 for each in WAITS}


def begin(at):
    BEGUN.write_text(json.dumps(ScaledByLoad.begin(at, **LARGE)))


def write_read_and_kill(at, load, scaler, by_load):
    """What the deaths took, and what was written and read of both streams."""
    with contextlib.ExitStack() as works:
        # Left last: its work ends with the first writer.
        side = works.enter_context(concurrent.futures.ThreadPoolExecutor(1))
        writers = [works.enter_context(each.writer()) for each in (load, by_load)]
        time.sleep(1)
        readers = [works.enter_context(each.reader()) for each in (load, by_load)]
        scaling = side.submit(scaler.scale_while, writers[0])
        by_load.wait_for_a_split()
        before = by_load.segments()
        deaths = at.kill_stores_in_turn(writers[0])
        enough = lambda: scaling.done() or len(scaler.times_ms) >= SCALES_AT_LEAST
        interop.wait_until(f"{SCALES_AT_LEAST} scales", enough, SCALE_TIMEOUT_S)
        segments = {"segments_before": before, "segments_after": by_load.segments()}
        loads = (load, by_load)
        written = [each.written(writer) for each, writer in zip(loads, writers)]
        scaling.result()
        read = [each.read(reader) for each, reader in zip(loads, readers)]
        done = [figures_of(*both) for both in zip(written, read)]
    return {**segments, **deaths}, *done


def check(at):
    interop.configure(**PATIENCE)
    by_load = ScaledByLoad(at, **json.loads(BEGUN.read_text()))
    by_load.wait_for_the_first_look()
    load = Load.new(at, "scaled-and-broken", SEGMENTS, UNTIL_TOLD, RATE)
    times = {"timeout_s": SCALE_TIMEOUT_S, "pause_s": PAUSE_S}
    scaler = Scaler(at, load.scope, load.stream, **times, java_too=False)
    deaths, by_us, by_servers = write_read_and_kill(at, load, scaler, by_load)
    at.make_whole()
    for each in (load, by_load):
        each.verify_again()
    figures = {
        **deaths,
        "scale_ms": scaler.times_ms,
        "by_us": by_us,
        "by_load": by_servers,
    }
    print(json.dumps(figures))
    for each in (by_us, by_servers):
        cluster.check_back_in_time(each["longest_gap_ms"], deaths["whole_again_s"])


{"begin": begin, "check": check}[sys.argv[1]](cluster.cluster())
