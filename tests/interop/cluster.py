"""A distributed Pravega (tools/pravega-cluster) for the tests that break parts of it."""

import datetime
import os
import pathlib
import re
import time

import interop

SCRIPT = str(interop.ROOT / "tools" / "pravega-cluster")
DIRECTORY = interop.STATE / "cluster"
# What a client may take after the servers are ready: a delay between two attempts, and some.
AFTER_SERVERS_MS = 1500
DEAD_S, REST_S = 6, 3
# On a busy machine a store that is back needs more than a minute for its segments. What load.py
# allows is longer than two such deaths.
WHOLE_S_MAX = 200
REGISTERED = re.compile(r"^(\S+) .*Container \d+ has been registered\.")


def call(*words):
    return interop.run_ok([SCRIPT, *words, "--dir", DIRECTORY], timeout=580)


class Cluster:
    """The running one."""

    def __init__(self):
        entries = (DIRECTORY / "env").read_text().splitlines()
        self.values = dict(line.split("=", 1) for line in entries)
        self.uri = f"tcp://{self.values['CONTROLLER']}"
        self.stores = self.addresses("store")
        self.controllers = self.addresses("controller")
        self.bookies = self.addresses("bookie")

    def addresses(self, kind):
        """Of each process of a kind."""
        count = int(self.values[f"{kind.upper()}S"])
        return {f"{kind}-{i}": self.values[f"{kind.upper()}_{i}"] for i in range(1, count + 1)}

    @staticmethod
    def up():
        call("up", "--controllers", 2, "--bookies", 3)

    @staticmethod
    def down():
        call("down")

    def status(self):
        return call("status").strip()

    def state_of(self, process):
        lines = [line.split() for line in self.status().splitlines()]
        return {words[0]: words[1] for words in lines}[process]

    def kill(self, process):
        call("kill", process)

    def start(self, process):
        call("start", process)

    def stop(self, process):
        call("stop", process)

    def resume(self, process):
        call("resume", process)

    def make_whole(self):
        """Starts what is dead, and waits until all segments are served."""
        for line in self.status().splitlines():
            process, state = line.split()[:2]
            if state == "stopped":
                self.resume(process)
            elif state == "dead":
                self.start(process)
        self.wait_whole()

    @staticmethod
    def wait_whole():
        """Until all segments are served by the stores that live, and the controllers answer.

        A controller that was kept from its work for too long loses its session and ends.
        """
        call("await", "--timeout-s", WHOLE_S_MAX, "--restart")

    @staticmethod
    def log_of(process):
        return (DIRECTORY / "log" / process).read_text(errors="replace").splitlines()

    def stores_that_name(self, address):
        """In what they logged."""
        return [each for each in self.stores if any(address in x for x in self.log_of(each))]

    def ms_until_moved(self, victim, since):
        """How long the other stores took to run what a lost store had run; by their logs."""
        moved = [0.0]
        for store in self.stores:
            for found in map(REGISTERED.match, self.log_of(store) if store != victim else ()):
                if found:
                    took = datetime.datetime.fromisoformat(found[1]) - since
                    moved.append(took.total_seconds() * 1000)
        return round(max(moved))

    def kill_stores_in_turn(self, writer):
        """Each store dies once, the one that the writer uses most first; what that took.

        While stores take segments over, and while one that is back gets some again, these have
        no owner: for 20 to 30 s on two cores.
        """
        moved_ms, whole_s = [], []
        first, _ = self.busiest_store(writer.process.pid)
        for victim in [first, *(each for each in self.stores if each != first)]:
            ended = f"the writer ended before the death of {victim}: {writer.said()}"
            interop.check(writer.runs(), ended)
            since = datetime.datetime.now()
            self.kill(victim)
            time.sleep(DEAD_S)
            moved_ms.append(self.ms_until_moved(victim, since))
            self.start(victim)
            began = time.monotonic()
            self.wait_whole()
            whole_s.append(round(time.monotonic() - began, 1))
            time.sleep(REST_S)
        return {"moved_ms": moved_ms, "whole_again_s": whole_s}

    def busiest_store(self, pid):
        """The store that a process has the most connections to, and how many."""
        open_to = connections_of(pid)
        counts = {
            name: open_to.count(int(address.rsplit(":", 1)[1]))
            for name, address in self.stores.items()
        }
        name = max(counts, key=counts.get)
        interop.check(counts[name] > 0, f"process {pid} has no connection to a store: {counts}")
        return name, counts[name]


def connections_of(pid):
    """The remote ports of a process's established TCP connections over IPv4."""
    sockets = set()
    for entry in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = os.readlink(entry)
        except FileNotFoundError:
            continue
        if target.startswith("socket:["):
            sockets.add(target[len("socket:[") : -1])
    ports = []
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, _, remote, state, *rest = line.split()
        if state == "01" and rest[5] in sockets:
            ports.append(int(remote.split(":")[1], 16))
    return ports


def check_back_in_time(gap_ms, whole_again_s):
    """Acknowledgements came again as soon as all segments had an owner."""
    at_most = max(whole_again_s) * 1000 + AFTER_SERVERS_MS
    interop.check(gap_ms <= at_most, f"waited {gap_ms} ms; at most {at_most} may be")


def cluster():
    """The cluster that the fixture started, with all its parts at work."""
    interop.require_java()
    if not (DIRECTORY / "env").exists():
        by_hand = f"{interop.HERE}/fixture.py start-cluster"
        interop.fail(f"no cluster in {DIRECTORY}: run it through ctest, or first {by_hand}")
    whole = Cluster()
    whole.make_whole()
    return whole
