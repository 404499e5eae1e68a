#!/usr/bin/env python3
"""Builds and runs the consumer with nothing but a compiler and pkg-config.

usage: pkg_config.py PREFIX WORK CXX VERSION"""
import os
import pathlib
import shlex
import subprocess
import sys


def main():
    prefix, work, compiler, version = sys.argv[1:]
    source = pathlib.Path(__file__).resolve().parent / "consumer.cpp"
    work = pathlib.Path(work)
    work.mkdir(parents=True, exist_ok=True)
    [folder] = pathlib.Path(prefix).glob("lib*/**/pkgconfig")
    known = os.environ.get("PKG_CONFIG_PATH", "")
    environment = {**os.environ, "PKG_CONFIG_PATH": f"{folder}:{known}"}

    def ask(*question):
        answer = subprocess.run(["pkg-config", *question], env=environment, check=True,
                                stdout=subprocess.PIPE, text=True).stdout
        return shlex.split(answer)

    if ask("--modversion", "pravega_actor") != [version]:
        sys.exit(f"pravega_actor.pc is not of version {version}")
    private = ask("--libs", "pravega_actor")
    if "-lgrpc++" in private:
        sys.exit("what only the library itself needs stands in Libs or Requires")
    for package, static, extra in (
        ("pravega_actor", ["--static"], []),
        ("pravega_actor_shared", [], []),
        ("pravega_sandbox", ["--static"], ["-DCONSUMER_SANDBOX"]),
    ):
        program = work / f"consumer_{package}"
        flags = ask("--cflags", package)
        includes = [os.path.realpath(flag[2:]) for flag in flags if flag.startswith("-I")]
        if os.path.realpath(f"{prefix}/include") not in includes:
            sys.exit(f"{flags} lead elsewhere than to {prefix}")
        subprocess.run([*shlex.split(compiler), "-std=c++20", f'-DCONSUMER_VERSION="{version}"',
                        *extra, str(source), "-o", str(program), *flags,
                        *ask("--libs", *static, package)], check=True)
        needed = subprocess.run(["readelf", "--dynamic", str(program)], check=True, text=True,
                                stdout=subprocess.PIPE).stdout
        if ("libpravega_actor.so.0" in needed) != (package == "pravega_actor_shared"):
            sys.exit(f"{package}: the wrong one of the static and the shared library")
        libraries = {"LD_LIBRARY_PATH": str(folder.parent)}
        subprocess.run([str(program)], env={**os.environ, **libraries}, check=True, timeout=120)


if __name__ == "__main__":
    main()
