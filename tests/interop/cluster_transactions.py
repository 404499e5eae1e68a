#!/usr/bin/env python3
"""16 of our transactions are open and being committed on a distributed Pravega while a segment
store and a controller are killed, and later the other controller while the stream is scaled. All
come back.

Each transaction must be in the stream as a whole or not at all, its events once and in order, and
what was reported must be true: committed means there, aborted means not there, unknown means
either. One that begins after the commit of another has answered comes after it. Nothing of what
was aborted is read, and no transaction stays open. Prints the figures as one line of JSON.
"""

import collections
import datetime
import json
import pathlib
import subprocess
import sys
import time

import cluster
import interop
from groups import Group
from group_records import wait_for_count

PEER = sys.argv[3]
OPEN, EVENTS, KEYS, SEGMENTS, SCALED = 16, 60, 20, 4, 6
# Transactions that end before, between and after the deaths.
ENOUGH = 3 * OPEN
BETWEEN_S, DOWN_S, CALM_S, SETTLED_S_MAX = 0.5, 4, 2, 30
NS_PER_MS = 1_000_000
# After the last of these an event could not be written, so the transaction is aborted.
ABORTED = ("transaction_aborted", "transaction_expired", "retries_exhausted")

Life = collections.namedtuple("Life", "first what outcome begun ended id")


