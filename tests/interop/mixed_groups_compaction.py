#!/usr/bin/env python3
"""The state of a group is compacted by Java and by us while readers of both kinds read.

Whoever looks at the state compacts it with a probability of 1 in 20 once its log has 512 KiB.
Updates that change nothing fill the log again and again until each side has compacted it, and until
its oldest part is truncated away. All readers go on, and new ones of both kinds join: each event
goes to one of them.
"""

import subprocess

import interop
from group_records import check_each_once, count_of, wait_for_count
from groups import Group, written

KEYS, RATE, SEGMENTS = 40, 500, 4
# With four looks a second of each reader, a compaction follows the filling within seconds. Ours
# look no more often.
TIMES = {"checkpoint_ms": 1_000, "refresh_ms": 250}
FULL_BYTES, FILL_BYTES = 512 * 1024, 600_000
ROUNDS_MAX = 40
# The kind of an entry, and the type of a whole state behind it.
SNAPSHOT = b"\0\0\0\1\0\1"
# How a whole state ends, with "no reset is under way"; Java pads it with zeros, and we do not.
UNPADDED_END = b"\2\0\0\0\1\0"


def entries(group):
    """The entries that the log of the group's state has: offsets and bytes."""
    stream = f"{group.scope}/_RG{group.name}"
    where = ("--controller", group.server.uri, "--quiet", "--format", "%o %l%n%e")
    # On stderr it says that the log is truncated.
    command = [interop.TOOL, "read", *where, stream]
    log = subprocess.run(command, capture_output=True, timeout=120, check=True).stdout
    at, found = 0, []
    while at < len(log):
        line_end = log.index(b"\n", at)
        offset, length = map(int, log[at:line_end].split())
        at = line_end + 1 + length
        found.append((offset, log[line_end + 1 : at]))
    return found


def look_for_snapshots(log, seen):
    """Who compacted, by the offset of the state that was written."""
    for offset, entry in log:
        if entry.startswith(SNAPSHOT):
            padded = not entry.endswith(UNPADDED_END)
            seen.setdefault(offset, "java" if padded else "ours")


def compact_until_both_did(group):
    """Who compacted, by the offset of the state that was written."""
    seen = {}
    for _ in range(ROUNDS_MAX):
        group.admin("fill", FILL_BYTES)
        compacted = lambda: group.admin("info")["log_bytes"] < FULL_BYTES
        interop.wait_until("the state is compacted", compacted, 120, pause_s=0.2)
        log = entries(group)
        look_for_snapshots(log, seen)
        is_truncated = log[0][0] > 0
        if is_truncated and set(seen.values()) == {"java", "ours"}:
            return seen
    interop.fail(f"compacted {ROUNDS_MAX} times, and only by {set(seen.values())}")


def wait_until_all_read_on(group):
    before = [len(record.look().numbers) for record in group.records]
    more = lambda: all(
        len(record.look().numbers) > count for record, count in zip(group.records, before)
    )
    interop.wait_until("all readers read on", more, 60)


def main():
    server = interop.server()
    with Group(server, "compaction", SEGMENTS).made_by_us(**TIMES) as group:
        writer = group.writer(KEYS, RATE)
        members = [group.javas("java-", 2), *group.ours("ours-0", "ours-1")]
        group.wait_for_shares(1, 1, 1, 1)
        seen = compact_until_both_did(group)
        wait_until_all_read_on(group)
        leavers, stayers = members[:2], members[2:]
        newcomers = [group.javas("late-"), *group.ours("late-ours")]
        for each in leavers:
            each.leave()
        group.wait_for_shares(1, 1, 2)
        read = count_of(group.records)
        wait_for_count(group.records, read + 2 * RATE)
        events = written(writer)
        wait_for_count(group.records, events)
        for each in (*stayers, *newcomers):
            each.leave()
        check_each_once(group.records, range(events), KEYS)
        counts = [len(record.numbers) for record in group.records]
        interop.check(min(counts) > 0, f"a reader had nothing: {counts}")
        by = [seen[offset] for offset in sorted(seen)]
    print(f"{events} events, each once: {counts}; compacted by {by}")


main()
