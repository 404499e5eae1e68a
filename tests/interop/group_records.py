"""What readers of a group wrote down, and what must be true of it.

A record has one line for each item that a reader got: the time in nanoseconds, of one clock for
all processes of the machine, then the number of an event or "@" and the name of a checkpoint.
"""

import collections
import json
import pathlib

import interop

NS_PER_MS = 1_000_000


class Record:
    """Of one reader; its file grows while the reader lives."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.rest = ""
        self.file = None
        self.times, self.numbers = [], []
        # By name: how many events came before, and when.
        self.marks = {}

    def look(self):
        """Reads what came since the last look."""
        if self.file is None:
            if not self.path.exists():
                return self
            self.file = self.path.open()
        *lines, self.rest = (self.rest + self.file.read()).split("\n")
        for line in lines:
            time, what = line.split(" ", 1)
            if what.startswith("@"):
                self.marks.setdefault(what[1:], (len(self.numbers), int(time)))
            else:
                self.times.append(int(time))
                self.numbers.append(int(what))
        return self

    def before(self, checkpoint):
        """The numbers that came before a checkpoint."""
        return self.numbers[: self.marks[checkpoint][0]]

    def marks_between(self, since_ns, until_ns):
        """How many checkpoints came in this time."""
        return sum(since_ns <= time <= until_ns for _, time in self.marks.values())


def count_of(records):
    return sum(len(record.look().numbers) for record in records)


def wait_for_count(records, count, timeout_s=120):
    """Until so many events were read, also those that come twice."""
    interop.wait_until(f"{count} events are read", lambda: count_of(records) >= count, timeout_s)


def check_each_once(records, expected, keys):
    """Every number of `expected` was read once, by any reader, and rising in its key."""
    read = sorted(
        (time, order, number)
        for record in records
        for order, (time, number) in enumerate(zip(record.look().times, record.numbers))
    )
    times = collections.Counter(number for _, _, number in read)
    expected = set(expected)
    lost = sorted(expected - times.keys())
    foreign = sorted(times.keys() - expected)
    doubled = sorted(number for number, count in times.items() if count > 1)
    for what, numbers in (("lost", lost), ("doubled", doubled), ("not expected", foreign)):
        some = f"{len(numbers)} of {len(expected)} events are {what}: {numbers[:5]}"
        interop.check(not numbers, some)
    last = {}
    for _, _, number in read:
        key = number % keys
        interop.check(last.get(key, -1) < number, f"{number} came after {last.get(key)}")
        last[key] = number


def longest_gap_ms(records, keys):
    """The longest time between two events of one key, whoever reads them."""
    last, longest = {}, 0
    for time, number in sorted(
        pair for record in records for pair in zip(record.look().times, record.numbers)
    ):
        key = number % keys
        longest = max(longest, time - last.get(key, time))
        last[key] = time
    return longest / NS_PER_MS


def figures_of(records, events, keys):
    """Every event was read once and in order, and every reader had some."""
    check_each_once(records, range(events), keys)
    counts = [len(record.numbers) for record in records]
    interop.check(min(counts) > 0, f"a reader had nothing: {counts}")
    return {"by_reader": counts, "longest_stall_ms": round(longest_gap_ms(records, keys))}


def report(figures, stall_ms_max):
    """Prints the figures. No key may have waited longer than that for its next event."""
    print(json.dumps({**figures, "longest_stall_ms_max": stall_ms_max}))
    stall_ms = figures["longest_stall_ms"]
    interop.check(stall_ms <= stall_ms_max, f"waited {stall_ms} ms; at most {stall_ms_max}")
