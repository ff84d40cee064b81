"""numba: simulations as compiled loops, parallel over blocks of paths whose states stay in the cache.

math.tanh keeps LLVM from vectorising a loop (numba's wheel has no SVML), so tanh is a rational function here, fitted by
Lawson's weighted least squares: off by at most 6e-7.
"""

import os

import numba
import numpy as np
from numba import float32, int32, njit, prange, uint32

import peer

BLOCK = 1024


@njit(inline="always")
def random_word(position):
    """Returns 32 random bits: a hash of the position (Steele, Lea and Flood 2014)."""
    z = position * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return uint32(z >> np.uint64(32))


@njit(inline="always", fastmath=True)
def tanh(x):
    x = min(max(x, float32(-8.5)), float32(8.5))
    z = x * x
    p = float32(1.09187753e-05) * z + float32(2.90331843e-03)
    p = (p * z + float32(1.28810799e-01)) * z + float32(9.99999760e-01)
    q = (float32(2.29780586e-07) * z + float32(2.31957457e-04)) * z + float32(2.36198629e-02)
    q = (q * z + float32(4.62142261e-01)) * z + float32(1)
    return x * p / q


@njit
def fill(words, position):
    for j in range(words.size):
        words[j] = random_word(position + np.uint64(j))


@njit
def fill_times(times, words, position, steps):
    fill(words, position)
    for j in range(times.size):
        times[j] = int32((np.uint64(words[j]) * np.uint64(steps)) >> np.uint64(32))


@njit(parallel=True, fastmath=True)
def two_units(w, u, b, steps, call, out):
    """tanh, two units, one setting; out: 2 x paths."""
    size = out.shape[1]
    calls = np.uint64(call) << np.uint64(40)
    for block in prange((size + BLOCK - 1) // BLOCK):
        first = block * BLOCK
        count = min(BLOCK, size - first)
        s1 = np.zeros(count, np.float32)
        s2 = np.zeros(count, np.float32)
        words = np.empty(count, np.uint32)
        times = np.empty(count, np.int32)
        position = calls + np.uint64(first) * np.uint64(steps // 32 + 2)
        fill_times(times, words, position, steps)
        for t in range(steps):
            if t % 32 == 0:
                position += np.uint64(count)
                fill(words, position)
            for j in range(count):
                bit = float32(2) * float32(int32(words[j] >> uint32(t % 32)) & int32(1)) - float32(1)
                flag = float32(1) if times[j] == int32(t) else float32(-1)
                a1 = w[0, 0] * bit + w[0, 1] * flag + u[0, 0] * s1[j] + u[0, 1] * s2[j] + b[0]
                a2 = w[1, 0] * bit + w[1, 1] * flag + u[1, 0] * s1[j] + u[1, 1] * s2[j] + b[1]
                s1[j] = tanh(a1)
                s2[j] = tanh(a2)
        out[0, first : first + count] = s1
        out[1, first : first + count] = s2


@njit(parallel=True, fastmath=True)
def one_unit(w, u, b, steps, call, out):
    """The clamp, one unit, many settings on the same paths; out: settings x paths."""
    settings, size = out.shape
    calls = np.uint64(call) << np.uint64(40)
    for block in prange((size + BLOCK - 1) // BLOCK):
        first = block * BLOCK
        count = min(BLOCK, size - first)
        words = np.empty(count, np.uint32)
        times = np.empty(count, np.int32)
        bits = np.empty((32, count), np.float32)
        s = np.zeros((settings, count), np.float32)
        position = calls + np.uint64(first) * np.uint64(steps // 32 + 2)
        fill_times(times, words, position, steps)
        for start in range(0, steps, 32):
            position += np.uint64(count)
            fill(words, position)
            length = min(32, steps - start)
            for t in range(length):
                for j in range(count):
                    bits[t, j] = float32(2) * float32(int32(words[j] >> uint32(t)) & int32(1)) - float32(1)
            for k in range(settings):
                w0, u0 = w[k, 0], u[k]
                off, on = b[k] - w[k, 1], b[k] + w[k, 1]
                for t in range(length):
                    for j in range(count):
                        a = w0 * bits[t, j] + u0 * s[k, j] + (on if times[j] == int32(start + t) else off)
                        s[k, j] = min(max(a, float32(-1)), float32(1))
        out[:, first : first + count] = s


@njit(fastmath=True)
def given(x, w, u, b, clamp, out):
    """Runs given paths, T x paths x 2, through any number of units; out: settings x units x paths."""
    settings, units, size = out.shape
    a = np.empty(units, np.float32)
    for k in range(settings):
        for p in range(size):
            for t in range(len(x)):
                for i in range(units):
                    a[i] = w[k, i, 0] * x[t, p, 0] + w[k, i, 1] * x[t, p, 1] + b[k, i]
                    for j in range(units):
                        a[i] += u[k, i, j] * out[k, j, p]
                for i in range(units):
                    out[k, i, p] = min(max(a[i], float32(-1)), float32(1)) if clamp else tanh(a[i])


class Simulation(peer.Work):
    """Random paths through networks of few units."""

    def __init__(self, row):
        numba.set_num_threads(int(os.environ["NUMBA_NUM_THREADS"]))
        self.row = row
        p = row.parameters(row.floats("theta").reshape(row.settings, -1))
        self.p = [np.ascontiguousarray(p["1." + name]) for name in ("W", "U", "b")]
        w, u, b = self.p
        if (row.cell, row.units, row.settings) == ("F1B tanh", 2, 1):
            self.run, self.arguments = two_units, (w[0], u[0], b[0])
            self.out = np.empty((2, row.size), np.float32)
        elif (row.cell, row.units) == ("F1B clamp", 1):
            self.run, self.arguments = one_unit, (w[:, 0], u[:, 0, 0], b[:, 0])
            self.out = np.empty((row.settings, row.size), np.float32)
        else:
            raise ValueError("no loop is written for %d units of %s" % (row.units, row.cell))
        self.calls = 0

    def call(self):
        self.calls += 1
        self.run(*self.arguments, self.row.steps, self.calls, self.out)

    def check(self):
        row = self.row
        x = row.floats("x").reshape(row.steps, -1, 2)
        out = np.zeros((row.settings, row.units, x.shape[1]), np.float32)
        given(x, *self.p, row.cell == "F1B clamp", out)
        self.call()
        return {"square": peer.mean_square(out), "square, own paths": peer.mean_square(self.out)}


if __name__ == "__main__":
    peer.serve({"simulate": Simulation}, "numba " + numba.__version__)
