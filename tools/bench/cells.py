"""The cells of the benchmark: what is run, and what the figures should reach."""

import concurrent.futures
import contextlib
import dataclasses
import pathlib
import signal
import socket
import subprocess
import sys
import time
import uuid

import interop

BUILD = pathlib.Path(interop.TOOL).parent
RAW = str(BUILD / "bench" / "pravega-raw")
PROXY = str(BUILD / "bench" / "pravega-delay-proxy")
KEYS = 100
WARM_UP_EVENTS = 500_000
WARM_UP_BYTES = 1_000_000_000
DELETE_SECONDS_MAX = 20
RAW_BLOCK_BYTES, RAW_BLOCKS_IN_FLIGHT = 1 << 20, 16  # the defaults of this client's writer
SHOWN = [
    "transactions_per_s",
    "events_per_s",
    "mb_per_s",
    "cpu_us_per_event",
    "p50_us",
    "p99_us",
    "peak_memory_bytes",
    "open_ms",
    "longest_gap_ms",
    "first_event_ms",
    "fair_ms",
    "joined_ms",
    "left_ms",
    "idle_core_percent_per_reader",
]


def brief(result):
    parts = [
        f"{name} {result[name]:,.4g}" if result[name] < 1000 else f"{name} {result[name]:,.0f}"
        for name in SHOWN
        if isinstance(result.get(name), (int, float))
    ]
    return ", ".join(parts)


def free_ports(count):
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


