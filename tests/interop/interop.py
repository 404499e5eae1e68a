"""What the interop tests share: the real server, the Java peer, the tool under test.

A test is a script that ends normally when its checks hold, else fails with a clear sentence.
"""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid

SKIPPED = 77
INTERRUPTED = 130
HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
STATE = pathlib.Path(os.environ.get("INTEROP_STATE", ROOT / "build" / "interop"))
TOOL = os.environ.get("INTEROP_TOOL", str(ROOT / "build/release/tools/pravega-actor"))
STANDALONE = str(ROOT / "tools" / "pravega-standalone")
OPENED = ["java.nio", "sun.nio.ch", "java.lang", "jdk.internal.misc"]


def fail(message):
    print(f"FAILED: {message}", file=sys.stderr)
    sys.exit(1)


def check(condition, message):
    if not condition:
        fail(message)


def wait_until(what, holds, timeout_s=30, pause_s=0.01):
    """Asks again and again; gives the first answer that counts as true."""
    deadline = time.monotonic() + timeout_s
    while not (answer := holds()):
        check(time.monotonic() < deadline, f"after {timeout_s} s not yet: {what}")
        time.sleep(pause_s)
    return answer


def require_java():
    """Skips the test where Java or Maven are missing, unless interop is required."""
    missing = [name for name in ("java", "javac", "mvn", "openssl") if shutil.which(name) is None]
    if not missing:
        return
    message = f"needs {', '.join(missing)} (apt-get install openjdk-17-jdk-headless maven openssl)"
    if os.environ.get("PRAVEGA_ACTOR_REQUIRE_INTEROP") == "1":
        fail(message)
    print(f"skipped: {message}")
    sys.exit(SKIPPED)


def run(command, input_bytes=None, timeout=240, environment=None):
    """Runs a command; its outputs are text. A command that does not end is a failure."""
    try:
        done = subprocess.run(
            [str(word) for word in command],
            input=input_bytes if input_bytes is not None else b"",
            capture_output=True,
            timeout=timeout,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired as expired:
        tail = (expired.stderr or b"").decode(errors="replace")[-2000:]
        fail(f"{shorten(command)} did not end within {timeout} s\n{tail}")
    done.stdout = done.stdout.decode(errors="surrogateescape")
    done.stderr = done.stderr.decode(errors="replace")
    return done


def shorten(command):
    return " ".join(str(word) for word in command)[-200:]


def run_ok(command, **options):
    done = run(command, **options)
    check(
        done.returncode == 0,
        f"{shorten(command)} ended with {done.returncode}\n"
        f"stdout: {done.stdout[-2000:]}\nstderr: {done.stderr[-2000:]}",
    )
    return done.stdout


def last_json(text):
    """The object on the last line that is one (progress may precede it)."""
    for line in reversed(text.strip().splitlines()):
        if line.startswith("{"):
            return json.loads(line)
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        fail(f"expected JSON, got: {text[-500:]!r}")


def tool_environment(**configuration):
    """The environment for the tool; `configuration` are keys as `config` lists them."""
    return {**os.environ, **variables_of(configuration)}


def variables_of(configuration):
    return {f"PRAVEGA_ACTOR_{key.upper()}": str(value) for key, value in configuration.items()}


def configure(**configuration):
    """For every run of the tool from now on."""
    os.environ.update(variables_of(configuration))


def tool(*arguments, configuration=None, **options):
    environment = tool_environment(**(configuration or {}))
    return run([TOOL, *arguments], environment=environment, **options)


def tool_ok(*arguments, **options):
    done = tool(*arguments, **options)
    check(
        done.returncode == 0,
        f"pravega-actor {shorten(arguments)} ended with {done.returncode}\n"
        f"stdout: {done.stdout[-2000:]}\nstderr: {done.stderr[-2000:]}",
    )
    return done.stdout


def tool_json(*arguments, **options):
    return last_json(tool_ok(*arguments, "--json", **options))


class Started:
    """The tool, or another command, at work in the background; `ended()` gives its JSON."""

    def __init__(self, *arguments, command=None):
        self.arguments = arguments
        command = command or [TOOL, *arguments, "--json"]
        # Its progress goes to stderr, which nobody reads before it ended: a file takes it.
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            env=tool_environment(),
        )

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def runs(self):
        return self.process.poll() is None

    def ended(self, timeout, codes=(0, 1)):
        """1: verify found something; its JSON tells what."""
        try:
            output, _ = self.process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            fail(f"{shorten(self.arguments)} did not end within {timeout} s\n{self.said()}")
        text = output.decode(errors="replace")
        if self.process.returncode not in codes or not text.strip():
            code = self.process.returncode
            fail(f"{shorten(self.arguments)} ended with {code}\n{text}{self.said()}")
        return last_json(text)

    def ended_by_signal(self, timeout):
        """Told to end: what it reports of what it did until then."""
        self.process.send_signal(signal.SIGINT)
        return self.ended(timeout, codes=(INTERRUPTED,))

    def said(self):
        self.errors.seek(0)
        return self.errors.read()[-2000:].decode(errors="replace")


