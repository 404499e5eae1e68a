#!/usr/bin/env python3
"""A log file through `pravega-actor write --key-field` and back by `read`, line for line."""

import collections
import random

import interop

LINES, KEYS, SEED = 20_000, 37, 7
KEY_FIELD = 4


def make_log():
    """Lines in the manner of dpkg.log; the fourth field is the package. Some are unusual."""
    chance = random.Random(SEED)
    states = ["install", "status half-configured", "trigproc", "upgrade", "remove"]
    lines = []
    for number in range(LINES):
        package = f"package-{chance.randrange(KEYS)}:amd64"
        rest = f"{chance.choice(states)} 1.{number}"
        time = f"{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}"
        lines.append(f"2026-11-23 {time} x {package} {rest}".encode())
    lines[100] += " Größe 中文 €".encode()
    lines[200] += b" \xff\xfe not UTF-8 \x80"
    lines[300] += b" " + b"long " * 40_000
    lines[400] += b'\ttabs\tand \\ and "quotes" and trailing blanks   '
    return lines


def per_key(lines):
    found = collections.defaultdict(list)
    for line in lines:
        found[line.split()[KEY_FIELD - 1]].append(line)
    return found


def compare(sent, received):
    interop.check(len(received) == len(sent), f"sent {len(sent)} lines, read {len(received)}")
    expected, found = per_key(sent), per_key(received)
    interop.check(expected.keys() == found.keys(), "the keys differ")
    for key, lines in expected.items():
        for number, (a, b) in enumerate(zip(lines, found[key])):
            interop.check(a == b, f"key {key.decode()}, line {number}: sent {a!r}, read {b!r}")


server = interop.server()
scope, stream = interop.new_stream("log")
name = f"{scope}/{stream}"
interop.tool_ok("stream", "create", name, "--segments", 4, "--controller", server.uri)
lines = make_log()
interop.tool_ok(
    "write",
    "--controller",
    server.uri,
    "--stream",
    name,
    "--key-field",
    KEY_FIELD,
    input_bytes=b"\n".join(lines) + b"\n",
)
output = interop.tool_ok(
    "read", "--controller", server.uri, "--stream", name, "--from", "head", "--count", LINES
)
read_back = output.encode(errors="surrogateescape").split(b"\n")
interop.check(read_back[-1] == b"", "the last line does not end with a newline")
compare(lines, read_back[:-1])
print(f"{LINES} lines of {KEYS} keys came back the same")
