"""A stream that the servers split by its load."""

import time

import interop
from load import UNTIL_TOLD, Load

# A store looks at a segment's load for the first time when it has had it for two minutes.
FIRST_LOOK_S, FIRST_SPLIT_S_MAX = 121, 35
# One event is above the rate, 1 kB/s: the load of the first seconds counts.
EVENT_SIZE, SCALING = 100_000, "kilobytes:1,2,{}"


class ScaledByLoad(Load):
    """Begun in one test, and looked at in a later one."""

    def __init__(self, at, name, segments, rate, begun_s):
        super().__init__(at, name, UNTIL_TOLD, rate, EVENT_SIZE)
        self.segments_at_first, self.begun_s = segments, begun_s

    @classmethod
    def begin(cls, at, segments, rate):
        """Makes the stream; gives what the class wants besides `at`."""
        name = "/".join(interop.new_stream("scaled-by-load"))
        plan = {"name": name, "segments": segments, "rate": rate}
        begun = {**plan, "begun_s": time.time()}
        cls(at, **begun).create("--scaling", SCALING.format(segments))
        return begun

    def segments(self):
        info = interop.tool_json("stream", "info", "--controller", self.at.uri, self.name)
        return len(info["segments"])

    def wait_for_the_first_look(self):
        time.sleep(max(0.0, self.begun_s + FIRST_LOOK_S - time.time()))
        count = self.segments()
        interop.check(count == self.segments_at_first, f"{count} segments without any load")

    def wait_for_a_split(self):
        more = lambda: self.segments() > self.segments_at_first
        interop.wait_until("a split by load", more, FIRST_SPLIT_S_MAX)
