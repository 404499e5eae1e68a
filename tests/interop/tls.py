#!/usr/bin/env python3
"""TLS with a real server: the tool and the Java client write and read in both directions, and each
mistake is a clear error in time."""

import time

import interop
import secure_server

EVENTS, KEYS, SIZE = 20_000, 50, 100
DEADLINE_MS = 5000
GRACE_S = 15
HASTE = {
    "controller_call_timeout_ms": DEADLINE_MS,
    "connect_timeout_ms": 2000,
    "writer_recovery_timeout_ms": DEADLINE_MS,
    "reader_recovery_timeout_ms": DEADLINE_MS,
}


def refused(what, uri, code, *must_name, at_once=True, **configuration):
    """Writing and reading end with that code, and name the cause."""
    for verb in ("write", "read"):
        began = time.monotonic()
        done = interop.tool(
            *(verb, "interop/tls", "--controller", uri),
            configuration={**HASTE, **configuration},
            input_bytes=b"x\n",
        )
        took = time.monotonic() - began
        said = f"{what}, {verb}: {done.returncode} after {took:.1f} s: {done.stderr.strip()}"
        print(said)
        interop.check(0 < done.returncode < 128, said)
        for text in (code, *must_name):
            interop.check(text in done.stderr, f"{text!r} is not in: {said}")
        limit_s = DEADLINE_MS / 1000 + (0 if at_once else GRACE_S)
        interop.check(took < limit_s, f"too late: {said}")


def both_directions(server, trust):
    at = ("--controller", server.uri, "--tls-trust-store", trust, "--stream", "interop/tls")
    load = ("--events", EVENTS, "--keys", KEYS)
    written = interop.tool_json("bench", "write", *at, *load, "--segments", 3, "--size", SIZE)
    interop.check(written.get("events") == EVENTS, f"bench write reports {written}")
    keys = ("--keys", KEYS, "--trust-store", trust)
    found = interop.peer(server, "verify", "interop", "tls", "ours", EVENTS, "--create", *keys)
    interop.check_complete(found, EVENTS, "the Java client")

    interop.peer(server, "create", "interop", "java", 3, "--trust-store", trust)
    wrote = interop.peer(server, "write", "interop", "java", EVENTS, SIZE, *keys)
    interop.check(wrote["failed"] == 0, f"the Java client reports {wrote}")
    found = interop.tool_json("verify", *at[:-1], "interop/java", *load)
    interop.check_complete(found, EVENTS, "pravega-actor verify")


def mistakes(server, trust):
    other = server.directory / "other-ca.pem"
    plain = server.uri.replace("tls://", "tcp://")
    address = server.uri.replace("localhost", "127.0.0.1")
    good = {"tls_trust_store_file": trust}
    wrong = {"tls_trust_store_file": other}
    refused("an unknown CA", server.uri, "certificate_rejected", **wrong)
    refused("a wrong name", address, "certificate_rejected", "127.0.0.1", **good)
    refused("no trust store", server.uri, "certificate_rejected")
    refused("plain text to TLS", plain, "controller_unreachable", "tls://", at_once=False)
    only_store = {"tls_to_segment_stores": "off", **good}
    refused("plain text to a TLS store", server.uri, "tls_failed", "this is a TLS port", **only_store)
    done = interop.tool(
        *("read", "interop/tls", "--count", 1, "--controller", address, "--insecure"),
        *("--tls-trust-store", trust),
    )
    interop.check(done.returncode == 0 and "WARNING" in done.stderr, f"--insecure: {done.stderr}")


def main():
    with secure_server.started(tls=True) as server:
        trust = server.directory / "ca.pem"
        both_directions(server, trust)
        mistakes(server, trust)


if __name__ == "__main__":
    main()
