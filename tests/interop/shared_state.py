#!/usr/bin/env python3
"""Java's StateSynchronizer and ours change one state at the same time and compact it: both apply
each update once, in the same order."""

import concurrent.futures
import sys

import interop

WORDS = 60
PEER = sys.argv[1]

server = interop.server()
scope, stream = interop.new_stream("shared-state")
interop.peer(server, "create", scope, stream, 1)


def ours(name, count, compact_every=0):
    command = [PEER, server.uri, scope, stream, name, count, compact_every]
    return interop.last_json(interop.run_ok(command))["words"]


def javas(name, count, compact_every=0):
    options = ["--compact-every", compact_every]
    return interop.peer(server, "state", scope, stream, name, count, *options)["words"]


with concurrent.futures.ThreadPoolExecutor() as pool:
    writers = [
        pool.submit(javas, "java", WORDS, 20),
        pool.submit(ours, "ours", WORDS, 15),
        pool.submit(ours, "more", WORDS),
    ]
    for writer in writers:
        writer.result()

seen_by_us, seen_by_java = ours("nobody", 0), javas("nobody", 0)
interop.check(seen_by_us == seen_by_java, f"{seen_by_us} is not {seen_by_java}")
for name in "java", "ours", "more":
    mine = [word for word in seen_by_us if word.startswith(name)]
    expected = [f"{name}-{i}" for i in range(WORDS)]
    interop.check(mine == expected, f"of {name}: {mine}")
interop.check(len(seen_by_us) == 3 * WORDS, f"{len(seen_by_us)} words")
print(f"{len(seen_by_us)} updates of three writers, once and in one order")
