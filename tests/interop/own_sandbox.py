"""The tool's sandbox as a process, and the Java peer at work on it."""

import json
import subprocess

import interop


class Sandbox:
    """Takes the place of `interop.Server`."""

    def __init__(self, *options):
        self.process = subprocess.Popen(
            [interop.TOOL, "sandbox", "--json", "--quiet", *options],
            stdout=subprocess.PIPE,
            text=True,
        )
        self.uri = json.loads(self.process.stdout.readline())["controller"]

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.terminate()
        self.process.wait(timeout=20)


def java(server, *words):
    """The Java peer at work in the background."""
    words = [*words, "--controller", server.uri]
    return interop.Started(
        *words, command=interop.peer_command(interop.STATE / "classes", *words, heap="512m")
    )
