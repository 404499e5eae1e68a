#!/usr/bin/env python3
"""The completions for bash, zsh and fish: sourced, and asked as the shells ask them."""

import os
import pathlib
import subprocess
import tempfile
import unittest

import support

SCRIPTS = pathlib.Path(__file__).parents[2] / "tools" / "pravega-actor"
SCRIPT = SCRIPTS / "completion.bash"
ASK = r"""
source "$1"
shift
complete -p pravega-actor >/dev/null || exit 9
COMP_WORDS=("$@")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_pravega_actor pravega-actor "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\n' "${COMPREPLY[@]}"
"""


# What zsh's own functions would show is printed: names before the colon of an explanation.
ASK_ZSH = r"""
_describe() { local array=${@[-1]}; print -l -- ${(P)array} }
_files() { print files }
compadd() { local array=${@[-1]}; [[ $3 == -a ]] && print -l -- ${(P)array} || print -l -- ${@:4} }
script=$1
shift
words=("$@")
CURRENT=$#words
source $script
"""
ASK_FISH = "source $argv[1]; complete -C (string join ' ' -- $argv[2..])"


def other_shell(command, script, *words):
    """What is offered, without its explanations."""
    environment = support.environment()
    environment["PATH"] = f"{pathlib.Path(support.TOOL).parent}:{environment.get('PATH', '')}"
    done = subprocess.run(
        [*command, SCRIPTS / script, "pravega-actor", *words],
        capture_output=True,
        text=True,
        timeout=support.PATIENCE_S,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def complete_zsh(*words):
    lines = other_shell(["zsh", "-f", "-c", ASK_ZSH, "zsh"], "completion.zsh", *words)
    return [line if line.startswith("tcp:") else line.split(":")[0] for line in lines]


def complete_fish(*words):
    lines = other_shell(["fish", "--no-config", "-c", ASK_FISH], "completion.fish", *words)
    return [line.split("\t")[0] for line in lines]


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
        # Text that begins with an option's name is no option.
        if line.startswith("  -"):
            names |= {each for each in line.split()[0].split(",") if each.startswith("--")}
    return names


class Completion(unittest.TestCase):
    def test_verbs(self):
        verbs = complete("")
        for verb in ("write", "read", "event", "stream", "transaction", "group", "verify", "bench",
                     "demo", "sandbox", "config"):
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
        for verb in (("write",), ("read",), ("stream", "scale"), ("group", "reset"), ()):
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
        self.assertEqual(complete("group", "create", "--retention", "m"), ["manual"])
        self.assertEqual(complete("group", "describe", "--unread", "l"), ["live"])
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

    def test_zsh_and_fish(self):
        for ask in (complete_zsh, complete_fish):
            with self.subTest(ask.__name__):
                self.assertIn("stream", ask("st"))
                self.assertIn("truncate", ask("stream", "--controller", "tcp://h:1", "tr"))
                self.assertLessEqual(set(ask("read", "--")), options_of("read"))
                self.assertIn("--follow", ask("read", "--fol"))
                self.assertIn("connect_timeout_ms=", ask("write", "--set", "connect_t"))
                self.assertIn("tcp://", ask("read", "--controller", "t"))
                self.assertIn("create", ask("group", "cr"))
                self.assertIn("manual", ask("group", "create", "--retention", "m"))
                self.assertNotIn("manual", ask("stream", "update", "--retention", ""))
                self.assertIn("live", ask("group", "describe", "--unread", "l"))

    def test_nothing_is_run(self):
        """Words that look like code stay words."""
        with tempfile.TemporaryDirectory() as folder:
            trap = os.path.join(folder, "trap")
            complete(f"$(touch {trap})", "", folder=folder)
            complete("stream", f"`touch {trap}`", folder=folder)
            self.assertFalse(os.path.exists(trap))


if __name__ == "__main__":
    support.main()
