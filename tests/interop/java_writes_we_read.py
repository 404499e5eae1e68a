#!/usr/bin/env python3
"""Java writes 200,000 keyed events to 4 segments; we find each once, in order per key."""

import interop

EVENTS, KEYS, SIZE = 200_000, 100, 100

server = interop.server()
scope, stream = interop.new_stream("java-writes")
interop.peer(server, "create", scope, stream, 4)
written = interop.peer(server, "write", scope, stream, EVENTS, SIZE, "--keys", KEYS)
interop.check(written["failed"] == 0, f"the Java client reports {written}")
found = interop.tool_json(
    "verify",
    "--controller",
    server.uri,
    "--stream",
    f"{scope}/{stream}",
    "--events",
    EVENTS,
    "--keys",
    KEYS,
)
interop.check_complete(found, EVENTS, "pravega-actor verify")
print(f"we found all {EVENTS} events once and in order per key")
