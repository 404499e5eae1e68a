#!/usr/bin/env python3
"""Compiler launcher: takes an object from another build if the same command made it there.

usage: reuse_objects.py OTHER OWN COMPILER ARGUMENT...

OTHER and OWN are build folders of the same sources. A command counts as the same if it is the one
in OTHER's compile_commands.json but for the names of these folders. Else the compiler runs."""
import json
import os
import pathlib
import shlex
import sys

# What a build system adds to know included files, with the number of values that follow.
DEPENDENCIES = {"-MD": 0, "-MT": 1, "-MF": 1}


def essence(words, own, other):
    """The compiler's arguments with OTHER's names of files; the output as an absolute path."""
    kept, words = [], iter(words)
    for word in words:
        if word in DEPENDENCIES:
            for _ in range(DEPENDENCIES[word]):
                next(words)
        elif word == "-o":
            kept += [word, os.path.abspath(next(words)).replace(own, other)]
        else:
            kept.append(word.replace(own, other))
    return kept


def command_of(output, other):
    """The arguments of the command that made an object of OTHER, if there is one."""
    for entry in json.loads((pathlib.Path(other) / "compile_commands.json").read_text()):
        words = shlex.split(entry["command"])
        at = words.index("-o") + 1 if "-o" in words else 0
        words[at] = os.path.join(entry["directory"], words[at])
        if words[at] == output:
            return words
    return []


def reuse(words, own, other):
    wanted = essence(words[1:], own, other)
    if "-o" not in wanted or "-c" not in wanted:
        return False
    output = words[words.index("-o") + 1]
    found = wanted[wanted.index("-o") + 1]
    made_by = command_of(found, other)
    # Before the compiler's own name may stand a launcher.
    if words[0] not in made_by or not os.path.exists(found):
        return False
    if essence(made_by[made_by.index(words[0]) + 1 :], other, other) != wanted:
        return False
    os.link(found, output)
    return True


def main():
    other, own, *words = sys.argv[1:]
    output = words[words.index("-o") + 1] if "-o" in words else None
    if output and os.path.exists(output):
        os.unlink(output)  # never written to: the object may belong to OTHER
    try:
        if reuse(words, own, other):
            return
    except OSError:
        pass  # no commands there, or another file system
    os.execvp(words[0], words)


if __name__ == "__main__":
    main()
