"""What all peers share: the row as its folder describes it, and the protocol on standard input and output.

A peer is a process that is told by lines what to do and answers each with one line of JSON,
{"error": "..."} if it could not:

    ready            does nothing; answers once it is up
    prepare FOLDER   gets ready for the row; answers the numbers that all contestants must agree on
    trace S          does the row's work for S seconds; answers the seconds of each time
    time K           does it K times; answers the seconds of all together
"""

import json
import os
import sys
import time
import traceback
from pathlib import Path

import numpy as np

LONGEST_TRACE = 20_000
UPDATES_CHECKED = 10
UPDATES_CHECKED_IN_SWEEP = 20


class Row:
    """A row of the table: its properties as attributes, None where it lacks one, and its numbers as arrays."""

    def __init__(self, folder):
        self.folder = Path(folder)
        for line in (self.folder / "row.txt").read_text("utf-8").splitlines():
            key, value = line.split("=", 1)
            setattr(self, key, int(value) if value.isdigit() else value)

    def __getattr__(self, key):
        if key.startswith("_"):
            raise AttributeError(key)
        return None

    def floats(self, name):
        return np.fromfile(self.folder / (name + ".f32"), "<f4")

    def ints(self, name):
        return np.fromfile(self.folder / (name + ".i32"), "<i4")

    def parameters(self, theta):
        """Returns the matrices and vectors of one theta, or of many side by side, by name."""
        lines = (self.folder / "blocks.txt").read_text("utf-8").splitlines()
        blocks, offset = {}, 0
        for name, rows, columns in map(str.split, lines):
            size = int(rows) * int(columns)
            block = theta[..., offset : offset + size]
            if not name.split(".")[1].startswith("b"):
                block = block.reshape(*theta.shape[:-1], int(rows), int(columns))
            blocks[name] = block
            offset += size
        return blocks

    def sequences(self, *batches):
        """Returns the inputs T x B x I, or indices T x B; several batches have a leading axis."""
        shape = (*batches, self.steps, self.size)
        if self.embedding:
            return self.ints("x").reshape(shape)
        return self.floats("x").reshape(*shape, self.inputs)

    def targets(self, *batches):
        """Returns targets (T x) B x O or classes (T x) B, of the steps that count; several batches have a leading axis."""
        shape = (*batches, self.size) if self.at == "last" else (*batches, self.counted or self.steps, self.size)
        if self.loss != "softmax":
            return self.floats("y").reshape(*shape, self.outputs)
        return self.ints("y").reshape(shape)


class Work:
    """What a row wants done again and again."""

    def check(self):
        """Does it from the start and returns the numbers that all contestants must agree on, by name."""
        raise NotImplementedError

    def reset(self):
        """Goes back to the start."""

    def call(self):
        """Does it once; the result may still be under way."""
        raise NotImplementedError

    def wait(self):
        """Waits for what is under way."""


def norm(arrays):
    return float(np.sqrt(sum(np.sum(np.square(a, dtype=np.float64)) for a in arrays)))


def mean_square(states):
    return float(np.mean(np.square(states, dtype=np.float64)))


class Server:
    """Answers the commands; kinds holds the class of the work for each kind of row."""

    def __init__(self, kinds, version):
        self.kinds, self.version = kinds, version
        self.work = None
        self.commands = {"ready": self.ready, "prepare": self.prepare, "trace": self.trace, "time": self.time}

    def ready(self, _):
        return {}

    def prepare(self, folder):
        row = Row(folder)
        if row.kind not in self.kinds:
            raise ValueError("it has no work '%s'" % row.kind)
        start = time.perf_counter()
        self.work = self.kinds[row.kind](row)
        numbers = self.work.check()
        return {"check": numbers, "first": time.perf_counter() - start, "version": self.version}

    def trace(self, seconds):
        self.work.reset()
        self.work.wait()
        times = []
        begin = end = time.perf_counter()
        while not times or end - begin < float(seconds) and len(times) < LONGEST_TRACE:
            start = time.perf_counter()
            self.work.call()
            self.work.wait()
            end = time.perf_counter()
            times.append(end - start)
        return {"seconds": times}

    def time(self, count):
        self.work.reset()
        self.work.wait()
        start = time.perf_counter()
        for _ in range(int(count)):
            self.work.call()
        self.work.wait()
        return {"seconds": [time.perf_counter() - start]}

    def answer(self, line):
        command, _, argument = line.strip().partition(" ")
        try:
            return self.commands[command](argument)
        except Exception as e:  # Whatever a framework throws is the reason that the table names.
            traceback.print_exc()
            lines = [part.strip() for part in str(e).splitlines() if part.strip()]
            return {"error": "%s: %s" % (type(e).__name__, lines[0] if lines else "no message")}


def serve(kinds, version):
    """Serves until the input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # What a framework prints is no answer.
    server = Server(kinds, version)
    for line in sys.stdin:
        print(json.dumps(server.answer(line)), file=answers, flush=True)
