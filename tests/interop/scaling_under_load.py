#!/usr/bin/env python3
"""We write and read 500,000 keyed events while the stream is split and merged again and again.

Both our tool and the Java client scale, and a proxy cuts all connections meanwhile. Nothing may
be lost, doubled or reordered: by the reader at work during all this, by one that reads it all
afterwards, and by the Java client. Prints the figures as one line of JSON.
"""

import json
import time

import interop
from cut_server import cut_server
from scaler import Scaler

EVENTS, KEYS, SIZE, RATE = 500_000, 100, 100, 12_500
CUT_EVERY_MS, SEED = 1500, 20261124
SCALES_AT_LEAST, CUTS_AT_LEAST = 6, 5


def write_and_read(server, proxy, scope, stream):
    name = f"{scope}/{stream}"
    at = ("--controller", server.uri, "--stream", name, "--events", EVENTS, "--keys", KEYS)
    scaler = Scaler(server, scope, stream)
    shape = ("--size", SIZE, "--rate", RATE)
    with interop.Started("bench", "write", *at, *shape) as writer:
        time.sleep(1)
        proxy.cut()
        with interop.Started("verify", *at, "--follow") as reader:
            scaler.scale_while(writer)
            written = writer.ended(timeout=120)
            read = reader.ended(timeout=120)
    proxy.rest()
    interop.check(written.get("events") == EVENTS, f"bench write reports {written}")
    interop.check_complete(read, EVENTS, "the reader at work during the scales")
    interop.check_complete(interop.tool_json("verify", *at), EVENTS, "pravega-actor verify")
    words = ("verify", scope, stream, f"g-{stream}", EVENTS, "--create", "--keys", KEYS)
    found = interop.peer(server, *words, timeout=300)
    interop.check_complete(found, EVENTS, "the Java client")
    interop.check(found.get("foreign") == 0, f"events that we never wrote: {found}")
    return scaler, written, read


def main():
    with cut_server(CUT_EVERY_MS, SEED) as (server, proxy):
        scope, stream = interop.new_stream("scaling")
        interop.peer(server, "create", scope, stream, 1)
        scaler, written, read = write_and_read(server, proxy, scope, stream)
    figures = {
        "events": EVENTS,
        "events_per_s": round(written["events_per_s"]),
        "scales": len(scaler.times_ms),
        "scale_ms": scaler.times_ms,
        "cuts": proxy.report["cuts"],
        "cut_connections": proxy.report["cut_connections"],
        "longest_gap_ms": round(written["longest_gap_ms"]),
        "latency_p99_ms": round(written["p99_us"] / 1000),
        "latency_max_ms": round(written["max_us"] / 1000),
        "read_longest_gap_ms": round(read["longest_gap_ms"]),
        "lost": read["lost"],
        "duplicates": read["duplicates"],
        "reordered": read["reordered"],
    }
    print(json.dumps(figures))
    interop.check(figures["scales"] >= SCALES_AT_LEAST, "too few scales to mean anything")
    interop.check(figures["cuts"] >= CUTS_AT_LEAST, "too few cuts to mean anything")


main()
