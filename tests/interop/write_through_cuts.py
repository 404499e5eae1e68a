#!/usr/bin/env python3
"""We write 200,000 keyed events while a proxy cuts all connections again and again.

The proxy stands in the store's place: the server publishes the proxy's port. Nothing may be
lost, doubled or reordered, by the account of the Java client and by our own.
"""

import shutil
import signal
import socket
import subprocess
import sys

import interop

EVENTS, KEYS, SIZE, RATE = 200_000, 100, 200, 40_000
CUT_EVERY_MS, SEED, CUTS_AT_LEAST = 250, 20261123, 5


def free_ports(count):
    held = [socket.socket() for _ in range(count)]
    for one in held:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


def start_proxy(listen, store):
    proxy = subprocess.Popen(
        [
            sys.executable,
            str(interop.HERE / "cutting_proxy.py"),
            "--listen",
            str(listen),
            "--to",
            f"127.0.0.1:{store}",
            "--cut-every-ms",
            str(CUT_EVERY_MS),
            "--seed",
            str(SEED),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    interop.check(proxy.stdout.readline().strip() == "listening", "the proxy does not listen")
    return proxy


def write_and_verify(server, proxy):
    scope, stream = interop.new_stream("cuts")
    interop.peer(server, "create", scope, stream, 4)
    proxy.send_signal(signal.SIGUSR1)
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
    proxy.send_signal(signal.SIGUSR2)
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


def main():
    interop.require_java()
    directory = interop.STATE / "cut-server"
    if directory.exists():
        interop.run_ok([interop.STANDALONE, "stop", "--dir", directory])
        shutil.rmtree(directory)
    proxy_port, store_port = free_ports(2)
    proxy = start_proxy(proxy_port, store_port)
    try:
        interop.run_ok(
            [
                interop.STANDALONE,
                "start",
                "--dir",
                directory,
                "--controller-port",
                0,
                "--zk-port",
                0,
                "--store-port",
                store_port,
                "--heap",
                "1g",
                "--published-store-port",
                proxy_port,
            ],
            timeout=580,
        )
        server = interop.Server(directory)
        try:
            write_and_verify(server, proxy)
        finally:
            server.stop()
    finally:
        proxy.send_signal(signal.SIGTERM)
        report, _ = proxy.communicate(timeout=20)
    done = interop.last_json(report)
    interop.check(done["cuts"] >= CUTS_AT_LEAST, f"too few cuts to mean anything: {done}")
    print(f"complete over {done['cuts']} cuts of {done['cut_connections']} connections")


main()