def jars():
    return run_ok([STANDALONE, "fetch"], timeout=580).strip()


def compile_peer(into):
    """Compiles the Java peer once into a directory; a second call finds it up to date."""
    into = pathlib.Path(into)
    sources = sorted((HERE / "peer").glob("*.java"))
    compiled = into / "Peer.class"
    newest = max(source.stat().st_mtime for source in sources)
    if compiled.exists() and compiled.stat().st_mtime > newest:
        return
    into.mkdir(parents=True, exist_ok=True)
    run_ok(["javac", "-nowarn", "-cp", f"{jars()}/*", "-d", into, *sources])


def peer_command(classes, *arguments, heap="2g"):
    opens = [
        word
        for package in OPENED
        for word in ("--add-opens", f"java.base/{package}=ALL-UNNAMED")
    ]
    return [
        "java",
        f"-Xmx{heap}",
        f"-Dlogback.configurationFile=file:{HERE}/peer/logback-peer.xml",
        *opens,
        "-Dio.netty.tryReflectionSetAccessible=true",
        "-cp",
        f"{classes}:{jars()}/*",
        "Peer",
        *arguments,
    ]


def accepts(address):
    """Whether somebody listens at "host:port"."""
    host, port = address.rsplit(":", 1)
    try:
        socket.create_connection((host, int(port)), timeout=2).close()
        return True
    except OSError:
        return False


class Server:
    """One running real server."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        entries = (self.directory / "env").read_text().splitlines()
        values = dict(line.split("=", 1) for line in entries)
        self.controller = values["CONTROLLER"]
        self.store = values["STORE"]
        self.pid = int(values["PID"])
        self.uri = f"tcp://{self.controller}"

    @staticmethod
    def start(directory, *options):
        run_ok(
            [
                STANDALONE,
                "start",
                "--dir",
                directory,
                "--controller-port",
                0,
                "--store-port",
                0,
                "--zk-port",
                0,
                *options,
            ],
            timeout=580,
        )
        started = Server(directory)
        # On a loaded machine the ports open only after the server has said that it is ready.
        for address in (started.controller, started.store):
            wait_until(f"{address} accepts connections", lambda at=address: accepts(at), 120)
        return started

    def stop(self):
        run_ok([STANDALONE, "stop", "--dir", self.directory])


def server():
    """The server that the fixture started."""
    require_java()
    if not (STATE / "server" / "env").exists():
        fail(f"no server in {STATE}: run it through ctest, or first {HERE}/fixture.py start")
    return Server(STATE / "server")


def peer(at, *arguments, **options):
    """Runs the Java peer against a server, gives its JSON."""
    command = peer_command(STATE / "classes", *arguments, "--controller", at.uri)
    done = run(command, **options)
    if done.returncode not in (0, 2):  # 2: verify found something; its JSON tells what
        fail(
            f"peer {' '.join(map(str, arguments))} ended with {done.returncode}\n"
            f"{done.stdout[-1000:]}{done.stderr[-3000:]}"
        )
    return last_json(done.stdout)


def new_stream(purpose):
    """A scope and a stream name that nobody has used."""
    return "interop", f"{purpose}-{uuid.uuid4().hex[:12]}"


def check_complete(result, events, who):
    """The fields that both `peer verify` and `pravega-actor verify --json` report."""
    counts = {name: result.get(name) for name in ("lost", "duplicates", "reordered")}
    check(
        result.get("ok") is True and counts == {"lost": 0, "duplicates": 0, "reordered": 0},
        f"{who} found of {events} events: {json.dumps(result)}",
    )
