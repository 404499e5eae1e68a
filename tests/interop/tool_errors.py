#!/usr/bin/env python3
"""What the tool says and how it ends when something is wrong, against the real server."""

import socket
import time

import interop

DEADLINE_MS = 4000
GRACE_S = 15
CONFIGURATION = {
    "controller_call_timeout_ms": DEADLINE_MS,
    "connect_timeout_ms": 2000,
    "writer_recovery_timeout_ms": DEADLINE_MS,
    "reader_recovery_timeout_ms": DEADLINE_MS,
}


def expect_error(what, arguments, must_name, input_bytes=b""):
    """The call must end in time, with a code that is not 0, and name the cause."""
    began = time.monotonic()
    done = interop.tool(
        *arguments, configuration=CONFIGURATION, input_bytes=input_bytes, timeout=60
    )
    took = time.monotonic() - began
    interop.check(done.returncode > 0, f"{what}: exit code {done.returncode}: {done.stdout}")
    interop.check(done.returncode < 128, f"{what}: ended by signal {done.returncode - 128}")
    interop.check(took < DEADLINE_MS / 1000 + GRACE_S, f"{what}: took {took:.1f} s")
    for text in must_name:
        interop.check(text in done.stderr, f"{what}: {text!r} is not in: {done.stderr}")
    for text in ("terminate called", "assert", "Traceback"):
        interop.check(text not in done.stderr, f"{what}: {done.stderr}")
    print(f"{what}: {done.returncode}: {done.stderr.strip()}")
    return done.returncode


def closed_port():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


server = interop.server()
scope, stream = interop.new_stream("errors")
name = f"{scope}/{stream}"
interop.tool_ok("stream", "create", name, "--segments", 1, "--controller", server.uri)
at = ["--controller", server.uri]

no_stream = expect_error(
    "missing stream, read",
    ["read", *at, "--stream", f"{scope}/nowhere", "--count", 1],
    ["nowhere"],
)
no_stream_write = expect_error(
    "missing stream, write",
    ["write", *at, "--stream", f"{scope}/nowhere"],
    ["nowhere"],
    b"a line\n",
)
no_scope = expect_error(
    "missing scope", ["read", *at, "--stream", "no-scope/nowhere", "--count", 1], ["no-scope"]
)
bad_name = expect_error(
    "invalid name", ["stream", "create", f"{scope}/bad name!", *at], ["bad name!"]
)
one_name = expect_error(
    "name without scope", ["read", *at, "--stream", "nowhere", "--count", 1], ["scope/stream"]
)
port = closed_port()
wrong_port = expect_error(
    "wrong port",
    ["read", "--controller", f"tcp://127.0.0.1:{port}", "--stream", name, "--count", 1],
    [f"127.0.0.1:{port}"],
)
store = server.store
not_controller = expect_error(
    "the store's port instead of the controller's",
    ["read", "--controller", f"tcp://{store}", "--stream", name, "--count", 1],
    [store.rsplit(":", 1)[1]],
)
bad_uri = expect_error(
    "not a URI",
    ["read", "--controller", "127.0.0.1", "--stream", name, "--count", 1],
    ["tcp://host:port"],
)

interop.check(no_stream == no_stream_write, "a missing stream has one exit code for both verbs")
interop.check(bad_name == one_name, "wrong names have one exit code")
interop.check(
    len({no_stream, bad_name, wrong_port}) == 3,
    f"exit codes do not tell {no_stream}, {bad_name}, {wrong_port} apart",
)
interop.check(
    wrong_port == not_controller, "no controller there: one exit code for both causes"
)
