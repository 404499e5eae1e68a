#!/usr/bin/env python3
"""ctest's fixtures: `start` and `stop` one real Pravega 0.13, `compile-peer` the Java peer."""

import shutil
import sys

import interop


def start():
    interop.require_java()
    stop()
    server = interop.Server.start(interop.STATE / "server")
    print(f"controller {server.controller}, segment store {server.store}, process {server.pid}")


def stop():
    directory = interop.STATE / "server"
    if directory.exists():
        interop.run_ok([interop.STANDALONE, "stop", "--dir", directory])
        shutil.rmtree(directory)


def compile_peer():
    interop.require_java()
    interop.compile_peer(interop.STATE / "classes")


if __name__ == "__main__":
    {"start": start, "stop": stop, "compile-peer": compile_peer}[sys.argv[1]]()
