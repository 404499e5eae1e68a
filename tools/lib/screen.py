"""A program on a terminal of a given size, and what stands on its screen.

The screen knows what the tool writes: text in UTF-8, line ends, the cursor upwards, erasing and
colours. Anything else is an error, so that nothing is drawn wrong in silence.
"""

import codecs
import errno
import fcntl
import itertools
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

SEQUENCE = re.compile(r"\x1b\[([0-9;]*)([A-Za-z])")


def plain(line):
    return "".join(character for character, _ in line)


class Screen:
    """Rows of characters with their colours; lines that leave at the top are counted and kept."""

    def __init__(self, columns=80, rows=24):
        self.columns, self.rows = columns, rows
        self.lines = [[]]
        self.row = self.column = 0
        self.scrolled = []
        self.colours = set()
        self.colour = ""
        self.pending = ""
        self.decoder = codecs.getincrementaldecoder("utf-8")("strict")

    def feed(self, data):
        text = self.pending + self.decoder.decode(data)
        self.pending = ""
        while text:
            if text[0] != "\x1b":
                self.put(text[0])
                text = text[1:]
                continue
            found = SEQUENCE.match(text)
            if found:
                self.act(found.group(2), found.group(1))
                text = text[found.end() :]
            elif len(text) < 16 and re.fullmatch(r"\x1b(\[[0-9;]*)?", text):
                self.pending = text
                return
            else:
                raise AssertionError(f"not an escape sequence that is known: {text[:16]!r}")

    def put(self, character):
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self.down()
        elif ord(character) < 32 or 0x7F <= ord(character) < 0xA0:
            raise AssertionError(f"a control character on the screen: {character!r}")
        else:
            if self.column == self.columns:
                self.column = 0
                self.down()
            line = self.lines[self.row]
            line.extend([(" ", "")] * (self.column + 1 - len(line)))
            line[self.column] = (character, self.colour)
            self.column += 1

    def down(self):
        self.row += 1
        if self.row == self.rows:
            self.row -= 1
            self.scrolled.append(plain(self.lines.pop(0)))
        if self.row == len(self.lines):
            self.lines.append([])

    def act(self, letter, number):
        count = int(number or 0) if letter != "m" else 0
        if letter == "A":
            self.row = max(0, self.row - max(1, count))
        elif letter == "K" and count == 0:
            del self.lines[self.row][self.column :]
        elif letter == "J" and count == 0:
            del self.lines[self.row][self.column :]
            del self.lines[self.row + 1 :]
        elif letter == "m":
            self.colours.add(number)
            self.colour = "" if number in ("", "0") else number
        else:
            raise AssertionError(f"a sequence that is not known: {number}{letter}")

    def resize(self, columns, rows):
        """As terminals do that do not fold: what is too much is cut at the top or the right."""
        while len(self.lines) > rows:
            self.scrolled.append(plain(self.lines.pop(0)))
            self.row = max(0, self.row - 1)
        self.columns, self.rows = columns, rows
        self.lines = [line[:columns] for line in self.lines]
        self.column = min(self.column, columns)

    def text(self):
        return [plain(line).rstrip() for line in self.lines]

    def coloured(self):
        """Each line as a tuple of parts: a colour, as in the escape sequence, and a text."""
        return [
            tuple(
                (colour, plain(cells))
                for colour, cells in itertools.groupby(line, key=lambda cell: cell[1])
            )
            for line in self.lines
        ]


class Terminal:
    """Runs a program in a terminal; both outputs go to the screen, or stderr alone."""

    def __init__(self, words, columns=80, rows=24, env=None, cwd=None, stdout=None):
        self.screen = Screen(columns or 80, rows or 24)
        self.ours, theirs = pty.openpty()
        self.set_size(columns, rows)
        self.process = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=stdout or theirs, stderr=theirs, env=env, cwd=cwd
        )
        os.close(theirs)
        self.open = True

    def set_size(self, columns, rows):
        fcntl.ioctl(self.ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def resize(self, columns, rows):
        self.screen.resize(columns, rows)
        self.set_size(columns, rows)

    def read(self, seconds):
        """What comes within a time goes to the screen; false when the program has ended."""
        end = time.monotonic() + seconds
        while self.open and (left := end - time.monotonic()) > 0:
            if not select.select([self.ours], [], [], left)[0]:
                break
            try:
                data = os.read(self.ours, 65536)
            except OSError as failure:
                if failure.errno != errno.EIO:
                    raise
                data = b""
            if data:
                self.screen.feed(data)
            else:
                self.open = False
        return self.open

    def finish(self, seconds=120):
        """Waits for the end; answers the exit code."""
        end = time.monotonic() + seconds
        while self.read(0.2):
            if time.monotonic() > end:
                self.process.send_signal(signal.SIGKILL)
                raise AssertionError(f"the program does not end; screen: {self.screen.text()}")
        os.close(self.ours)
        return self.process.wait()
