"""JAX: lax.scan over the steps, all that is done again and again under one jit, with its state donated."""

from functools import partial
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

import cells
import peer

FUNCTIONS = SimpleNamespace(
    tanh=jnp.tanh,
    sigmoid=jax.nn.sigmoid,
    relu=jax.nn.relu,
    affine=lambda a, h, w: a + h @ w,
    split=lambda a, parts: jnp.split(a, parts, axis=-1),
    join=lambda a, b: jnp.concatenate((a, b), axis=-1),
)
STEPS = cells.steps(FUNCTIONS)
LONGEST_UNROLLED = 16
AT_A_TIME = 4  # Steps of a longer loop that are unrolled.


def run_layer(row, layer, x):
    """Returns the layer's output at every step."""
    step = STEPS[row.cell]
    products = x @ layer["wx"] + layer["bx"]
    start = layer["start"] if row.start else jnp.zeros(row.units, x.dtype)
    state = (jnp.broadcast_to(start, (row.size, row.units)),) * cells.STATES.get(row.cell, 1)

    def body(state, a_x):
        output, state = step(layer, *a_x, state)
        return state, output

    unroll = row.steps if row.steps <= LONGEST_UNROLLED else AT_A_TIME
    return lax.scan(body, state, (products, x), unroll=unroll)[1]


def loss_of(row, parameters, x, targets):
    if row.embedding:
        x = parameters["embedding"][x]
    elif row.projected:
        x = x @ parameters["projection"]["w"] + parameters["projection"]["b"]
    for layer in parameters["layers"]:
        x = run_layer(row, layer, x)
    x = x[-1] if row.at == "last" else x
    y = x @ parameters["readout"]["w"] + parameters["readout"]["b"]
    if row.loss == "squared":
        return jnp.mean(jnp.square(y - targets))
    if row.loss == "logistic":
        return jnp.mean(jnp.maximum(y, 0) - y * targets + jnp.log1p(jnp.exp(-jnp.abs(y))))
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(y), targets[..., None], axis=-1))


def sgd(parameters, gradient, memory, rate):
    return jax.tree.map(lambda p, g: p - rate * g, parameters, gradient), memory


