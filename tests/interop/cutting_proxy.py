#!/usr/bin/env python3
"""A TCP proxy that cuts every connection again and again, at moments drawn from a seed.

cutting_proxy.py --listen PORT --to HOST:PORT [--cut-every-ms X] [--seed S] [--delay-ms D]

It listens on 127.0.0.1 and says "listening" when it does. SIGUSR1 starts the cutting (before it,
nothing is cut), SIGUSR2 ends it, SIGTERM ends the proxy, which then prints what it did as JSON.
Each pause between two cuts is between half and one and a half of --cut-every-ms. A cut resets
the connections in both directions: bytes on their way are lost, as with a broken network.
"""

import argparse
import asyncio
import json
import random
import signal

import proxying

CHUNK = 65536


class CuttingProxy(proxying.Proxy):
    def __init__(self, options):
        super().__init__(options.listen, options.to)
        self.options = options
        self.random = random.Random(options.seed)
        self.cutting = asyncio.Event()
        self.stopped = asyncio.Event()
        self.cuts = 0
        self.cut_connections = 0

    async def serve(self):
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGUSR1, self.cutting.set)
        loop.add_signal_handler(signal.SIGUSR2, self.cutting.clear)
        loop.add_signal_handler(signal.SIGTERM, self.stopped.set)
        await self.begin()
        print("listening", flush=True)
        cutter = asyncio.create_task(self.cut_repeatedly())
        await self.stopped.wait()
        cutter.cancel()
        await self.end()
        done = {
            "connections": self.connections,
            "cuts": self.cuts,
            "cut_connections": self.cut_connections,
        }
        print(json.dumps(done), flush=True)

    async def cut_repeatedly(self):
        while self.options.cut_every_ms > 0:
            await self.cutting.wait()
            await asyncio.sleep(
                self.options.cut_every_ms * self.random.uniform(0.5, 1.5) / 1000
            )
            if self.cutting.is_set() and self.open:
                self.cuts += 1
                self.cut_connections += len(self.open)
                self.reset_all()

    async def join(self, client, store):
        await asyncio.gather(self.pump(client[0], store[1]), self.pump(store[0], client[1]))

    async def pump(self, source, sink):
        """Moves bytes one way; with a delay, each chunk leaves that much after it came."""
        loop = asyncio.get_running_loop()
        queue = asyncio.Queue(maxsize=1024)
        sender = asyncio.create_task(self.send(queue, sink, loop))
        try:
            while data := await source.read(CHUNK):
                await queue.put((loop.time() + self.options.delay_ms / 1000, data))
        except OSError:
            pass
        await queue.put((0, b""))
        await sender

    async def send(self, queue, sink, loop):
        broken = False
        while True:
            due, data = await queue.get()
            if not data:
                break
            if broken:
                continue
            try:
                if due > loop.time():
                    await asyncio.sleep(due - loop.time())
                sink.write(data)
                await sink.drain()
            except OSError:
                broken = True
        sink.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--listen", type=int, required=True)
    parser.add_argument("--to", required=True)
    parser.add_argument("--cut-every-ms", type=float, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--delay-ms", type=float, default=0)
    asyncio.run(CuttingProxy(parser.parse_args()).serve())


if __name__ == "__main__":
    main()
