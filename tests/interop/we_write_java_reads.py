#!/usr/bin/env python3
"""We write 200,000 keyed events to 4 segments; Java finds each once, in order per key."""

import interop

EVENTS, KEYS, SIZE = 200_000, 100, 100

server = interop.server()
scope, stream = interop.new_stream("we-write")
written = interop.tool_json(
    "bench",
    "write",
    "--controller",
    server.uri,
    "--stream",
    f"{scope}/{stream}",
    "--segments",
    4,
    "--size",
    SIZE,
    "--events",
    EVENTS,
    "--keys",
    KEYS,
)
interop.check(written.get("events") == EVENTS, f"bench write reports {written}")
found = interop.peer(
    server, "verify", scope, stream, f"g-{stream}", EVENTS, "--create", "--keys", KEYS
)
interop.check_complete(found, EVENTS, "the Java client")
interop.check(found.get("foreign") == 0, f"events that we never wrote: {found}")
print(f"the Java client found all {EVENTS} events once and in order per key")