def adam(parameters, gradient, memory, rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    m, v, k = memory
    k = k + 1
    m = jax.tree.map(lambda m, g: beta1 * m + (1 - beta1) * g, m, gradient)
    v = jax.tree.map(lambda v, g: beta2 * v + (1 - beta2) * g * g, v, gradient)
    first, second = rate / (1 - beta1**k), 1 - beta2**k
    moved = jax.tree.map(lambda p, m, v: p - first * m / (jnp.sqrt(v / second) + epsilon), parameters, m, v)
    return moved, (m, v, k)


def rmsprop(parameters, gradient, memory, rate, alpha=0.99, epsilon=1e-8):
    memory = jax.tree.map(lambda s, g: alpha * s + (1 - alpha) * g * g, memory, gradient)
    moved = jax.tree.map(lambda p, g, s: p - rate * g / (jnp.sqrt(s) + epsilon), parameters, gradient, memory)
    return moved, memory


def clipped(gradient, norm):
    total = jnp.sqrt(sum(jnp.sum(jnp.square(g)) for g in jax.tree.leaves(gradient)))
    return jax.tree.map(lambda g: g * jnp.minimum(1, norm / (total + 1e-6)), gradient)


class Training(peer.Work):
    """One network on one batch."""

    def __init__(self, row):
        self.row = row
        self.packed = cells.network(row, row.floats("theta"))
        self.x = jnp.asarray(row.sequences())
        self.targets = jnp.asarray(row.targets())
        gradient = jax.value_and_grad(partial(loss_of, row))
        self.gradient = jax.jit(gradient)
        optimizer = adam if row.update == "adam" else sgd

        @partial(jax.jit, donate_argnums=(0, 1))
        def update(parameters, memory, x, targets):
            loss, g = gradient(parameters, x, targets)
            return *optimizer(parameters, g, memory, float(row.rate)), loss

        self.update = update
        self.reset()

    def reset(self):
        self.parameters = jax.tree.map(jnp.array, self.packed)
        self.memory = ()
        if self.row.update == "adam":
            zeros = [jax.tree.map(jnp.zeros_like, self.parameters) for _ in range(2)]
            self.memory = (*zeros, jnp.zeros((), jnp.float32))
        self.result = None

    def call(self):
        if self.row.update == "none":
            self.result = self.gradient(self.parameters, self.x, self.targets)
        else:
            self.parameters, self.memory, self.result = self.update(
                self.parameters, self.memory, self.x, self.targets
            )

    def wait(self):
        jax.block_until_ready((self.result, self.parameters))

    def check(self):
        loss, gradient = self.gradient(self.parameters, self.x, self.targets)
        numbers = {"loss": float(loss), "gradient": peer.norm(map(np.asarray, jax.tree.leaves(gradient)))}
        if self.row.update != "none":
            for _ in range(peer.UPDATES_CHECKED):
                self.call()
            loss, _ = self.gradient(self.parameters, self.x, self.targets)
            numbers["loss after %d" % peer.UPDATES_CHECKED] = float(loss)
        return numbers


class Sweep(peer.Work):
    """Independent trials side by side by vmap, all updates of all trials in one scan."""

    def __init__(self, row):
        thetas = row.floats("theta").reshape(row.trials, -1)
        self.given = jax.tree.map(jnp.asarray, (cells.network(row, thetas), row.floats("rates")))
        self.data = jnp.asarray(row.sequences(row.batches)), jnp.asarray(row.targets(row.batches))
        self.updates = row.updates
        self.result = None
        gradient = jax.value_and_grad(partial(loss_of, row))

        optimizer = {"sgd": sgd, "rmsprop": rmsprop}[row.update]

        @partial(jax.vmap, in_axes=(0, 0, 0, None, None))
        def update(parameters, memory, rate, x, y):
            loss, g = gradient(parameters, x, y)
            g = clipped(g, row.clip) if row.clip else g
            return *optimizer(parameters, g, memory, rate), loss

        @partial(jax.jit, static_argnums=4)
        def train(parameters, rates, xs, ys, updates):
            def body(trained, k):
                now = rates * float(row.decay) ** (k / row.updates) if row.decay else rates
                *trained, loss = update(*trained, now, xs[k % row.batches], ys[k % row.batches])
                return tuple(trained), loss

            memory = jax.tree.map(jnp.zeros_like, parameters) if row.update == "rmsprop" else ()
            return jnp.mean(lax.scan(body, (parameters, memory), jnp.arange(updates))[1][-1])

        self.train = train

    def check(self):
        return {"loss": float(self.train(*self.given, *self.data, peer.UPDATES_CHECKED_IN_SWEEP))}

    def call(self):
        self.result = self.train(*self.given, *self.data, self.updates)

    def wait(self):
        jax.block_until_ready(self.result)


class Simulation(peer.Work):
    """Random paths through networks of few units; a word of random bits serves 32 steps of a path."""

    def __init__(self, row):
        self.row = row
        p = row.parameters(row.floats("theta").reshape(row.settings, -1))
        w, u, b = (jnp.asarray(p["1." + name])[..., None] for name in ("W", "U", "b"))
        activation = jnp.tanh if row.cell == "F1B tanh" else partial(jnp.clip, min=-1, max=1)
        steps, size = row.steps, row.size

        def step(s, bit, flag):  # s: settings x units x paths; bit, flag: paths.
            a = w[:, :, 0] * bit + w[:, :, 1] * flag + b
            for j in range(row.units):
                a = a + u[:, :, j] * s[:, j : j + 1]
            return activation(a)

        @jax.jit
        def given(x):
            s = jnp.zeros((row.settings, row.units, x.shape[1]))
            return lax.scan(lambda s, x: (step(s, x[:, 0], x[:, 1]), None), s, x)[0]

        @jax.jit
        def own(key):
            words, times = jax.random.split(key)
            words = jax.random.bits(words, (steps // 32 + 1, size), jnp.uint32)
            times = jax.random.randint(times, (size,), 0, steps)

            def body(s, t):
                bit = (words[t // 32] >> (t % 32).astype(jnp.uint32)) & 1
                return step(s, 2 * bit.astype(jnp.float32) - 1, jnp.where(times == t, 1.0, -1.0)), None

            return lax.scan(body, jnp.zeros((row.settings, row.units, size)), jnp.arange(steps))[0]

        self.given, self.own = given, own
        self.key = jax.random.key(1)
        self.result = None

    def check(self):
        x = self.row.floats("x").reshape(self.row.steps, -1, 2)
        self.call()
        return {"square": peer.mean_square(self.given(x)), "square, own paths": peer.mean_square(self.result)}

    def call(self):
        self.key, key = jax.random.split(self.key)
        self.result = self.own(key)

    def wait(self):
        jax.block_until_ready(self.result)


if __name__ == "__main__":
    peer.serve({"train": Training, "sweep": Sweep, "simulate": Simulation}, "JAX " + jax.__version__)
