#!/usr/bin/env python3
"""transactions_both_ways.py real|sandbox TRANSACTION_PEER

Transactions of the Java client and ours in one stream.

- Each side reads what the other one commits, once and in order per key, and never anything of an
  open or an aborted transaction.
- We write to, commit and abort transactions that Java began, and Java commits and aborts ours.
- All that holds over a split and a merge between begin and commit.
"""

import contextlib
import json
import sys
import time

import interop
from own_sandbox import Sandbox

KEYS, SIZE, PART = 20, 100, 500
# Numbers of events that are never committed.
FOREIGN = 1_000_000
MANY, PER_TRANSACTION = 8_000, 200


class Stream:
    """The stream, and what both sides do to it."""

    def __init__(self, server, program):
        self.server, self.program = server, program
        self.scope, self.stream = interop.new_stream("transactions")
        self.name = f"{self.scope}/{self.stream}"
        self.groups = 0
        interop.peer(server, "create", self.scope, self.stream, 2)

    def ours(self, *words):
        command = [self.program, self.server.uri, self.scope, self.stream, *words]
        return interop.last_json(interop.run_ok(command))

    def java(self, verb, *words):
        return interop.peer(self.server, verb, self.scope, self.stream, *words)

    def tool(self, *words):
        return interop.tool_json(*words, "--controller", self.server.uri)

    # --- begin, end ---

    def begin_ours(self, first):
        return self.ours("begin", first, PART, KEYS)["id"]

    def begin_java(self, first):
        return self.java("txn-begin", PART, SIZE, "--keys", KEYS, "--start", first)["id"]

    def resume(self, id, first, how, count=PART):
        self.ours("resume", id, first, count, KEYS, how)

    def end_java(self, id, how):
        found = self.java("txn-end", id, how)["status"]
        interop.check(found == STATES[how].upper(), f"{id} is {found} after Java's {how}")

    def end_tool(self, id, how):
        found = self.tool("transaction", how, self.name, id)["state"]
        interop.check(found == STATES[how], f"{id} is {found} after our {how}")

    def states(self, **expected):
        """By the word for the state, the transactions that have it."""
        for state, ids in expected.items():
            for id in ids:
                found = self.tool("transaction", "status", self.name, id)["state"]
                interop.check(found == state, f"{id} is {found}, not {state}")

    def scale(self, *how):
        self.tool("stream", "scale", self.name, *how)

    # --- reading ---

    def verify(self, events, when):
        """Both sides get the first events, and nothing else."""
        at = ("--stream", self.name, "--events", events, "--keys", KEYS)
        interop.check_complete(self.tool("verify", *at), events, f"our reader, {when}")
        # One more than there are: Java's reader looks until nothing has come for some time.
        self.groups += 1
        group = f"g{self.groups}-{self.stream}"
        words = (group, events + 1, "--create", "--keys", KEYS, "--idle-ms", 4000)
        found = self.java("verify", *words)
        counts = [found[each] for each in ("lost", "duplicates", "reordered", "foreign")]
        interop.check(counts == [1, 0, 0, 0], f"Java's reader, {when}: {json.dumps(found)}")

    def verify_empty(self):
        read = interop.tool_ok("read", self.name, "--controller", self.server.uri)
        interop.check(read == "", f"read of open transactions: {read[:200]!r}")


STATES = {"commit": "committed", "abort": "aborted"}


def begun_and_ended_by_each(at):
    """Gives the number of events that are committed then."""
    ours, java = at.begin_ours(0), at.begin_java(PART)
    aborted = [at.begin_ours(FOREIGN), at.begin_java(2 * FOREIGN)]
    at.verify_empty()
    at.states(open=[ours, java, *aborted])
    at.end_java(ours, "commit")
    # Java's transaction gets more of us before we commit it.
    at.resume(java, 2 * PART, "commit")
    at.end_java(aborted[0], "abort")
    at.end_tool(aborted[1], "abort")
    at.states(committed=[ours, java], aborted=aborted)
    at.verify(3 * PART, "after a commit by each side")
    return 3 * PART


def over_a_split_and_a_merge(at, start):
    ours, java = at.begin_ours(start), at.begin_java(start + PART)
    aborted = [at.begin_java(FOREIGN), at.begin_ours(2 * FOREIGN)]
    at.scale("--split", 0)
    later = at.begin_java(start + 3 * PART)
    at.scale("--merge", "3.1,1.0")
    at.end_java(ours, "commit")
    at.resume(java, start + 2 * PART, "leave")
    at.end_tool(java, "commit")
    at.resume(aborted[0], 3 * FOREIGN, "abort", 1)
    at.end_java(aborted[1], "abort")
    at.end_tool(later, "commit")
    at.states(committed=[ours, java, later], aborted=aborted)
    at.verify(start + 4 * PART, "after a split and a merge")
    return start + 4 * PART


def left_open(at, events):
    """Nobody reads what is open to the end."""
    still = [at.begin_ours(FOREIGN), at.begin_java(2 * FOREIGN)]
    at.states(open=still)
    at.verify(events, "beside open transactions")
    for each in still:
        at.end_tool(each, "abort")


def many_of_each(server, program):
    """One transaction after the other, by each side; read by the other one."""
    rates = {}
    for who in ("ours", "java"):
        at = Stream(server, program)
        if who == "ours":
            plan = ("--events", MANY, "--per", PER_TRANSACTION, "--keys", KEYS)
            done = at.tool("bench", "transactions", at.name, *plan)
        else:
            plan = (MANY, SIZE, "--keys", KEYS, "--txn", PER_TRANSACTION, "--await-each")
            done = at.java("write", *plan)
        rates[who] = done["transactions_per_s"]
        at.verify(MANY, f"after {MANY // PER_TRANSACTION} transactions, {who}")
    return rates


@contextlib.contextmanager
def server_of(kind):
    if kind == "real":
        yield interop.server()
    else:
        with Sandbox() as server:
            yield server


def main():
    kind, program = sys.argv[1:]
    began = time.monotonic()
    with server_of(kind) as server:
        at = Stream(server, program)
        events = begun_and_ended_by_each(at)
        events = over_a_split_and_a_merge(at, events)
        left_open(at, events)
        rates = many_of_each(server, program)
    took = round(time.monotonic() - began)
    print(json.dumps({"events": events, "transactions_per_s": rates, "seconds": took}))


main()
