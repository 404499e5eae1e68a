#!/usr/bin/env python3
"""The unmodified Java client on our sandbox with TLS, passwords and tokens that end.

Java writes for several lifetimes of its tokens, and at the same time a group of Java's readers
reads: they get all events, once and in order. Then it writes in transactions. A wrong password
and a user without permission are refused.
"""

import hashlib
import os
import pathlib
import tempfile

import interop
from own_sandbox import Sandbox

KEYS, SIZE = 20, 100
LIFETIME_S = 5
RATE, EVENTS = 250, 5_000
TRANSACTED, PER_TRANSACTION = 1_000, 100


def account(user, password, permissions):
    """A line of a password file."""
    salt = os.urandom(32)
    made = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 5000, 64)
    return f"{user}:{f'5000:{salt.hex()}:{made.hex()}'.encode().hex()}:{permissions}\n"


def main():
    interop.require_java()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        passwords = folder / "passwords"
        passwords.write_text(
            account("admin", "of-admin", "*,READ_UPDATE") + account("guest", "of-guest", "prn::/,READ")
        )
        options = ("--tls", folder / "tls", "--auth", passwords, "--token-lifetime-s", LIFETIME_S)
        with Sandbox(*map(str, options)) as server:
            work(server, ["--trust-store", folder / "tls" / "ca-cert.pem"])


def work(server, trust):
    interop.check(server.uri.startswith("tls://"), f"the sandbox is at {server.uri}")
    # Java's controller client verifies names: the certificate has localhost.
    at = ["--controller", server.uri.replace("127.0.0.1", "localhost"), *trust]
    admin = [*at, "--user", "admin", "--password", "of-admin"]

    def command(*words):
        return interop.peer_command(interop.STATE / "classes", *words, heap="512m")

    def peer(*words):
        done = interop.run(command(*words))
        text = f"{done.stdout[-1000:]}{done.stderr[-2000:]}"
        interop.check(done.returncode == 0, f"peer {words[:3]} ended with {done.returncode}\n{text}")
        return interop.last_json(done.stdout)

    scope, stream = interop.new_stream("secure")
    peer("create", scope, stream, 2, *admin)
    words = ("verify", scope, stream, f"g-{stream}", EVENTS, "--create", "--keys", KEYS)
    words = (*words, "--readers", 2, "--idle-ms", 20_000, *admin)
    with interop.Started("Java's readers", command=command(*words)) as readers:
        words = ("write", scope, stream, EVENTS, SIZE, "--keys", KEYS, "--rate", RATE, *admin)
        peer(*words)
        found = readers.ended(timeout=120)
    interop.check_complete(found, EVENTS, "Java's readers")

    scope, stream = interop.new_stream("secure-transactions")
    peer("create", scope, stream, 2, *admin)
    words = ("write", scope, stream, TRANSACTED, SIZE, "--keys", KEYS, "--txn", PER_TRANSACTION)
    peer(*words, *admin)
    words = ("verify", scope, stream, f"g-{stream}", TRANSACTED, "--create", "--keys", KEYS)
    interop.check_complete(peer(*words, *admin), TRANSACTED, "Java's reader of transactions")

    for user, password in (("admin", "of-guest"), ("guest", "of-guest")):
        words = ("create", "forbidden", stream, 1, *at, "--user", user, "--password", password)
        done = interop.run(command(*words))
        interop.check(done.returncode == 1, f"{user} with {password} made a scope")
        wanted = "UNAUTHENTICATED" if user == "admin" else "PERMISSION_DENIED"
        interop.check(wanted in done.stderr, f"{user} was told {done.stderr[-1000:]}")
    print(f"{EVENTS} events over {EVENTS // RATE // LIFETIME_S} lifetimes, {TRANSACTED} in transactions")


if __name__ == "__main__":
    main()
