#!/usr/bin/env python3
"""ctest's fixtures: `start` and `stop` one real Pravega 0.13, `start-cluster` and
`stop-cluster` a distributed one, `compile-peer` the Java peer."""

import shutil
import sys

import cluster
import interop


def start():
    interop.require_java()
    stop()
    server = interop.Server.start(interop.STATE / "server", "--quick-policies")
    print(f"controller {server.controller}, segment store {server.store}, process {server.pid}")


def stop():
    directory = interop.STATE / "server"
    if directory.exists():
        interop.run_ok([interop.STANDALONE, "stop", "--dir", directory])
        shutil.rmtree(directory)


def start_cluster():
    interop.require_java()
    stop_cluster()
    cluster.Cluster.up()
    print(cluster.Cluster().status())


def stop_cluster():
    cluster.Cluster.down()


def compile_peer():
    interop.require_java()
    interop.compile_peer(interop.STATE / "classes")


if __name__ == "__main__":
    {
        "start": start,
        "stop": stop,
        "start-cluster": start_cluster,
        "stop-cluster": stop_cluster,
        "compile-peer": compile_peer,
    }[sys.argv[1]]()
