#!/usr/bin/env python3
"""late_blocks.py [--client java] [CASE ...]

Blocks of a lost connection land after the writer came back on another, and then the segment is
sealed: the writer must not give its successors what is stored already. A proxy forces this on a
real server:

- It holds what connection A has on its way, then resets A's client. The writer comes back on
  connection B; SetupAppend is answered there, appends are held.
- What A had on its way is passed to the store, which stores it.
- The stream is scaled, which seals the segment. Then B's appends meet SegmentIsSealed.

Every event must be there once and in order, by our own account and by the Java client's. Prints
the figures as one line of JSON. `--client java` shows what the Java client does instead.
"""

import argparse
import dataclasses
import json
import subprocess

import interop
from cut_server import server_behind
from holding_proxy import HoldingProxy

EVENTS, KEYS, SIZE, RATE = 20_000, 100, 100, 5_000
BLOCK_BYTES = 4096
LATE_BLOCKS, LATE_WHOLE = 4, 2
BREAKS = 3


@dataclasses.dataclass
class Case:
    """What differs: the segments and their epoch, how they are scaled, what of A lands, and
    how often the client is kept from SegmentIsSealed."""

    segments: tuple = (0,)
    epoch: int = 0
    scale: tuple = ("--split", 0)
    all_land: bool = True
    breaks: int = 0


A_MERGE = {"segments": (1, 2), "epoch": 1, "scale": ("--merge", "1,2")}
CASES = {
    "all land": Case(),
    "a part lands": Case(all_land=False),
    "a merge": Case(**A_MERGE),
    "a merge, a part lands": Case(**A_MERGE, all_land=False),
    "SegmentIsSealed is lost": Case(breaks=BREAKS),
    "SegmentIsSealed is lost, a part lands": Case(all_land=False, breaks=BREAKS),
}


class OurWriter(interop.Started):
    def __init__(self, at, scope, stream):
        shape = ("--events", EVENTS, "--keys", KEYS, "--size", SIZE, "--rate", RATE)
        # Small blocks: several are on their way at once.
        blocks = ("--set", f"writer_block_bytes_max={BLOCK_BYTES}")
        name = f"{scope}/{stream}"
        super().__init__(
            *("bench", "write", "--controller", at.uri, "--stream", name, *shape, *blocks)
        )

    def check_written(self):
        written = self.ended(timeout=120)
        interop.check(written.get("events") == EVENTS, f"bench write reports {written}")
        return round(written["longest_gap_ms"])


class JavaWriter:
    def __init__(self, at, scope, stream):
        words = ("write", scope, stream, EVENTS, SIZE, "--keys", KEYS, "--rate", RATE)
        command = interop.peer_command(
            interop.STATE / "classes", *words, "--no-pooling", "--controller", at.uri
        )
        self.process = subprocess.Popen([str(each) for each in command], stdout=subprocess.PIPE)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.kill()
        self.process.wait()

    def check_written(self):
        output, _ = self.process.communicate(timeout=200)
        return round(interop.last_json(output.decode())["max_ack_gap_ms"])


