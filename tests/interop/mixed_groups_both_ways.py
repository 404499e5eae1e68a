#!/usr/bin/env python3
"""A group that we made is read by Java and by us, and each side begins anew at a checkpoint that
the other side made.

The checkpoints come while the stream is split and both sides read. A checkpoint says which events
were before it, by the records of the readers; after the reset to it, new readers get exactly the
others, once and in order. The readers of both kinds that are in the group notice each reset.
"""

import interop
from group_records import check_each_once, count_of, wait_for_count
from groups import Group, written

KEYS, RATE, SEGMENTS = 60, 1_500, 6
TIMES = {"checkpoint_ms": 3_000, "refresh_ms": 500}


def make_checkpoints(group):
    """Ours and Java's, with a split between them. By their names, the files of their bytes."""
    ours, java = group.directory / "ours.cp", group.directory / "java.cp"
    by_us = group.checkpoint_by_us("ours-asks", ours)
    group.scale("--split", 0)
    return (by_us, ours), (group.checkpoint_by_java("java-asks", java), java)


def read_and_mark(group):
    """Both kinds read everything. The events; for each checkpoint its file and what follows it."""
    members = [group.javas("java-", 2), *group.ours("ours-0", "ours-1")]
    writer = group.writer(KEYS, RATE)
    group.wait_until_all_have_read(RATE // 10)
    made = make_checkpoints(group)
    wait_for_count(group.records, count_of(group.records) + RATE)
    events = written(writer)
    wait_for_count(group.records, events)
    check_each_once(group.records, range(events), KEYS)
    rests = []
    for name, file in made:
        before = [number for record in group.records for number in record.before(name)]
        rests.append((file, set(range(events)).difference(before)))
        interop.check(0 < len(before) < events, f"{len(before)} events are before {name}")
    return events, members, rests


def read_rest(group, names, rest):
    """New readers of both kinds get exactly the rest. They stay."""
    members = [group.javas(f"java-{names}-"), *group.ours(f"ours-{names}")]
    records = [record for each in members for record in each.records]
    wait_for_count(records, len(rest))
    return members, records


def main():
    server = interop.server()
    with Group(server, "both-ways", SEGMENTS).made_by_us(**TIMES) as group:
        events, members, rests = read_and_mark(group)
        (of_us, after_ours), (of_java, after_java) = rests
        settings = ("--auto-checkpoint-ms", 3_000, "--refresh-ms", 500)
        group.java("group-reset", group.scope, group.name, of_us, *settings)
        for each in members:
            each.ended_offline()
        members, records = read_rest(group, "second", after_ours)
        done = group.admin("reset", of_java)
        interop.check(done["generation"] == 2, f"our reset: {done}")
        for each in members:
            each.ended_offline()
        check_each_once(records, after_ours, KEYS)
        members, records = read_rest(group, "third", after_java)
        for each in members:
            each.leave()
        check_each_once(records, after_java, KEYS)
    after = f"{len(after_ours)} after our checkpoint, {len(after_java)} after Java's"
    print(f"{events} events, each once, by both; {after}: exactly these after a reset to it")


main()
