#!/usr/bin/env python3
"""What tools/demo and tools/test do on machines that lack something."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

TOOLS = pathlib.Path(__file__).resolve().parents[2] / "tools"
# Nobody can make a folder there, not even root.
NO_HOME = "/proc/no-home"


def environment(**variables):
    dropped = ("PRAVEGA_ACTOR_CACHE", "XDG_CACHE_HOME", "CCACHE_DIR")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return {**kept, **variables}


def shell(text, **variables):
    """Runs bash with the scripts' functions."""
    return subprocess.run(
        ["bash", "-c", f"set -euo pipefail\n. {TOOLS}/lib/common.sh\n{text}"],
        env=environment(**variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


class Homes(unittest.TestCase):
    def test_a_home_that_cannot_be_written(self):
        with tempfile.TemporaryDirectory() as root:
            done = shell(f"ready_ccache {root}; ccache --get-config cache_dir", HOME=NO_HOME)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(done.stdout, f"{root}/build/ccache\n")
            self.assertIn(f"cannot write to {NO_HOME}/.cache/ccache", done.stderr)
            done = shell(f"ready_ccache {root}; ccache --get-config cache_dir", HOME=root)
            self.assertEqual((done.stdout, done.stderr), (f"{root}/.cache/ccache\n", ""))

    def test_a_cache_that_cannot_be_written(self):
        done = shell("ready_cache_dir", HOME=NO_HOME)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"cannot write to {NO_HOME}/.cache/pravega_actor;", done.stderr)
        self.assertIn("set PRAVEGA_ACTOR_CACHE", done.stderr)
        with tempfile.TemporaryDirectory() as root:
            done = shell("ready_cache_dir; cache_dir", HOME=NO_HOME, PRAVEGA_ACTOR_CACHE=root)
            self.assertEqual((done.returncode, done.stdout), (0, root + "\n"), done.stderr)

    def test_no_home(self):
        done = shell("unset HOME; cache_dir")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"^/.*/\.cache/pravega_actor\n$")


class Packages(unittest.TestCase):
    NOTHING = "package_is_installed() { false; }\n"

    def test_each_is_named_once(self):
        done = shell(self.NOTHING + "missing_packages test fuzz build")
        names = done.stdout.split()
        self.assertIn("python3", names)
        self.assertIn("g++", names)
        self.assertEqual(len(names), len(set(names)))

    def test_without_root_and_sudo(self):
        without_sudo = 'command() { [ "$2" != sudo ] && builtin command "$@"; }\n'
        user = "id() { echo 1000; }\n"
        done = shell(self.NOTHING + without_sudo + user + "install_packages test")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("no sudo", done.stderr)
        self.assertRegex(done.stderr, r"\n  apt-get install --no-install-recommends catch2 .*fish\n$")

    def test_java_17_is_left_out_where_there_is_none(self):
        def known(*names):
            return f'package_is_known() {{ [[ " {" ".join(names)} " == *" $1 "* ]]; }}\n'

        all_of_it = ["openjdk-17-jdk-headless", "maven", "openssl"]
        for lists, wanted in (
            (known("g++", "openjdk-17-jdk-headless"), all_of_it),
            (known("g++", "maven"), []),
            # A fresh system has no lists: what there is, is known after apt-get update.
            (known(), all_of_it),
        ):
            done = shell(self.NOTHING + lists + "missing_packages interop")
            self.assertEqual((done.returncode, done.stdout.split()), (0, wanted), done.stderr)


class AnotherDebian(unittest.TestCase):
    """tools/lib/debian_root on a host without ccache, with stand-ins for what would install it."""

    STAND_INS = {
        "dpkg-query": "echo not-installed",
        "apt-cache": "true",
        "apt-config": "true",
        "apt-get": 'case " $* " in *" install "*" ccache"*) ln -s {ccache} {bin}/ccache ;; esac',
        "debootstrap": 'mkdir -p "$3"',
    }

    def test_a_host_without_ccache(self):
        if os.geteuid() != 0 or subprocess.run(["unshare", "--mount", "true"]).returncode != 0:
            self.skipTest("it takes mount namespaces")
        with tempfile.TemporaryDirectory() as root:
            path = self.folder_without_ccache(pathlib.Path(root) / "bin")
            done = subprocess.run(
                [TOOLS / "lib" / "debian_root", "trixie"],
                env=environment(HOME=root, PATH=path, PRAVEGA_ACTOR_CACHE=f"{root}/cache"),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=60,
            )
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertRegex(done.stderr, "installing with apt: .*ccache")
            self.assertNotIn("not found", done.stderr)
            self.assertTrue(os.path.isdir(f"{root}/cache/root-trixie"), done.stderr)

    def folder_without_ccache(self, folder):
        """Every program of this host but ccache, and the stand-ins."""
        folder.mkdir()
        for place in os.environ["PATH"].split(":"):
            for program in pathlib.Path(place).glob("*"):
                at = folder / program.name
                if program.name not in {"ccache", *self.STAND_INS} and not at.is_symlink():
                    at.symlink_to(program)
        for name, text in self.STAND_INS.items():
            text = text.format(ccache=shutil.which("ccache"), bin=folder)
            (folder / name).write_text(f"#!/bin/sh\n{text}\n")
            (folder / name).chmod(0o755)
        return str(folder)


if __name__ == "__main__":
    unittest.main()