class Segment:
    """A segment whose writer is led into the case."""

    def __init__(self, proxy, name):
        self.proxy, self.name = proxy, name
        self.first = self.second = None
        self.late = 0

    def connections(self):
        return self.proxy.writers_to(self.name)

    def at_work(self):
        written = (each for each in self.connections() if (each.landed or 0) > EVENTS / 20)
        return next(written, None)

    def back(self):
        waiting = (each for each in self.connections()[1:] if each.held_appends())
        return next(waiting, None)

    def lose_connection(self):
        """A: several blocks on their way; its client's end is gone."""
        self.first = interop.wait_until(f"{self.name} is written to", self.at_work)
        self.proxy.do(self.proxy.frames.hold(self.first))
        interop.wait_until(
            "blocks on their way", lambda: len(self.first.held_appends()) >= LATE_BLOCKS
        )
        # From now on the store waits for A's next block.
        interop.wait_until("A is quiet", lambda: self.first.landed == self.first.sent)
        self.proxy.do(self.proxy.frames.hold_segment(self.name))
        self.proxy.do(self.proxy.frames.reset_client(self.first))

    def await_second(self):
        """B: set up, and the first block sent again."""
        self.second = interop.wait_until("the writer is back", self.back)
        interop.check(
            self.second.stored == self.first.landed,
            f"B was told {self.second.stored}, A had stored {self.first.landed}",
        )

    def land(self, case):
        """A's blocks land late."""
        late = self.first.held_appends()
        whole = len(late) if case.all_land else LATE_WHOLE
        do, frames = self.proxy.do, self.proxy.frames
        do(frames.release(self.first, whole, not case.all_land))
        interop.wait_until("A's blocks land", lambda: self.first.landed == late[whole - 1])
        do(frames.end_store(self.first))
        self.late = self.first.landed - self.second.stored
        resent = self.second.held_appends()[0]
        interop.check(self.late > 0, "no block was late")
        interop.check(resent <= self.first.landed, "B does not send again what landed late")

    def go_on(self, case):
        self.proxy.do(self.proxy.frames.break_refusals(self.name, case.breaks))
        self.proxy.do(self.proxy.frames.release_segment(self.name))

    def check_forced(self, case):
        interop.check(self.second.refused > 0, f"{self.name}: B met no SegmentIsSealed")
        broken = sum(each.broken for each in self.connections())
        # After two connections in vain, of which A was one, the controller is asked instead.
        interop.check(
            (broken > 0) == (case.breaks > 0),
            f"SegmentIsSealed was kept back {broken} times",
        )
        return broken


def figures_of(name, segments, broken, gap_ms):
    return {
        "case": name,
        "late_events": [each.late for each in segments],
        "refusals_lost": broken,
        "connections": [len(each.connections()) for each in segments],
        "longest_gap_ms": gap_ms,
    }


def verify(at, scope, stream):
    """What our tool finds, and what the Java client does."""
    words = ("--stream", f"{scope}/{stream}", "--events", EVENTS, "--keys", KEYS)
    with interop.Started("verify", "--controller", at.uri, *words) as ours:
        theirs = interop.peer(
            at, "verify", scope, stream, f"g-{stream}", EVENTS, "--create", "--keys", KEYS
        )
        return ours.ended(timeout=60), theirs


def run(at, proxy, name, java):
    case = CASES[name]
    scope, stream = interop.new_stream("late")
    words = ("--controller", at.uri, f"{scope}/{stream}")
    interop.tool_ok("stream", "create", *words, "--segments", 1)
    if case.epoch > 0:
        interop.tool_ok("stream", "scale", *words, "--segments", len(case.segments))
    names = [f"{scope}/{stream}/{each}.#epoch.{case.epoch}" for each in case.segments]
    segments = [Segment(proxy, each) for each in names]
    with (JavaWriter if java else OurWriter)(at, scope, stream) as writer:
        for each in segments:
            each.lose_connection()
        for each in segments:
            each.await_second()
        for each in segments:
            each.land(case)
        interop.tool_ok("stream", "scale", *words, *case.scale)
        for each in segments:
            each.go_on(case)
        gap_ms = writer.check_written()
    broken = sum(each.check_forced(case) for each in segments)
    figures = figures_of(name, segments, broken, gap_ms)
    ours, theirs = verify(at, scope, stream)
    if java:
        return {**figures, **{each: ours[each] for each in ("lost", "duplicates", "reordered")}}
    interop.check_complete(ours, EVENTS, f"{name}: pravega-actor verify")
    interop.check_complete(theirs, EVENTS, f"{name}: the Java client")
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", default=list(CASES), metavar="CASE")
    parser.add_argument("--client", choices=("ours", "java"), default="ours")
    options = parser.parse_args()
    with server_behind(HoldingProxy) as (server, proxy):
        java = options.client == "java"
        done = [run(server, proxy, name, java) for name in options.cases]
    print(json.dumps({"client": options.client, "events": EVENTS, "cases": done}))


if __name__ == "__main__":
    main()
