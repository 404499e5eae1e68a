#!/usr/bin/env python3
"""Readers of ours share a group on a distributed Pravega while first one of its two controllers is
killed, then both, and a writer goes on writing.

- While one controller lives, a reader joins and gets its share.
- While none does, the readers at work read on, and a reader leaves in time. The others get its
  segments when a controller is back, and a reader that started meanwhile joins then.

Nothing may be lost, doubled or reordered, and no reader may be declared offline. No key waits
longer for its next event than the servers need, and soon after. Prints the figures as one line of
JSON.
"""

import time

import cluster
import interop
from group_records import NS_PER_MS, count_of, figures_of, report, wait_for_count
from groups import Group, Ours, written

KEYS, RATE, SEGMENTS = 100, 5_000, 6
BEFORE, ALONE, AFTER = 2 * RATE, 2 * RATE, 2 * RATE
# Of a segment that changes hands: the next checkpoint, and some.
HANDED_OVER_MS_MAX = 8_000
# Of readers that keep their segments, and of one that leaves.
CALM_MS_MAX, LEAVING_MS_MAX = 2_000, 5_000


def ms_since(began):
    return round((time.monotonic() - began) * 1000)


def longest_pause_ms(record, since_ns, until_ns):
    """The longest time without any event for this reader, of a part of its life."""
    times = [time for time in record.look().times if since_ns <= time <= until_ns]
    edges = [since_ns, *times, until_ns]
    return max(later - before for before, later in zip(edges, edges[1:])) / NS_PER_MS


def read_more(group, count):
    wait_for_count(group.records, count_of(group.records) + count)


def join_with_one_controller(at, group, victim):
    at.kill(victim)
    began = time.monotonic()
    joined = group.ours("ours-3")
    join_ms = ms_since(began)
    group.wait_for_shares(1, 1, 2, 2)
    return joined, {"join_ms": join_ms, "share_ms": ms_since(began)}


def leave_without_controllers(at, group, victim, leaver, others):
    """The reader that started meanwhile, and what was seen."""
    at.kill(victim)
    began, began_ns = time.monotonic(), time.monotonic_ns()
    late = Ours(group, "ours-4")
    ended = leaver.leave()
    leave_ms = ms_since(began)
    interop.check(not ended["offline"], f"the reader that left is out: {ended}")
    read_more(group, ALONE)
    until_ns = time.monotonic_ns()
    pauses = [longest_pause_ms(each.records[0], began_ns, until_ns) for each in others]
    for each in at.controllers:
        at.start(each)
    late.wait_joined()
    joined_ms = ms_since(began)
    at.wait_whole()
    figures = {"leave_ms": leave_ms, "pauses_ms": [round(each) for each in pauses]}
    return late, {**figures, "late_joined_ms": joined_ms, "whole_ms": ms_since(began)}


def write_read_and_kill(at, group):
    """What happened; everything that was written is read then."""
    first, second = at.controllers
    writer = group.writer(KEYS, RATE)
    leaver, *others = group.ours("ours-0", "ours-1", "ours-2")
    group.wait_for_shares(2, 2, 2)
    read_more(group, BEFORE)
    joined, one = join_with_one_controller(at, group, first)
    others += joined
    read_more(group, BEFORE)
    late, none = leave_without_controllers(at, group, second, leaver, others)
    others.append(late)
    group.wait_for_shares(1, 1, 2, 2)
    read_more(group, AFTER)
    events = written(writer)
    wait_for_count(group.records, events)
    ended = [each.leave() for each in others]
    interop.check(not any(each["offline"] for each in ended), f"a reader is out: {ended}")
    return {"events": events, "one": one, "none": none}


def main():
    at = cluster.cluster()
    with Group(at, "group-and-dead-controllers", SEGMENTS).made_by_us(1_000, 500) as group:
        what = write_read_and_kill(at, group)
        figures = {**what, **figures_of(group.records, what["events"], KEYS)}
    none = what["none"]
    report(figures, max(HANDED_OVER_MS_MAX, none["whole_ms"] + cluster.AFTER_SERVERS_MS))
    interop.check(none["leave_ms"] <= LEAVING_MS_MAX, f"to leave took {none['leave_ms']} ms")
    calm = max(none["pauses_ms"]) <= CALM_MS_MAX
    interop.check(calm, f"readers with segments of their own waited {none['pauses_ms']} ms")
    at.make_whole()


main()