class Round:
    """One round of a cell: its servers, proxies and streams, all gone at its end."""

    def __init__(self, directory, number, scale):
        self.directory = directory
        self.number = number
        self.scale = scale
        self.scope = "bench"
        self.cleanup = contextlib.ExitStack()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return self.cleanup.__exit__(*error)

    def events(self, count):
        return max(1000, int(count * self.scale))

    def in_turn(self, peers):
        """The peers in an order that changes from round to round."""
        shift = self.number % len(peers)
        return peers[shift:] + peers[:shift]

    # ---- what is measured against -----------------------------------------------------------

    def real_server(self, *options, size=100):
        """A fresh real server, warmed up by the other peers with events of that size."""
        directory = self.directory / "server"
        server = interop.Server.start(directory, "--bench", *options)
        self.cleanup.callback(server.stop)
        stream = self.new_stream(server, 1)
        self.java_write(server, stream, self.events(WARM_UP_EVENTS), 100)
        self.raw_write(server, stream, self.events(WARM_UP_BYTES // size), size)
        self.delete(server, stream)
        return server

    def sandbox(self, *options):
        """The embedded server as a process of its own; gives its controller's URI."""
        process = subprocess.Popen(
            [interop.TOOL, "sandbox", *map(str, options), "--json"],
            stdout=subprocess.PIPE,
            text=True,
            env=interop.tool_environment(),
        )
        self.cleanup.callback(end, process)
        return interop.last_json(process.stdout.readline())["controller"]

    def proxy(self, listen, store, **slowness):
        words = [PROXY, "--listen", str(listen), "--to", f"127.0.0.1:{store}"]
        for name, value in slowness.items():
            words += [f"--{name.replace('_', '-')}", str(value)]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        self.cleanup.callback(end, process)
        if process.stdout.readline().strip() != "listening":
            sys.exit("bench-peers: the proxy does not listen")
        return process

    def new_stream(self, server, segments):
        stream = f"s-{uuid.uuid4().hex[:10]}"
        self.peer(server, "create", self.scope, stream, segments)
        return stream

    def delete(self, server, stream):
        """Frees the server's memory; one that is still busy moving data is not waited for."""
        command = interop.peer_command(
            self.directory / "classes",
            *["delete", self.scope, stream, "--controller", server.uri],
        )
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(command, capture_output=True, timeout=DELETE_SECONDS_MAX, check=True)

    # ---- the peers --------------------------------------------------------------------------

    def peer(self, server, *words):
        command = interop.peer_command(
            self.directory / "classes", *words, "--controller", server.uri
        )
        return interop.last_json(interop.run_ok(command, timeout=600))

    def java_write(self, server, stream, events, size, warmup=0):
        plan = [events, size, "--keys", KEYS, "--warmup", warmup]
        return self.peer(server, "write", self.scope, stream, *plan)

    def java_read(self, server, stream, events, warmup):
        plan = [f"g-{stream}", "reader", events, "--create", "--warmup", warmup]
        result = self.peer(server, "read", self.scope, stream, *plan)
        interop.check(result["count"] == events, f"the Java client read too little: {result}")
        return result

    def java_latency(self, server, stream, events, size):
        plan = [events, size, "--warmup", events // 2]
        return self.peer(server, "latency", self.scope, stream, *plan)

    def segment(self, stream):
        return f"{self.scope}/{stream}/0.#epoch.0"

    def raw(self, server, stream, *words):
        address = server.store.replace("localhost", "127.0.0.1")
        command = [RAW, address, self.segment(stream), *words]
        return interop.last_json(interop.run_ok(command, timeout=600))

    def raw_write(self, server, stream, events, size, block=RAW_BLOCK_BYTES):
        return self.raw(server, stream, "write", events, size, block, RAW_BLOCKS_IN_FLIGHT)

    def ours(self, uri, verb, stream, *words):
        return interop.tool_json(
            "bench",
            verb,
            "--controller",
            uri,
            "--stream",
            f"{self.scope}/{stream}",
            *words,
            timeout=600,
        )

    def our_write(self, uri, stream, events, size, segments=1, warm_up=0, keys=KEYS):
        shape = ["--segments", segments, "--size", size, "--keys", keys]
        count = ["--events", events, "--warmup", warm_up]
        return self.ours(uri, "write", stream, *shape, *count)


def end(process):
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.stdout.close()


# ---- targets --------------------------------------------------------------------------------


@dataclasses.dataclass
class Target:
    """A ratio of two peers' figures, or one figure (`other` empty), and its bound."""

    figure: str
    one: str
    other: str
    at_least: float = None
    at_most: float = None

    def judge(self, medians):
        value = medians[self.one][self.figure]
        if self.other:
            value /= medians[self.other][self.figure]
        met = value >= self.at_least if self.at_most is None else value <= self.at_most
        bound = f">= {self.at_least:g}" if self.at_most is None else f"<= {self.at_most:g}"
        what = f"{self.figure} {self.one} / {self.other}" if self.other else self.figure
        return {"text": f"{what} {bound}", "value": value, "met": met}


@dataclasses.dataclass
class Cell:
    name: str
    title: str
    run: callable
    targets: list


# ---- what is run ----------------------------------------------------------------------------


def compare_writes(events, size, segments, with_raw, fresh=False):
    """`fresh`: a server for each peer, as what one has written slows the next one down."""

    def run(turn):
        server = None
        count = turn.events(events)
        warm_up = turn.events(max(100_000, WARM_UP_EVENTS * 100 // size))
        peers = ["ours", "java", "raw"] if with_raw else ["ours", "java"]
        for peer in turn.in_turn(peers):
            if server is None:
                server = turn.real_server(size=size)
            stream = turn.new_stream(server, segments)
            if peer == "ours":
                yield peer, turn.our_write(server.uri, stream, count, size, segments, warm_up)
            elif peer == "java":
                yield peer, turn.java_write(server, stream, count, size, warm_up)
            else:
                turn.raw_write(server, stream, warm_up, size)
                yield peer, turn.raw_write(server, stream, count, size)
            if fresh:
                server.stop()
                server = None
            else:
                turn.delete(server, stream)

    return run


def compare_reads(events, size, segments, peers):
    """`group`: through a group with one reader, as Java always does."""

    def run(turn):
        server = turn.real_server(size=size)
        count, warm_up = turn.events(events), turn.events(events // 6)
        stream = turn.new_stream(server, segments)
        turn.our_write(server.uri, stream, count, size, segments)
        for peer in turn.in_turn(peers):
            if peer == "java":
                yield peer, turn.java_read(server, stream, count, warm_up)
            elif peer == "raw":
                yield peer, turn.raw(server, stream, "read", size)
            else:
                through = ["--group", f"g-{stream}-ours"] if peer == "group" else []
                measured = ["--events", count - warm_up, "--warmup", warm_up]
                plan = [*measured, "--segments", segments, *through]
                yield peer, turn.ours(server.uri, "read", stream, *plan)
        turn.delete(server, stream)

    return run


def share(readers, segments, *words):
    """How soon the readers of a group share the segments of a stream in the sandbox."""

    def run(turn):
        uri = turn.sandbox()
        plan = ["--readers", readers, "--segments", segments, *words]
        yield "ours", turn.ours(uri, "group", "shared", *plan)

    return run


def idle_reader(turn):
    """One reader at the tail, with the times that a group has by default."""
    server = turn.real_server()
    stream = turn.new_stream(server, 1)
    times = ["--refresh-ms", 3000, "--checkpoint-interval-ms", 30_000, "--idle", 30]
    plan = ["--readers", 1, "--segments", 1, *times]
    yield "ours", turn.ours(server.uri, "group", stream, *plan)
    turn.delete(server, stream)


def compare_latency(turn):
    server = turn.real_server()
    count, size = turn.events(5000), 100
    for peer in turn.in_turn(["ours", "java", "raw"]):
        stream = turn.new_stream(server, 1)
        if peer == "ours":
            yield peer, turn.ours(
                server.uri, "latency", stream, "--size", size, "--events", count
            )
        elif peer == "java":
            yield peer, turn.java_latency(server, stream, count, size)
        else:
            yield peer, turn.raw(server, stream, "latency", count, size)
        turn.delete(server, stream)


TRANSACTIONS, PER_TRANSACTION, WARM_TRANSACTIONS = 200, 1000, 30


def compare_transactions(turn):
    """One transaction at a time, then many; each is waited for until it is committed.

    "accepted": the next one begins when the commit is accepted, and the time counts until the last
    one is committed. That is what a Java program gets that only calls commit().
    """
    server = turn.real_server()
    count = turn.events(TRANSACTIONS * PER_TRANSACTION)
    warm = turn.events(WARM_TRANSACTIONS * PER_TRANSACTION)
    for peer in turn.in_turn(["ours", "java", "ours 16", "ours accepted", "java accepted"]):
        stream = turn.new_stream(server, 1)
        if peer.startswith("ours"):
            how = {"ours": [], "ours 16": ["--open", 16], "ours accepted": ["--accepted"]}[peer]
            plan = ["--events", count, "--warmup", warm, "--per", PER_TRANSACTION]
            yield peer, turn.ours(server.uri, "transactions", stream, *plan, *how)
        else:
            how = ["--await-each"] if peer == "java" else []
            plan = [count, 100, "--keys", KEYS, "--warmup", warm, "--txn", PER_TRANSACTION]
            yield peer, turn.peer(server, "write", turn.scope, stream, *plan, *how)
        turn.delete(server, stream)


def delayed_link(turn):
    """The same proxy without and with 10 ms in each direction, one after the other."""
    store, published = free_ports(2)
    proxy = turn.proxy(published, store)
    server = turn.real_server("--store-port", store, "--published-store-port", published)
    for name, delay in turn.in_turn([("no delay", 0), ("10 ms each way", 10)]):
        end(proxy)
        proxy = turn.proxy(published, store, delay_ms=delay)
        stream = turn.new_stream(server, 1)
        yield name, turn.our_write(server.uri, stream, turn.events(3_000_000), 100)
        turn.delete(server, stream)


def sandbox_write(turn):
    uri = turn.sandbox()
    yield "ours", turn.our_write(uri, "s", turn.events(4_000_000), 100)


def slow_server(turn):
    """2 GB through a link of 50 MB/s into the sandbox."""
    store, published = free_ports(2)
    turn.proxy(published, store, rate_mb=50)
    uri = turn.sandbox("--store-port", store, "--published-store-port", published)
    yield "ours", turn.our_write(uri, "s", turn.events(2_000_000), 1000)


SCALED_EVENTS, SCALED_RATE = 1_500_000, 100_000
SCALE_AFTER_S = 4


def scale_twice(uri, name):
    """4 to 8 to 4 segments, while somebody writes."""
    for segments in (8, 4):
        time.sleep(SCALE_AFTER_S)
        interop.tool_json("stream", "scale", "--controller", uri, name, "--segments", segments)


def scaled_writes(turn):
    """Each peer writes at the same rate while its stream is scaled."""
    server = turn.real_server()
    events = turn.events(SCALED_EVENTS)
    for peer in turn.in_turn(["ours", "java"]):
        stream = turn.new_stream(server, 4)
        name = f"{turn.scope}/{stream}"
        with concurrent.futures.ThreadPoolExecutor() as side:
            if peer == "ours":
                plan = ["--events", events, "--keys", KEYS, "--rate", SCALED_RATE]
                writing = side.submit(turn.ours, server.uri, "write", stream, *plan)
            else:
                plan = [events, 100, "--keys", KEYS, "--rate", SCALED_RATE]
                words = ["write", turn.scope, stream, *plan]
                writing = side.submit(turn.peer, server, *words)
            scale_twice(server.uri, name)
            result = writing.result()
        result.setdefault("longest_gap_ms", result.get("max_ack_gap_ms"))
        yield peer, result
        turn.delete(server, stream)


def scaled_sandbox(turn):
    uri = turn.sandbox()
    events, stream = turn.events(2 * SCALED_EVENTS), "scaled"
    plan = ["--segments", 4, "--events", events, "--rate", 2 * SCALED_RATE]
    with concurrent.futures.ThreadPoolExecutor() as side:
        writing = side.submit(turn.ours, uri, "write", stream, *plan)
        scale_twice(uri, f"{turn.scope}/{stream}")
        yield "ours", writing.result()


def many_segments(turn):
    """Writing to, and reading from, streams of more and more segments."""
    uri = turn.sandbox()
    for segments in (10, 100, 1000):
        events, stream = turn.events(200_000), f"of-{segments}"
        wrote = turn.our_write(uri, stream, events, 100, segments, keys=5000)
        yield f"write {segments}", wrote
        read = turn.ours(uri, "read", stream, "--segments", segments, "--events", events)
        yield f"read {segments}", read


MEMORY_LIMIT = (32 << 20) + (64 << 20)  # writer_outstanding_bytes_max by default, and 64 MiB

ALL = [
    Cell(
        "write-100",
        "write 100 B, 1 segment",
        compare_writes(2_000_000, 100, 1, True),
        [
            Target("events_per_s", "ours", "java", at_least=2),
            Target("cpu_us_per_event", "ours", "java", at_most=0.3),
        ],
    ),
    Cell(
        "write-100-4",
        "write 100 B, 4 segments",
        compare_writes(2_000_000, 100, 4, False),
        [
            Target("events_per_s", "ours", "java", at_least=2.5),
            Target("cpu_us_per_event", "ours", "java", at_most=0.3),
        ],
    ),
    Cell(
        "write-1000",
        "write 1 KB, 1 segment",
        compare_writes(400_000, 1000, 1, True, fresh=True),
        [
            Target("mb_per_s", "ours", "raw", at_least=0.75),
            Target("cpu_us_per_event", "ours", "java", at_most=0.3),
        ],
    ),
    Cell(
        "read-100",
        "read 100 B, 1 segment",
        compare_reads(9_000_000, 100, 1, ["ours", "group", "java", "raw"]),
        [
            Target("events_per_s", "ours", "java", at_least=3.5),
            Target("cpu_us_per_event", "ours", "java", at_most=0.2),
            Target("events_per_s", "group", "java", at_least=5),
            Target("cpu_us_per_event", "group", "java", at_most=0.1),
            Target("events_per_s", "group", "ours", at_least=0.9),
        ],
    ),
    Cell(
        "read-100-4",
        "read 100 B, 4 segments",
        compare_reads(9_000_000, 100, 4, ["ours", "group", "java"]),
        [
            Target("events_per_s", "group", "java", at_least=5),
            Target("cpu_us_per_event", "group", "java", at_most=0.1),
            Target("events_per_s", "group", "ours", at_least=0.9),
        ],
    ),
    Cell(
        "read-1000",
        "read 1 KB, 1 segment",
        compare_reads(400_000, 1000, 1, ["ours", "group", "raw"]),
        [
            Target("mb_per_s", "ours", "raw", at_least=0.85),
            Target("mb_per_s", "group", "raw", at_least=0.85),
        ],
    ),
    Cell(
        "group-busy",
        "a group's first event: 1 reader, 20 segments of which 19 are empty (sandbox)",
        share(1, 20),
        [Target("first_event_ms", "ours", "", at_most=500)],
    ),
    Cell(
        "group-share",
        "100 readers share 500 segments (sandbox)",
        share(100, 500),
        [
            Target("fair_ms", "ours", "", at_most=15_000),
            Target("joined_ms", "ours", "", at_most=15_000),
        ],
    ),
    Cell(
        "group-idle",
        "one idle reader of a group at the tail",
        idle_reader,
        [Target("idle_core_percent_per_reader", "ours", "", at_most=0.5)],
    ),
    Cell(
        "latency",
        "one event in flight, 100 B",
        compare_latency,
        [
            Target("p50_us", "ours", "raw", at_most=1.35),
            Target("p50_us", "ours", "java", at_most=1),
        ],
    ),
    Cell(
        "transactions",
        "transactions of 1,000 events of 100 B, 1 segment",
        compare_transactions,
        [
            Target("transactions_per_s", "ours", "java", at_least=1.5),
            Target("transactions_per_s", "ours 16", "java", at_least=5),
            Target("cpu_us_per_event", "ours", "java", at_most=0.3),
            Target("cpu_us_per_event", "ours 16", "java", at_most=0.3),
        ],
    ),
    Cell(
        "delay",
        "write 100 B over a link with 10 ms",
        delayed_link,
        [Target("events_per_s", "10 ms each way", "no delay", at_least=0.7)],
    ),
    Cell(
        "sandbox",
        "write 100 B to the sandbox",
        sandbox_write,
        [Target("events_per_s", "ours", "", at_least=2e6)],
    ),
    Cell(
        "memory",
        "memory: 2 GB to a server that takes 50 MB/s",
        slow_server,
        [Target("peak_memory_bytes", "ours", "", at_most=MEMORY_LIMIT)],
    ),
    Cell(
        "scaling",
        "longest silence while 4 segments become 8 and 4 again, 100,000 events/s",
        scaled_writes,
        [Target("longest_gap_ms", "ours", "java", at_most=1)],
    ),
    Cell(
        "scaling-sandbox",
        "the same on the sandbox, 200,000 events/s",
        scaled_sandbox,
        [Target("longest_gap_ms", "ours", "", at_most=300)],
    ),
    Cell(
        "segments",
        "10, 100 and 1,000 segments (sandbox)",
        many_segments,
        [Target("open_ms", "write 1000", "", at_most=5000)],
    ),
]