class Transactions:
    """A process that keeps transactions at work; its record has what it was told of each."""

    def __init__(self, at, group):
        self.path = pathlib.Path(group.directory) / "transactions"
        words = (at.uri, group.scope, group.stream, "many", OPEN, EVENTS, KEYS, self.path)
        self.errors = (pathlib.Path(group.directory) / "transaction-errors").open("w+")
        self.process = subprocess.Popen(
            [PEER, *map(str, words)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
        )
        group.works.append(self)
        said = self.process.stdout.readline()
        interop.check("at_work" in said, f"the writer of transactions: {said}{self.said()}")

    def said(self):
        self.errors.flush()
        return pathlib.Path(self.errors.name).read_text()[-2000:]

    def lives(self):
        """Those that were begun and are over; the last line may be incomplete."""
        text = self.path.read_text() if self.path.exists() else ""
        lines = [line.split() for line in text.split("\n")[:-1]]
        ended = [Life(int(w[0]), w[1], w[2], int(w[3]), int(w[4]), w[5]) for w in lines]
        return [each for each in ended if each.what != "begin"]

    def wait_for_more(self, count):
        enough = len(self.lives()) + count
        interop.wait_until(
            f"{count} more transactions are over", lambda: len(self.lives()) >= enough, 300, 0.1
        )

    def end(self):
        """Those at work end first."""
        self.process.stdin.close()
        try:
            code = self.process.wait(240)
        except subprocess.TimeoutExpired:
            interop.fail(f"the transactions do not end: {self.said()}")
        interop.check(code == 0, f"the writer of transactions ended with {code}: {self.said()}")
        return self.lives()


def break_servers(at, group, work):
    """A store and a controller die together, then the other controller, at a scale."""
    first, second = at.controllers
    store, connections = at.busiest_store(work.process.pid)
    since = datetime.datetime.now()
    at.kill(store)
    time.sleep(BETWEEN_S)
    at.kill(first)
    time.sleep(DOWN_S)
    at.start(first)
    time.sleep(DOWN_S)
    at.start(store)
    began = time.monotonic()
    at.wait_whole()
    whole_s = round(time.monotonic() - began, 1)
    work.wait_for_more(ENOUGH)
    where = (f"{group.scope}/{group.stream}", "--controller", at.uri)
    scale = interop.Started("stream", "scale", *where, "--segments", SCALED)
    group.works.append(scale)
    at.kill(second)
    time.sleep(DOWN_S)
    at.start(second)
    at.wait_whole()
    scale.ended(SETTLED_S_MAX, codes=(0,))
    work.wait_for_more(ENOUGH)
    moved_ms = at.ms_until_moved(store, since)
    return {
        "victims": [store, first, second],
        "connections": connections,
        "moved_ms": moved_ms,
        "whole_again_s": whole_s,
    }


def reported(life):
    """Whether the writer said that it is committed; None: it did not know."""
    if life.outcome == "ok":
        return life.what == "commit"
    if life.outcome in ABORTED:
        return False
    interop.check(life.outcome == "outcome_unknown", f"an end that cannot be: {life}")
    return None


def settled(at, group, life):
    """The state that the controller comes to, if it does.

    A 0.13 controller that dies while it accepts a commit may leave the transaction COMMITTING for
    ever: it answers every later commit with success, and finds nothing to commit.
    """
    where = (f"{group.scope}/{group.stream}", life.id, "--controller", at.uri)
    deadline = time.monotonic() + SETTLED_S_MAX
    while True:
        state = interop.tool_json("transaction", "status", *where)["state"]
        if state in ("committed", "aborted") or time.monotonic() > deadline:
            return state
        time.sleep(0.5)


def judge(at, group, lives):
    """By number, the events that are in the stream; and the transactions without an end."""
    expected, endless = {}, []
    for life in lives:
        said = reported(life)
        # That of the others must show.
        state = "committed" if said else settled(at, group, life)
        interop.check(said in (None, state == "committed"), f"{life} is {state}")
        if state == "committed":
            expected.update(dict.fromkeys(range(life.first, life.first + EVENTS), life))
        elif state != "aborted":
            interop.check(said is None and state == "committing", f"{life} is {state}")
            endless.append(life)
    return expected, endless


def check_read(record, expected):
    """Each event once, nothing else, and in order."""
    numbers = record.look().numbers
    times = collections.Counter(numbers)
    lost = sorted(expected.keys() - times.keys())
    foreign = sorted(times.keys() - expected.keys())
    doubled = sorted(number for number, count in times.items() if count > 1)
    for what, some in (("lost", lost), ("doubled", doubled), ("of no transaction", foreign)):
        interop.check(not some, f"{len(some)} of {len(expected)} events are {what}: {some[:5]}")
    # By key: what has been read, the latest begin of it, and the last number by transaction.
    begun, last = collections.Counter(), {}
    for number in numbers:
        key, life = number % KEYS, expected[number]
        of = (key, life.first)
        interop.check(last.get(of, -1) < number, f"{number} came after {last.get(of)}")
        last[of] = number
        if reported(life):
            late = f"{life} comes after a transaction that began when it was committed"
            interop.check(begun[key] < life.ended, late)
        begun[key] = max(begun[key], life.begun)


def main():
    at = cluster.cluster()
    with Group(at, "transactions", SEGMENTS).made_by_us(1_000, 500) as group:
        (reader,) = group.ours("ours-0")
        work = Transactions(at, group)
        work.wait_for_more(ENOUGH)
        what = break_servers(at, group, work)
        lives = work.end()
        expected, endless = judge(at, group, lives)
        wait_for_count(group.records, len(expected))
        # For what must not come.
        time.sleep(CALM_S)
        # Those without an end are there as a whole, or not at all.
        read = set(group.records[0].look().numbers)
        for life in endless:
            numbers = range(life.first, life.first + EVENTS)
            expected.update(dict.fromkeys(numbers if read & set(numbers) else (), life))
        check_read(group.records[0], expected)
        reader.leave()
    took_ms = [round((each.ended - each.begun) / NS_PER_MS) for each in lives]
    ends = collections.Counter(f"{each.what} {each.outcome}" for each in lives)
    figures = {**what, "ends": ends, "endless": len(endless), "events": len(expected), "longest_ms": max(took_ms)}
    print(json.dumps(figures))
    interop.check(ends["commit ok"] >= 2 * ENOUGH, f"too few were committed: {ends}")
    at.make_whole()


main()
