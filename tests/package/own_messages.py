#!/usr/bin/env python3
"""Builds and runs a program whose own Protobuf files have the names of the controller's: linked
with the library, and in a shared library beside it.

usage: own_messages.py PREFIX WORK CXX PROTOC"""
import os
import pathlib
import shlex
import subprocess
import sys


def main():
    prefix, work, compiler, protoc = sys.argv[1:]
    source = pathlib.Path(__file__).resolve().parent / "own_messages"
    work = pathlib.Path(work)
    work.mkdir(parents=True, exist_ok=True)
    [folder] = pathlib.Path(prefix).glob("lib*/**/pkgconfig")
    known = os.environ.get("PKG_CONFIG_PATH", "")
    environment = {**os.environ, "PKG_CONFIG_PATH": f"{folder}:{known}",
                   "LD_LIBRARY_PATH": f"{folder.parent}:{work}"}

    def run(*command):
        return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE,
                              text=True, timeout=600).stdout

    flags = shlex.split(run("pkg-config", "--cflags", "pravega_actor"))
    libraries = {
        "static": shlex.split(run("pkg-config", "--libs", "--static", "pravega_actor")),
        "shared": shlex.split(run("pkg-config", "--libs", "pravega_actor_shared")),
    }
    build = [*shlex.split(compiler), "-std=c++20", "-fPIC", f"-I{work}", *flags]
    objects = []
    for name in "controller", "Controller":
        run(protoc, f"--cpp_out={work}", f"-I{source}", str(source / f"{name}.proto"))
        objects.append(str(work / f"{name}.o"))
        run(*build, "-c", str(work / f"{name}.pb.cc"), "-o", objects[-1])
    main_object = str(work / "main.o")
    run(*build, "-c", str(source / "own_messages.cpp"), "-o", main_object)
    run(*build, "-shared", *objects, "-o", str(work / "libmessages.so"), "-lprotobuf")
    for kind, own in ("linked", objects), ("shared", [f"-L{work}", "-lmessages"]):
        for library, linked in libraries.items():
            program = str(work / f"{kind}_{library}")
            run(*build, main_object, *own, "-o", program, *linked, "-lprotobuf")
            print(kind, library, run(program), end="")


if __name__ == "__main__":
    main()
