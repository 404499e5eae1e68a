#!/usr/bin/env python3
"""The shared library exports the client's API and nothing else; no public header is forgotten.

usage: exports.py LIBRARY NM HEADERS"""
import pathlib
import re
import subprocess
import sys

# All of them: others' templates that happen to be instantiated are local.
OWN = re.compile(r"_Z(TI|TS|TV|TT|GV|Thn\d+_|Tv\d+_)?N[KVRO]*13pravega_actor")
# What a program calls first; without them nothing links.
CALLS = [
    "pravega_actor::client::create(",
    "pravega_actor::config_builder::",
    "pravega_actor::error::summary",
    "pravega_actor::event_writer::try_write(",
    "pravega_actor::stream_reader::next(",
    "pravega_actor::stream_cut::from_text(",
]
# About 700 in 0.1.0: the API, type information of its messages, and a few internal classes that its
# headers have pointers to. What is not meant to be visible would add thousands.
MOST = 900


def names(nm, library, *options):
    text = subprocess.run([nm, "--dynamic", "--defined-only", "--format=just-symbols", *options,
                           library], check=True, stdout=subprocess.PIPE, text=True).stdout
    return [line for line in text.splitlines() if line]


def main():
    library, nm, headers = sys.argv[1:]
    exported = [name.split("@")[0] for name in names(nm, library)]
    exported = [name for name in exported if not name.startswith("PRAVEGA_ACTOR_")]
    strays = [name for name in exported if not OWN.match(name)]
    if strays:
        sys.exit(f"{len(strays)} symbols are not the library's own: {strays[:10]}")
    plain = names(nm, library, "--demangle")
    leaks = [name for name in plain if re.match(r"(google|grpc|asio|absl|caf|std)::", name)]
    if leaks:
        sys.exit(f"{len(leaks)} symbols of other libraries: {leaks[:10]}")
    bare = [path.name for path in pathlib.Path(headers).rglob("*.hpp")
            if "namespace pravega_actor {" in path.read_text()]
    if bare:
        sys.exit(f"their namespace needs PRAVEGA_ACTOR_API (export.hpp): {bare}")
    missing = [call for call in CALLS if not any(call in name for name in plain)]
    if missing:
        sys.exit(f"not exported: {missing}")
    if len(exported) > MOST:
        sys.exit(f"{len(exported)} symbols are exported")
    print(f"{len(exported)} symbols")


if __name__ == "__main__":
    main()
