#!/usr/bin/env python3
"""Two controllers of a distributed Pravega, of which one or both are killed.

- With both addresses in the URI everything goes on while one lives: a writer and a reader at
  work do not notice, and a stream is created, scaled, written and read.
- With one address of two and the scheme pravega:// the client finds the other one by itself: it
  writes across a scale after the controller that it knows by name has died.
- With both dead, a call ends in time with an error that names them.

Prints the figures as one line of JSON.
"""

import json
import time

import cluster
import interop
from load import UNTIL_TOLD, Load, figures_of

SEGMENTS, RATE = 2, 12_500
REST_S = 2
SMALL = 10_000
DEADLINE_MS, GRACE_MS = 4000, 2000
# A call that went to the dead controller is repeated at the other one.
NEW_STREAM_MS_MAX = 10_000


def ms_since(began):
    return round((time.monotonic() - began) * 1000)


def new_stream_is_used(at):
    """All that a program does first: create, write, read; and a scale. How long each took."""
    began = time.monotonic()
    load = Load.new(at, "while-one-lives", SEGMENTS, SMALL, 0)
    create_ms = ms_since(began)
    with load.writer() as writer, load.reader() as reader:
        load.ended(writer, reader)
    use_ms = ms_since(began)
    began = time.monotonic()
    interop.tool_ok("stream", "scale", "--controller", at.uri, load.name, "--segments", 3)
    return {"create_ms": create_ms, "use_ms": use_ms, "scale_ms": ms_since(began)}


def one_killed(at, victim):
    load = Load.new(at, "one-controller", SEGMENTS, UNTIL_TOLD, RATE)
    with load.writer() as writer:
        time.sleep(1)
        with load.reader() as reader:
            time.sleep(1)
            at.kill(victim)
            used = new_stream_is_used(at)
            time.sleep(REST_S)
            written, read = load.ended(writer, reader)
    at.start(victim)
    at.wait_whole()
    return {"victim": victim, **used, **figures_of(written, read)}


def discovered(at, victim):
    """Only the victim's address is known, and it dies."""
    load = Load.new(at, "discovered", SEGMENTS, UNTIL_TOLD, RATE)
    with load.writer(f"pravega://{at.controllers[victim]}") as writer:
        time.sleep(1)
        with load.reader(f"pravega://{at.controllers[victim]}") as reader:
            time.sleep(1)
            at.kill(victim)
            scaled = ("stream", "scale", "--controller", at.uri, load.name, "--segments", 3)
            interop.tool_ok(*scaled)
            time.sleep(REST_S)
            written, read = load.ended(writer, reader)
    at.start(victim)
    at.wait_whole()
    return {"victim": victim, **figures_of(written, read)}


def both_killed(at):
    load = Load.new(at, "no-controller", SEGMENTS, SMALL, 0)
    for each in at.controllers:
        at.kill(each)
    began = time.monotonic()
    done = interop.tool(
        *("stream", "info", "--controller", at.uri, load.name),
        configuration={"controller_call_timeout_ms": DEADLINE_MS},
    )
    took_ms = ms_since(began)
    for each in at.controllers:
        at.start(each)
    interop.check(done.returncode > 0, f"a call without controllers: {done.stdout}")
    interop.check(took_ms < DEADLINE_MS + GRACE_MS, f"the call took {took_ms} ms")
    for address in at.controllers.values():
        interop.check(address in done.stderr, f"{address} is not in: {done.stderr}")
    at.wait_whole()
    return {"call_ms": took_ms, "code": done.returncode, "said": done.stderr.strip()}


def main():
    at = cluster.cluster()
    first, second = at.controllers
    figures = {
        "one_killed": one_killed(at, first),
        "discovered": discovered(at, second),
        "both_killed": both_killed(at),
    }
    print(json.dumps(figures))
    used_ms = figures["one_killed"]["use_ms"]
    interop.check(used_ms <= NEW_STREAM_MS_MAX, f"a new stream took {used_ms} ms to be used")


main()
