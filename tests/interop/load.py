"""Keyed, numbered events that are written and read while something happens to the servers."""

import interop

KEYS, SIZE = 100, 100
UNTIL_TOLD = None
UNTIL_TOLD_S_MAX = 600
IDLE_S_MAX = 300


class Load:
    """A stream, its writer, its readers, and what must be true in the end.

    `events` is a count, or UNTIL_TOLD: then the writer writes until `ended` (or `written`), which
    seals the stream in order to end the reader.
    """

    def __init__(self, at, name, events, rate, size=SIZE):
        self.at, self.name, self.events = at, name, events
        self.rate, self.size = rate, size
        self.until_told = events is UNTIL_TOLD
        self.scope, self.stream = name.split("/")

    @classmethod
    def new(cls, at, purpose, segments, events, rate):
        load = cls(at, "/".join(interop.new_stream(purpose)), events, rate)
        load.create("--segments", segments)
        return load

    def create(self, *policy):
        interop.tool_ok("stream", "create", "--controller", self.at.uri, self.name, *policy)

    def writer(self, uri=None):
        count = self.rate * UNTIL_TOLD_S_MAX if self.until_told else self.events
        shape = ("--size", self.size, "--events", count, "--keys", KEYS, "--rate", self.rate)
        where = ("--controller", uri or self.at.uri, "--stream", self.name)
        return interop.Started("bench", "write", *where, *shape)

    def verify_words(self, uri=None):
        where = ("--controller", uri or self.at.uri, "--stream", self.name)
        return ("verify", *where, "--keys", KEYS)

    def reader(self, uri=None):
        end = () if self.until_told else ("--events", self.events)
        idle = ("--idle-s", IDLE_S_MAX)
        return interop.Started(*self.verify_words(uri), *end, "--follow", *idle)

    def written(self, writer, timeout=180):
        """What the writer reports, once it has ended."""
        if not self.until_told:
            written = writer.ended(timeout)
            interop.check(written.get("events") == self.events, f"bench write reports {written}")
            return written
        interop.check(writer.runs(), "the writer ended before it was told to")
        written = writer.ended_by_signal(timeout)
        self.events = written["events"]
        return written

    def read(self, reader, timeout=180):
        """What the reader reports; the writer has ended, and nobody scales any more."""
        if self.until_told:
            interop.tool_ok("stream", "seal", "--controller", self.at.uri, self.name)
        read = reader.ended(timeout)
        who = "the reader at work meanwhile"
        interop.check_complete(read, self.events, who)
        interop.check(read["events"] == self.events, f"{who} read {read['events']} events")
        return read

    def ended(self, writer, reader, timeout=180):
        """Both at work until now: what they report."""
        return self.written(writer, timeout), self.read(reader, timeout)

    def verify_again(self):
        """All of it, by our own account and by the Java client's."""
        ours = interop.tool_json(*self.verify_words(), "--events", self.events)
        interop.check_complete(ours, self.events, "pravega-actor verify")
        words = ("verify", self.scope, self.stream, f"g-{self.stream}", self.events)
        theirs = interop.peer(self.at, *words, "--create", "--keys", KEYS, timeout=300)
        interop.check_complete(theirs, self.events, "the Java client")
        interop.check(theirs.get("foreign") == 0, f"events that we never wrote: {theirs}")


def figures_of(written, read):
    return {
        "events": written["events"],
        "events_per_s": round(written["events_per_s"]),
        "longest_gap_ms": round(written["longest_gap_ms"]),
        "latency_max_ms": round(written["max_us"] / 1000),
        "latency_p99_ms": round(written["p99_us"] / 1000),
        "read_longest_gap_ms": round(read["longest_gap_ms"]),
        **{name: read[name] for name in ("lost", "duplicates", "reordered")},
    }
