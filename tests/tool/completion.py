#!/usr/bin/env python3
"""The completion for bash: sourced, and asked as bash asks it."""

import os
import pathlib
import subprocess
import tempfile
import unittest

import support

SCRIPT = pathlib.Path(__file__).parents[2] / "tools" / "pravega-actor" / "completion.bash"
ASK = r"""
source "$1"
shift
complete -p pravega-actor >/dev/null || exit 9
COMP_WORDS=("$@")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_pravega_actor pravega-actor "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\n' "${COMPREPLY[@]}"
"""


def complete(*words, folder=None):
    """What is offered for the last word."""
    done = subprocess.run(
        ["bash", "--norc", "-c", ASK, "bash", SCRIPT, support.TOOL, *words],
        capture_output=True,
        text=True,
        timeout=support.PATIENCE_S,
        env=support.environment(),
        cwd=folder,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [line for line in done.stdout.split("\n") if line]


def options_of(*verb):
    text = support.call(*verb, "--help").stdout.decode()
    names = set()
    for line in text.splitlines():
        word = line.split()[0] if line.split() else ""
        names |= {each for each in word.split(",") if each.startswith("--")}
    return names


class Completion(unittest.TestCase):
    def test_verbs(self):
        verbs = complete("")
        for verb in ("write", "read", "stream", "verify", "bench", "demo", "sandbox", "config"):
            self.assertIn(verb, verbs)
        self.assertEqual(complete("str"), ["stream"])
        self.assertNotIn("Subcommands:", verbs)

    def test_actions(self):
        actions = complete("stream", "")
        for action in ("create", "info", "scale", "truncate", "lineage"):
            self.assertIn(action, actions)
        self.assertEqual(complete("stream", "li"), ["list", "lineage"])
        self.assertEqual(complete("--controller", "tcp://h:1", "stream", "tr"), ["truncate"])

    def test_options(self):
        for verb in (("write",), ("read",), ("stream", "scale"), ("stream", "update"), ()):
            with self.subTest(verb):
                offered = set(complete(*verb, "--"))
                self.assertEqual(offered, options_of(*verb))
                self.assertIn("--help", offered)
        self.assertEqual(complete("stream", "scale", "scope/s", "--spl"), ["--split"])
        self.assertEqual(complete("stream", "scale", "--split", "1", "--int"), ["--into"])

    def test_values(self):
        keys = complete("write", "--set", "")
        self.assertIn("connect_timeout_ms=", keys)
        self.assertEqual(complete("write", "--set", "connect_t"), ["connect_timeout_ms="])
        self.assertIn("events:", complete("stream", "update", "--scaling", ""))
        self.assertEqual(complete("stream", "update", "--retention", "ti"), ["time:"])
        self.assertEqual(complete("read", "--controller", "t"), ["tcp://"])

    def test_files(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("one.conf", "two words.conf"):
                pathlib.Path(folder, name).touch()
            self.assertEqual(complete("write", "--config", "one", folder=folder), ["one.conf"])
            self.assertEqual(
                complete("stream", "lineage", "--svg", "two", folder=folder), ["two words.conf"]
            )
            self.assertEqual(complete("demo", "on", folder=folder), ["one.conf"])

    def test_nothing_is_run(self):
        """Words that look like code stay words."""
        with tempfile.TemporaryDirectory() as folder:
            trap = os.path.join(folder, "trap")
            complete(f"$(touch {trap})", "", folder=folder)
            complete("stream", f"`touch {trap}`", folder=folder)
            self.assertFalse(os.path.exists(trap))


if __name__ == "__main__":
    support.main()
