"""Scales a stream again and again while it is written and read."""

import time

import interop


class Scaler:
    """Splits and merges in turns of several kinds; each is done when its call is."""

    def __init__(self, server, scope, stream, timeout_s=60, java_too=True, pause_s=0):
        self.java_too, self.pause_s = java_too, pause_s
        self.server, self.scope, self.stream = server, scope, stream
        self.timeout_s = timeout_s
        self.opened = []
        self.times_ms = []

    def ours(self, *words):
        at = ("--controller", self.server.uri, f"{self.scope}/{self.stream}")
        done = interop.tool_json("stream", "scale", *at, "--timeout", self.timeout_s, *words)
        self.opened = [each["segment"] for each in done["opened"]]

    def java(self, *words):
        done = interop.peer(self.server, "scale", self.scope, self.stream, *words)
        interop.check(done.get("ok") is True, f"Java's scale: {done}")

    def turns(self):
        yield lambda: self.ours("--segments", 6)
        yield lambda: self.ours("--split", self.opened[0], "--into", 3)
        yield lambda: self.ours("--merge", ",".join(self.opened[:2]))
        if self.java_too:
            yield lambda: self.java("--split", 1)
        yield lambda: self.ours("--segments", 2)
        if self.java_too:
            yield lambda: self.java("--merge", 0)

    def scale_while(self, writer):
        while True:
            for turn in self.turns():
                begin = time.monotonic()
                turn()
                if not writer.runs():
                    return
                self.times_ms.append(round((time.monotonic() - begin) * 1000))
                time.sleep(self.pause_s)
