"""What the proxies between clients and a store share; each listens on 127.0.0.1."""

import asyncio
import socket
import struct

RESET_ON_CLOSE = struct.pack("ii", 1, 0)


def reset(writer):
    """Closes with a reset, so that the other side loses what was on its way."""
    end = writer.get_extra_info("socket")
    if end is not None and end.fileno() >= 0:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
    writer.transport.abort()


class Proxy:
    """Connects each client to the store; `join` moves their bytes."""

    def __init__(self, listen, to):
        self.listen = listen
        self.to = to
        self.open = set()
        self.tasks = set()
        self.connections = 0
        self.server = None

    async def begin(self):
        self.server = await asyncio.start_server(self.accept, "127.0.0.1", self.listen)

    async def end(self):
        self.server.close()
        self.reset_all()
        if self.tasks:
            await asyncio.wait(self.tasks, timeout=5)

    def reset_all(self):
        for pair in list(self.open):
            for writer in pair:
                reset(writer)
        self.open.clear()

    async def accept(self, reader, writer):
        self.connections += 1
        self.tasks.add(asyncio.current_task())
        asyncio.current_task().add_done_callback(self.tasks.discard)
        host, port = self.to.rsplit(":", 1)
        try:
            far_reader, far_writer = await asyncio.open_connection(host, int(port))
        except OSError:
            reset(writer)
            return
        pair = (writer, far_writer)
        self.open.add(pair)
        await self.join((reader, writer), (far_reader, far_writer))
        self.open.discard(pair)
        for end in pair:
            end.close()

    async def join(self, client, store):
        """Until both ends of both connections are done; each is (reader, writer)."""
        raise NotImplementedError
