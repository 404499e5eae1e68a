#!/usr/bin/env python3
"""Three Java readers and three of ours share twelve segments fairly, whoever comes first.

Ours join one after the other, which must be quick: checkpoints come each second. Then Java's join
ours, then ours leave and join Java's. Each time the group must come to two segments for each of the
six, and keep that: between one and three for each, and between four and eight for each side.
"""

import time

import interop
from group_records import check_each_once, wait_for_count
from groups import Group, written

KEYS, RATE, SEGMENTS = 120, 1_200, 12
# A new reader has its share within four seconds, so within four checkpoints on an idle machine.
# One more may come until the test has looked.
CHECKPOINTS_MAX = 5
KEPT_FOR_CHECKPOINTS = 5
EACH, SIDE = range(1, 4), range(4, 9)


def join_one_by_one(group):
    """Ours; how long and how many checkpoints each took until it had its share."""
    first = group.ours("ours-0")[0]
    group.wait_for_shares(SEGMENTS)
    # A reader that has read nothing counts as carrying nothing.
    wait_for_count(first.records, RATE // 10)
    ours, took = [first], []
    for reader, *shares in (("ours-1", 6, 6), ("ours-2", 4, 4, 4)):
        ours += group.ours(reader)
        since = time.monotonic_ns()
        seconds = group.wait_for_shares(*shares)
        passed = first.records[0].look().marks_between(since, time.monotonic_ns())
        took.append({"seconds": seconds, "checkpoints": passed})
        interop.check(passed <= CHECKPOINTS_MAX, f"{reader} has its share after {took[-1]}")
    return ours, took


def check_kept(group, record):
    """For some checkpoints: nobody has nothing, and no side takes all."""
    since = time.monotonic_ns()
    spread = set()
    while record.look().marks_between(since, time.monotonic_ns()) < KEPT_FOR_CHECKPOINTS:
        time.sleep(0.1)
        shares = group.shares()
        java = sum(count for reader, count in shares.items() if reader.startswith("java"))
        ours = sum(shares.values()) - java
        spread |= set(shares.values())
        fair = all(count in EACH for count in shares.values()) and java in SIDE and ours in SIDE
        interop.check(fair and len(shares) == 6, f"an unfair share: {shares}")
    return sorted(spread)


def main():
    server = interop.server()
    with Group(server, "balance", SEGMENTS) as group:
        group.made_by_java(checkpoint_ms=1_000, refresh_ms=500)
        writer = group.writer(KEYS, RATE)
        ours, took = join_one_by_one(group)
        javas = group.javas("java-", 3)
        even = [group.wait_for_shares(*[2] * 6)]
        spread = [check_kept(group, javas.records[0])]
        for each in ours:
            each.leave()
        group.wait_for_shares(4, 4, 4)
        ours = group.ours("ours-3", "ours-4", "ours-5")
        even.append(group.wait_for_shares(*[2] * 6))
        spread.append(check_kept(group, javas.records[0]))
        events = written(writer)
        wait_for_count(group.records, events)
        for each in (javas, *ours):
            each.leave()
        check_each_once(group.records, range(events), KEYS)
        counts = {each.path.name: len(each.numbers) for each in group.records}
    print(f"{events} events, each once: {counts}; ours joined: {took}")
    print(f"even after {even} s; in the following checkpoints readers had {spread} segments")


main()
