"""A real server whose store is reached through a proxy, such as one that cuts connections."""

import contextlib
import shutil
import signal
import socket
import subprocess
import sys

import interop


def free_ports(count):
    held = [socket.socket() for _ in range(count)]
    for one in held:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


class Proxy:
    """tests/interop/cutting_proxy.py as a process; it cuts nothing until told."""

    def __init__(self, listen, store, cut_every_ms, seed):
        self.report = None
        self.process = subprocess.Popen(
            [
                sys.executable,
                str(interop.HERE / "cutting_proxy.py"),
                *("--listen", str(listen)),
                *("--to", f"127.0.0.1:{store}"),
                *("--cut-every-ms", str(cut_every_ms)),
                *("--seed", str(seed)),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        said = self.process.stdout.readline().strip()
        interop.check(said == "listening", "the proxy does not listen")

    def cut(self):
        self.process.send_signal(signal.SIGUSR1)

    def rest(self):
        self.process.send_signal(signal.SIGUSR2)

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        text, _ = self.process.communicate(timeout=20)
        self.report = interop.last_json(text)


@contextlib.contextmanager
def server_behind(start_proxy):
    """Gives a server and the proxy that stands in its store's place; ends both."""
    interop.require_java()
    directory = interop.STATE / "cut-server"
    if directory.exists():
        interop.run_ok([interop.STANDALONE, "stop", "--dir", directory])
        shutil.rmtree(directory)
    proxy_port, store_port = free_ports(2)
    proxy = start_proxy(proxy_port, store_port)
    try:
        ports = ["--controller-port", 0, "--zk-port", 0, "--store-port", store_port]
        ports += ["--published-store-port", proxy_port]
        interop.run_ok(
            [interop.STANDALONE, "start", "--dir", directory, "--heap", "1g", *ports],
            timeout=580,
        )
        server = interop.Server(directory)
        try:
            yield server, proxy
        finally:
            server.stop()
    finally:
        proxy.end()


def cut_server(cut_every_ms, seed):
    """Afterwards `proxy.report` tells what was cut."""
    return server_behind(lambda listen, store: Proxy(listen, store, cut_every_ms, seed))
