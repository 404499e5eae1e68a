#!/usr/bin/env python3
"""Java readers and ours share a group that Java made: each event goes to one of them, over two
splits and one merge, while a reader of each kind leaves; at last one of ours dies."""

import interop
from group_records import check_each_once, count_of, wait_for_count
from groups import Group, Ours, written

KEYS, RATE = 60, 2_000
# Four readers, and after two splits and a merge one segment more: none of them is without one.
SEGMENTS = 4


def share(server):
    with Group(server, "mixed", SEGMENTS) as group:
        group.made_by_java(checkpoint_ms=1_000, refresh_ms=3_000)
        javas, brief = group.javas("java-"), group.javas("brief-")
        one, two = group.ours("ours-1", "ours-2")
        writer = group.writer(KEYS, RATE)
        group.scale("--split", 0)
        group.scale("--split", 1)
        group.scale_by_java("--merge", 0)
        group.checkpoint_by_java("java-asks", group.directory / "java.cp")
        group.wait_until_all_have_read(RATE // 10)
        two.leave()
        brief.leave()
        wait_for_count(group.records, count_of(group.records) + 2 * RATE)
        events = written(writer)
        wait_for_count(group.records, events)
        javas.leave()
        one.leave()
        check_each_once(group.records, range(events), KEYS)
        counts = [len(record.numbers) for record in group.records]
        interop.check(group.shares() == {}, "somebody is still a member")
    return events, counts


def lose_one(server):
    """What our dead reader had not released comes again, to Java, and nothing else does."""
    with Group(server, "mixed-death", 1) as group:
        group.java("write", group.scope, group.stream, 5_000, 100, "--keys", KEYS)
        group.made_by_java(checkpoint_ms=0, refresh_ms=3_000)
        dead = Ours(group, "ours", how="die", count=1).wait_joined().ended()
        interop.check(dead["held"] == dead["count"] > 0, f"nothing was held: {dead}")
        interop.check(list(group.shares()) == ["ours"], "the dead reader is a member")
        group.java("reader-offline", group.scope, group.name, "ours")
        java = group.javas("java-")
        wait_for_count(java.records, 5_000)
        java.leave()
        check_each_once(java.records, range(5_000), KEYS)
    return dead["held"]


def main():
    server = interop.server()
    events, counts = share(server)
    again = lose_one(server)
    print(f"{events} events, each once: {counts} by java, brief and ours; {again} read again")


main()
