#!/usr/bin/env python3
"""policies.py begin|check

Streams that the server changes by itself. `begin` makes two of them; the server leaves them
alone for some minutes (which other tests use), then `check` finds it at work:

- Scaling by load: a segment is split while we write and read. Every event is there once and in
  order. Pravega 0.13 looks at a segment's load for the first time when it is 2 minutes old.
- Retention by time: each minute the server drops what is older than the last time that it
  looked. A reader at the old head is told of the gap, and reads on.

Prints the figures as one line of JSON.
"""

import json
import sys
import time

import interop
from by_load import ScaledByLoad
from load import figures_of

BEGUN = interop.STATE / "policies.json"
LARGE = {"segments": 1, "rate": 20}
SPLIT_FOR_S = 5
RETENTION, OLD_EVENTS, NEW_LINES = "time:10s", 1000, 200
TRUNCATED_S_MAX = 130


class Stream:
    def __init__(self, server, name):
        self.name = name
        self.at = ("--controller", server.uri, name)

    def create(self, *policy):
        interop.tool_ok("stream", "create", *self.at, *policy)

    def info(self):
        return interop.tool_json("stream", "info", *self.at)


def begin(server):
    loaded = ScaledByLoad.begin(server, **LARGE)
    kept = Stream(server, "/".join(interop.new_stream("kept-for-a-while")))
    kept.create("--segments", 1, "--retention", RETENTION)
    interop.tool_ok("bench", "write", *kept.at, "--events", OLD_EVENTS)
    begun = {"loaded": loaded, "kept": kept.name, "head": kept.info()["head"]}
    BEGUN.write_text(json.dumps({**begun, "at_s": time.time()}))


def scaled_by_load(load):
    load.wait_for_the_first_look()
    with load.writer() as writer:
        began = time.monotonic()
        with load.reader() as reader:
            load.wait_for_a_split()
            scaled_ms = round((time.monotonic() - began) * 1000)
            time.sleep(SPLIT_FOR_S)
            segments = load.segments()
            figures = figures_of(*load.ended(writer, reader, timeout=90))
    return {"scaled_after_ms": scaled_ms, "segments": segments, **figures}


def truncated_by_age(stream, old_head, begun_s):
    def head():
        return stream.info()["segments"][0]["start_offset"]

    interop.wait_until("a truncation", head, max(1.0, begun_s + TRUNCATED_S_MAX - time.time()))
    lines = "".join(f"line {i}\n" for i in range(NEW_LINES))
    interop.tool_ok("write", *stream.at, input_bytes=lines.encode())
    done = interop.tool("read", *stream.at, "--from", old_head, "--count", NEW_LINES)
    interop.check(done.returncode == 0, f"the reader at the old head: {done.stderr}")
    interop.check("were truncated away" in done.stderr, f"no gap was told: {done.stderr!r}")
    read = done.stdout.splitlines()
    expected = sorted(lines.splitlines())
    interop.check(sorted(read) == expected, f"behind the gap: {len(read)} lines: {read[:5]}")
    return {"dropped_bytes": head(), "said": done.stderr.strip(), "read_on": len(read)}


def check(server):
    begun = json.loads(BEGUN.read_text())
    kept = truncated_by_age(Stream(server, begun["kept"]), begun["head"], begun["at_s"])
    loaded = scaled_by_load(ScaledByLoad(server, **begun["loaded"]))
    print(json.dumps({"scaling": loaded, "retention": kept}))


{"begin": begin, "check": check}[sys.argv[1]](interop.server())
