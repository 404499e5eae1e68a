#!/usr/bin/env python3
"""Reads programs and shared libraries for what hardens them.

usage: hardening.py READELF FILE..."""
import platform
import re
import subprocess
import sys


def output(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def faults(readelf, file):
    """What a file lacks."""
    header = output(readelf, "--file-header", "--wide", file)
    segments = output(readelf, "--program-headers", "--wide", file)
    dynamic = output(readelf, "--dynamic", "--wide", file)
    symbols = output(readelf, "--dyn-syms", "--wide", file)
    checks = {
        # A program that can be loaded anywhere looks like a shared library.
        "PIE": re.search(r"Type:\s+DYN", header),
        "RELRO": "GNU_RELRO" in segments,
        "immediate binding": re.search(r"FLAGS.*\b(BIND_NOW|NOW)\b", dynamic),
        "no executable stack": re.search(r"GNU_STACK\s.*\sRW\s", segments),
        "stack protector": "__stack_chk_fail" in symbols,
        "checked string and memory functions": re.search(r"\b__\w+_chk@", symbols),
    }
    if platform.machine() == "x86_64":
        checks["marked jump targets"] = has_jump_targets(file)
    return [name for name, holds in checks.items() if not holds]


def has_jump_targets(file):
    """Whether functions begin with endbr64; the file's note would need it of all linked objects."""
    with open(file, "rb") as binary:
        return binary.read().count(b"\xf3\x0f\x1e\xfa") > 1000


def main():
    readelf, *files = sys.argv[1:]
    found = {file: faults(readelf, file) for file in files}
    for file, lacking in found.items():
        print(f"{file}: {'lacks ' + ', '.join(lacking) if lacking else 'hardened'}")
    sys.exit(any(found.values()))


if __name__ == "__main__":
    main()
