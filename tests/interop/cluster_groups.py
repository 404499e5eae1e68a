#!/usr/bin/env python3
"""Three of our readers share a group on a distributed Pravega while a segment store is killed and a
writer goes on writing. Nothing may be lost, doubled or reordered, every reader stays a member, and
each key's events come again within a limit; if the servers themselves need longer to move the lost
store's segments, soon after them. Prints the figures as one line of JSON.
"""

import datetime

import cluster
import interop
from group_records import count_of, figures_of, report, wait_for_count
from groups import Group, written

KEYS, RATE, SEGMENTS = 100, 5_000, 6
STALL_MS_MAX, FELT_MS = 8_000, 500
BEFORE, AFTER = 3 * RATE, 4 * RATE


def write_read_and_kill(at, group):
    """What happened; everything that was written is read then."""
    writer = group.writer(KEYS, RATE)
    readers = group.ours("ours-0", "ours-1", "ours-2")
    group.wait_for_shares(2, 2, 2)
    wait_for_count(group.records, count_of(group.records) + BEFORE)
    victim, connections = at.busiest_store(writer.process.pid)
    since = datetime.datetime.now()
    at.kill(victim)
    read = count_of(group.records)
    at.wait_whole()
    wait_for_count(group.records, read + AFTER)
    moved_ms = at.ms_until_moved(victim, since)
    events = written(writer)
    wait_for_count(group.records, events)
    ended = [each.leave() for each in readers]
    interop.check(not any(each["offline"] for each in ended), f"a reader is out: {ended}")
    return {"victim": victim, "connections": connections, "moved_ms": moved_ms, "events": events}


def main():
    at = cluster.cluster()
    with Group(at, "group-and-dead-store", SEGMENTS).made_by_us(1_000, 500) as group:
        what = write_read_and_kill(at, group)
        figures = {**what, **figures_of(group.records, what["events"], KEYS)}
    report(figures, max(STALL_MS_MAX, what["moved_ms"] + cluster.AFTER_SERVERS_MS))
    stall_ms = figures["longest_stall_ms"]
    interop.check(stall_ms >= FELT_MS, f"the death was not felt: {stall_ms} ms")
    at.make_whole()


main()
