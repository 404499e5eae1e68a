#!/usr/bin/env python3
"""large_events.py real|sandbox

Large events of each side, read by the other one: each is there once and whole, in order per key,
between events that one append takes.
"""

import sys

import interop
from own_sandbox import Sandbox

MIB = 1 << 20
KEYS = 3
# 12 MiB and a little: no whole number of the parts of either side.
COUNT, SIZE = 8, 12 * MIB + 12_345
SMALL = 200


def tool(server, *words, stream):
    return interop.tool_json(*words, "--controller", server.uri, "--stream", stream)


def written_by_us(server, stream, count, size):
    shape = ("--events", count, "--size", size, "--keys", KEYS, "--segments", 2)
    report = tool(server, "bench", "write", *shape, stream=stream)
    interop.check(report.get("events") == count, f"bench write reports {report}")


def read_by_java(server, scope, stream, count):
    words = ("verify", scope, stream, f"g-{stream}", count, "--create", "--keys", KEYS)
    interop.check_complete(interop.peer(server, *words), count, "the Java client")


def read_by_us(server, name, count):
    found = tool(server, "verify", "--events", count, "--keys", KEYS, stream=name)
    interop.check_complete(found, count, "pravega-actor verify")


def ours_to_java(server):
    scope, stream = interop.new_stream("ours-large")
    written_by_us(server, f"{scope}/{stream}", COUNT, SIZE)
    read_by_java(server, scope, stream, COUNT)
    read_by_us(server, f"{scope}/{stream}", COUNT)


def java_to_us(server):
    """Small ones first and last: the numbers go on."""
    scope, stream = interop.new_stream("java-large")
    interop.peer(server, "create", scope, stream, 2)
    total = 0
    for count, size in ((SMALL, 100), (COUNT, SIZE), (SMALL, 100)):
        words = ("write", scope, stream, count, size, "--keys", KEYS, "--start", total, "--large")
        report = interop.peer(server, *words)
        interop.check(report["failed"] == 0, f"the Java client reports {report}")
        total += count
    read_by_us(server, f"{scope}/{stream}", total)


def check(server):
    ours_to_java(server)
    java_to_us(server)
    print(f"{COUNT} events of {SIZE} bytes of each side were read by both")


if sys.argv[1] == "real":
    check(interop.server())
else:
    with Sandbox() as sandbox:
        check(sandbox)
