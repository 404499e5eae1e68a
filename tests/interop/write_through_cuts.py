#!/usr/bin/env python3
"""We write 200,000 keyed events while a proxy cuts all connections again and again.

The proxy stands in the store's place: the server publishes the proxy's port. Nothing may be
lost, doubled or reordered, by the account of the Java client and by our own.
"""

import interop
from cut_server import cut_server

EVENTS, KEYS, SIZE, RATE = 200_000, 100, 200, 40_000
CUT_EVERY_MS, SEED, CUTS_AT_LEAST = 250, 20261123, 5


def write_and_verify(server, proxy):
    scope, stream = interop.new_stream("cuts")
    interop.peer(server, "create", scope, stream, 4)
    proxy.cut()
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
        "--rate",
        RATE,
    )
    proxy.rest()
    interop.check(written.get("events") == EVENTS, f"bench write reports {written}")
    found = interop.peer(
        server, "verify", scope, stream, f"g-{stream}", EVENTS, "--create", "--keys", KEYS
    )
    interop.check_complete(found, EVENTS, "the Java client")
    ours = interop.tool_json(
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
    interop.check_complete(ours, EVENTS, "pravega-actor verify")


with cut_server(CUT_EVERY_MS, SEED) as (real, cutter):
    write_and_verify(real, cutter)
done = cutter.report
interop.check(done["cuts"] >= CUTS_AT_LEAST, f"too few cuts to mean anything: {done}")
print(f"complete over {done['cuts']} cuts of {done['cut_connections']} connections")
