"""NumPy: the tanh RNN with its backward pass written by hand, and simulations, into arrays that are made once."""

import numpy as np

import cells
import peer


def square_loss(y, targets):
    """Returns the mean squared error and its derivative by y."""
    error = y - targets
    return float(np.vdot(error, error)) / error.size, error * np.float32(2 / error.size)


class Training(peer.Work):
    """One tanh RNN of one layer on one batch."""

    def __init__(self, row):
        if (row.cell, row.depth, row.loss) != ("RNN", 1, "squared"):
            raise ValueError("only the tanh RNN of one layer is written by hand")
        self.row = row
        self.x = row.sequences()
        self.targets = row.targets()
        packed = cells.network(row, row.floats("theta"))
        layer, readout = packed["layers"][0], packed["readout"]
        self.start = [layer["wx"], layer["wh"], layer["bx"], readout["w"], readout["b"]]
        self.parameters = [value.copy() for value in self.start]
        self.gradient = [np.empty_like(value) for value in self.start]
        states = (row.steps, row.size, row.units)
        self.h = np.zeros((row.steps + 1, row.size, row.units), np.float32)
        self.a, self.da = np.empty(states, np.float32), np.empty(states, np.float32)
        self.dh = np.empty(states[1:], np.float32)
        self.slope = np.empty(states[1:], np.float32)
        self.reset()

    def reset(self):
        for value, start in zip(self.parameters, self.start):
            value[...] = start
        self.m = [np.zeros_like(value) for value in self.start]
        self.v = [np.zeros_like(value) for value in self.start]
        self.k = 0

    def backpropagate(self):
        """Returns the loss and fills the gradient."""
        row, h, a, da, dh, slope = self.row, self.h, self.a, self.da, self.dh, self.slope
        wx, wh, b, wy, by = self.parameters
        gwx, gwh, gb, gwy, gby = self.gradient
        flat = (row.steps * row.size, row.units)
        x = self.x.reshape(-1, row.inputs)
        np.matmul(x, wx, out=a.reshape(flat))
        a += b
        for t in range(row.steps):
            np.matmul(h[t], wh, out=h[t + 1])
            h[t + 1] += a[t]
            np.tanh(h[t + 1], out=h[t + 1])
        last = row.at == "last"
        seen = h[-1] if last else h[1:].reshape(flat)
        loss, dy = square_loss(seen @ wy + by, self.targets.reshape(-1, row.outputs))
        np.matmul(seen.T, dy, out=gwy)
        np.sum(dy, axis=0, out=gby)
        outer = dy @ wy.T
        outer = outer if last else outer.reshape(self.a.shape)
        for t in reversed(range(row.steps)):
            if t == row.steps - 1:
                dh[...] = outer if last else outer[t]
            else:
                np.matmul(da[t + 1], wh.T, out=dh)
                if not last:
                    dh += outer[t]
            np.multiply(h[t + 1], h[t + 1], out=slope)
            np.subtract(1, slope, out=slope)
            np.multiply(dh, slope, out=da[t])
        deltas = da.reshape(flat)
        np.matmul(x.T, deltas, out=gwx)
        np.matmul(h[:-1].reshape(flat).T, deltas, out=gwh)
        np.sum(deltas, axis=0, out=gb)
        return loss

    def call(self):
        loss = self.backpropagate()
        if self.row.update == "sgd":
            for p, g in zip(self.parameters, self.gradient):
                g *= np.float32(self.row.rate)
                p -= g
        elif self.row.update == "adam":
            self.adam(float(self.row.rate))
        return loss

    def adam(self, rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
        self.k += 1
        first, second = rate / (1 - beta1**self.k), (1 - beta2**self.k) ** 0.5
        for p, g, m, v in zip(self.parameters, self.gradient, self.m, self.v):
            m *= np.float32(beta1)
            m += np.float32(1 - beta1) * g
            v *= np.float32(beta2)
            np.multiply(g, g, out=g)
            g *= np.float32(1 - beta2)
            v += g
            np.sqrt(v, out=g)
            g /= np.float32(second)
            g += np.float32(epsilon)
            np.divide(m, g, out=g)
            g *= np.float32(first)
            p -= g

    def check(self):
        loss = self.backpropagate()
        numbers = {"loss": loss, "gradient": peer.norm(self.gradient)}
        if self.row.update != "none":
            for _ in range(peer.UPDATES_CHECKED):
                self.call()
            numbers["loss after %d" % peer.UPDATES_CHECKED] = self.backpropagate()
        return numbers


class Simulation(peer.Work):
    """Random paths through networks of few units, in blocks that stay in the cache."""

    NUMBERS = 1 << 15  # Of all states in a block.

    def __init__(self, row):
        self.row = row
        p = row.parameters(row.floats("theta").reshape(row.settings, -1))
        self.w, self.u, self.b = (p["1." + name][..., None] for name in ("W", "U", "b"))
        self.random = np.random.default_rng(1)

    def step(self, s, bit, flag, a, part):
        """Replaces the states s: settings x units x paths; bit: paths, flag: paths or one number for all."""
        np.multiply(self.w[:, :, 0], bit, out=a)
        a += self.w[:, :, 1] * flag + self.b
        for j in range(self.row.units):
            np.multiply(self.u[:, :, j], s[:, j : j + 1], out=part)
            a += part
        if self.row.cell == "F1B tanh":
            np.tanh(a, out=s)
        else:
            np.clip(a, -1, 1, out=s)

    def zeros(self, paths):
        return [np.zeros((self.row.settings, self.row.units, paths), np.float32) for _ in range(3)]

    def given(self, x):
        s, a, part = self.zeros(x.shape[1])
        for x_t in x:
            self.step(s, x_t[:, 0], x_t[:, 1], a, part)
        return s

    def own(self, paths):
        """Runs a block of random paths, in the order of their flags' times."""
        row = self.row
        s, a, part = self.zeros(paths)
        first = np.searchsorted(np.sort(self.random.integers(row.steps, size=paths)), np.arange(row.steps + 1))
        words = np.frombuffer(self.random.bytes(row.steps * paths // 8 + 1), np.uint8)
        bits = np.unpackbits(words, count=row.steps * paths).astype(np.float32).reshape(row.steps, paths)
        bits *= 2
        bits -= 1
        flag = np.full(paths, -1, np.float32)
        for t in range(row.steps):
            flagged = slice(first[t], first[t + 1])
            if first[t] == first[t + 1]:
                self.step(s, bits[t], np.float32(-1), a, part)
            else:
                flag[flagged] = 1
                self.step(s, bits[t], flag, a, part)
                flag[flagged] = -1
        return s

    def call(self):
        block = self.NUMBERS // (self.row.settings * self.row.units)
        sizes = [min(block, self.row.size - first) for first in range(0, self.row.size, block)]
        self.result = [self.own(paths) for paths in sizes]

    def check(self):
        x = self.row.floats("x").reshape(self.row.steps, -1, 2)
        self.call()
        own = np.concatenate(self.result, axis=-1)
        return {"square": peer.mean_square(self.given(x)), "square, own paths": peer.mean_square(own)}


if __name__ == "__main__":
    peer.serve({"train": Training, "simulate": Simulation}, "NumPy " + np.__version__)
