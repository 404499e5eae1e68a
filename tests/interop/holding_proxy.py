"""A proxy that knows the wire protocol's frames: it can hold what a writer appends.

A connection is told by the segment that its SetupAppend names. What is on its way to the store
can be held and passed later, the client's end can be reset while the store's stays open, and
SegmentIsSealed can be kept from the client. Other connections pass untouched.

The proxy runs in a thread of its own; the methods of HoldingProxy are for the test's thread.
"""

import asyncio
import struct
import threading

import proxying

SETUP_APPEND, APPEND_SETUP = 1, 2
APPEND_BLOCK, APPEND_BLOCK_END, CONDITIONAL_APPEND = 3, 4, 5
DATA_APPENDED, SEGMENT_IS_SEALED = 7, 51
APPENDS = (APPEND_BLOCK, APPEND_BLOCK_END, CONDITIONAL_APPEND)
HEADER = struct.Struct(">ii")


def number_at(frame, offset):
    return struct.unpack_from(">q", frame, offset)[0]


def segment_of(setup_append):
    """Behind the header, the request's id and the writer's."""
    at = HEADER.size + 8 + 16
    (length,) = struct.unpack_from(">H", setup_append, at)
    return setup_append[at + 2 : at + 2 + length].decode()


async def frames(reader):
    """(type, whole frame), until the connection ends."""
    try:
        while True:
            header = await reader.readexactly(HEADER.size)
            kind, length = HEADER.unpack(header)
            yield kind, header + await reader.readexactly(length)
    except (asyncio.IncompleteReadError, OSError):
        return


async def send(writer, frame):
    if writer.is_closing():
        return
    try:
        writer.write(frame)
        await writer.drain()
    except OSError:
        pass  # The reader of that end sees it too.


class Connection:
    """What passed between a client and the store."""

    def __init__(self, client, store):
        self.client, self.store = client, store
        self.segment = None  # The one of its SetupAppend.
        self.stored = None  # What AppendSetup said.
        self.sent = None  # The last event number that was passed to the store,
        self.landed = None  # and the last that the store says it has.
        self.held = None  # [(last event number, frame)]; None: all passes.
        self.refused = 0  # Replies SegmentIsSealed.
        self.broken = 0  # Those of them that became a reset.

    def hold(self):
        if self.held is None:
            self.held = []

    def held_appends(self):
        """The last event number of each."""
        return [number for number, _ in self.held or () if number is not None]


class Frames(proxying.Proxy):
    """Within the proxy's thread."""

    def __init__(self, listen, to):
        super().__init__(listen, to)
        self.writers = []  # The connections that append, in the order of their SetupAppend.
        self.held_segments = set()
        self.breaks_left = {}

    async def join(self, client, store):
        connection = Connection(client[1], store[1])
        await asyncio.gather(
            self.to_store(connection, client[0]), self.to_client(connection, store[0])
        )

    async def to_store(self, connection, reader):
        async for kind, frame in frames(reader):
            if kind == SETUP_APPEND:
                connection.segment = segment_of(frame)
                self.writers.append(connection)
            if kind in APPENDS and connection.segment in self.held_segments:
                connection.hold()
            await self.pass_on(connection, kind, frame)
        if connection.held is None:
            connection.store.close()

    async def pass_on(self, connection, kind, frame):
        number = number_at(frame, -16) if kind == APPEND_BLOCK_END else None
        if connection.held is not None:
            connection.held.append((number, frame))
            return
        if number is not None:
            connection.sent = number
        await send(connection.store, frame)

    async def to_client(self, connection, reader):
        async for kind, frame in frames(reader):
            if kind == APPEND_SETUP:
                connection.stored = number_at(frame, -8)
            elif kind == DATA_APPENDED:
                connection.landed = number_at(frame, HEADER.size + 16)
            elif kind == SEGMENT_IS_SEALED and connection.segment is not None:
                connection.refused += 1
                if self.breaks_left.get(connection.segment, 0) > 0:
                    self.breaks_left[connection.segment] -= 1
                    connection.broken += 1
                    proxying.reset(connection.client)
                    continue
            await send(connection.client, frame)
        connection.client.close()

    async def hold(self, connection):
        connection.hold()

    async def hold_segment(self, segment):
        self.held_segments.add(segment)

    async def break_refusals(self, segment, times):
        self.breaks_left[segment] = times

    async def reset_client(self, connection):
        proxying.reset(connection.client)

    async def release(self, connection, whole, broken):
        """The frames of so many appends; of the next one its first half, if it is broken."""
        for number, frame in connection.held:
            if whole == 0 and number is not None:
                if broken:
                    await send(connection.store, frame[: len(frame) // 2])
                break
            whole -= number is not None
            await send(connection.store, frame)

    async def end_store(self, connection):
        connection.store.close()

    async def release_segment(self, segment):
        """What is held of all connections that are still open, and all to come."""
        self.held_segments.discard(segment)
        for each in self.writers:
            if each.segment != segment or each.held is None or each.client.is_closing():
                continue
            # Frames may come while these are sent: they follow them.
            while each.held:
                await send(each.store, each.held.pop(0)[1])
            each.held = None


class HoldingProxy:
    """The proxy in its thread."""

    def __init__(self, listen, store):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.frames = Frames(listen, f"127.0.0.1:{store}")
        self.do(self.frames.begin())

    def do(self, what):
        return asyncio.run_coroutine_threadsafe(what, self.loop).result(timeout=30)

    def writers_to(self, segment):
        return [each for each in list(self.frames.writers) if each.segment == segment]

    def end(self):
        self.do(self.frames.end())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(timeout=20)
