"""Keyed, numbered events that are written and read while something happens to the servers."""

import interop

KEYS, SIZE = 100, 100


class Load:
    """A stream, its writer, its readers, and what must be true in the end."""

    def __init__(self, at, name, events, rate, size=SIZE):
        self.at, self.name, self.events = at, name, events
        self.rate, self.size = rate, size
        # Of its writers and readers; keys as `config` lists them.
        self.configuration = {}
        self.scope, self.stream = name.split("/")

    @classmethod
    def new(cls, at, purpose, segments, events, rate):
        load = cls(at, "/".join(interop.new_stream(purpose)), events, rate)
        load.create("--segments", segments)
        return load

    def create(self, *policy):
        interop.tool_ok("stream", "create", "--controller", self.at.uri, self.name, *policy)

    def writer(self, uri=None):
        shape = ("--size", self.size, "--events", self.events, "--keys", KEYS, "--rate", self.rate)
        where = ("--controller", uri or self.at.uri, "--stream", self.name)
        words = ("bench", "write", *where, *shape)
        return interop.Started(*words, configuration=self.configuration)

    def verify_words(self, uri=None):
        where = ("--controller", uri or self.at.uri, "--stream", self.name)
        return ("verify", *where, "--events", self.events, "--keys", KEYS)

    def reader(self, uri=None):
        words = (*self.verify_words(uri), "--follow")
        return interop.Started(*words, configuration=self.configuration)

    def ended(self, writer, reader, timeout=180):
        """Both at work until now: what they report."""
        written = writer.ended(timeout)
        read = reader.ended(timeout)
        interop.check(written.get("events") == self.events, f"bench write reports {written}")
        interop.check_complete(read, self.events, "the reader at work meanwhile")
        return written, read

    def verify_again(self):
        """All of it, by our own account and by the Java client's."""
        ours = interop.tool_json(*self.verify_words())
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
