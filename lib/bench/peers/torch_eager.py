"""PyTorch, operation by operation: a cell of one's own in a Python loop over the steps."""

import multiprocessing
import os
from types import SimpleNamespace

import torch
import torch.nn.functional as F

import cells
import peer

FUNCTIONS = SimpleNamespace(
    tanh=torch.tanh,
    sigmoid=torch.sigmoid,
    relu=torch.relu,
    affine=torch.addmm,
    split=lambda a, parts: a.chunk(parts, -1),
    join=lambda a, b: torch.cat((a, b), -1),
)
STEPS = cells.steps(FUNCTIONS)

# Gradients that vanish over many steps end as denormal numbers, on which a CPU is slow: 0.4 s instead of 0.05 s
# for the adding rows. Threads inherit this from the one that starts them.
torch.set_flush_denormal(True)


def leaves(packed):
    """Returns the arrays as tensors to train."""
    if isinstance(packed, dict):
        return {key: leaves(value) for key, value in packed.items()}
    if isinstance(packed, list):
        return [leaves(value) for value in packed]
    return torch.tensor(packed, requires_grad=True)


def flat(packed):
    if isinstance(packed, dict):
        packed = list(packed.values())
    if isinstance(packed, list):
        return [tensor for value in packed for tensor in flat(value)]
    return [packed]


def run_layer(row, step, layer, x, state=None):
    """Returns the layer's output at every step, and its last state; it goes on from a state if one is given."""
    products = torch.addmm(layer["bx"], x.flatten(0, 1), layer["wx"]).view(row.steps, row.size, -1)
    start = layer["start"].expand(row.size, -1) if row.start else x.new_zeros(row.size, row.units)
    state = state or (start,) * cells.STATES.get(row.cell, 1)
    outputs = []
    for a_t, x_t in zip(products.unbind(), x.unbind()):
        output, state = step(layer, a_t, x_t, state)
        outputs.append(output)
    return outputs, state


def loss_of(row, y, targets):
    """Returns the loss of outputs (T x) B x O."""
    if row.loss == "squared":
        return F.mse_loss(y, targets)
    if row.loss == "logistic":
        return F.binary_cross_entropy_with_logits(y, targets)
    return F.cross_entropy(y.flatten(0, -2), targets.flatten())


def forward(row, step, parameters, x, targets, states=None):
    """Returns the loss; states: those of the layers, from which it goes on and which it replaces, if they are carried."""
    if row.embedding:
        x = F.embedding(x, parameters["embedding"])
    elif row.projected:
        x = x @ parameters["projection"]["w"] + parameters["projection"]["b"]
    for k, layer in enumerate(parameters["layers"]):
        outputs, state = run_layer(row, step, layer, x, states and states[k])
        if states:
            states[k] = tuple(s.detach() for s in state)
        if k == row.depth - 1 and row.counted:
            outputs = outputs[-row.counted :]
        x = outputs[-1] if row.at == "last" and k == row.depth - 1 else torch.stack(outputs)
    w = parameters["embedding"].t() if row.tied else parameters["readout"]["w"]
    return loss_of(row, x @ w + parameters["readout"]["b"], targets)


def targets_of(row, *batches):
    targets = torch.tensor(row.targets(*batches))
    return targets.long() if row.loss == "softmax" else targets


def optimizer_of(row, tensors, rate):
    if row.update == "none":
        return None
    if row.update == "rmsprop":
        return torch.optim.RMSprop(tensors, lr=float(rate), foreach=True)
    make = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[row.update]
    return make(tensors, lr=float(rate), fused=True)


class Training(peer.Work):
    """One network on one batch."""

    def __init__(self, row):
        torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
        self.row = row
        self.x = torch.tensor(row.sequences())
        self.targets = targets_of(row)
        self.build()
        self.start = [tensor.detach().clone() for tensor in self.trained]
        self.reset()

    def build(self):
        parameters = leaves(cells.network(self.row, self.row.floats("theta")))
        self.trained = flat(parameters)
        self.loss = self.loss_function(parameters)

    def loss_function(self, parameters):
        step = STEPS[self.row.cell]
        return lambda: forward(self.row, step, parameters, self.x, self.targets, self.states)

    def reset(self):
        with torch.no_grad():
            for tensor, start in zip(self.trained, self.start):
                tensor.copy_(start)
        self.optimizer = optimizer_of(self.row, self.trained, self.row.rate)
        self.states = [None] * self.row.depth if self.row.carried else None

    def gradient(self):
        for tensor in self.trained:
            tensor.grad = None
        loss = self.loss()
        loss.backward()
        return loss

    def call(self):
        self.gradient()
        if self.row.clip:
            torch.nn.utils.clip_grad_norm_(self.trained, float(self.row.clip))
        if self.optimizer:
            self.optimizer.step()

    def gradients(self):
        return [tensor.grad.numpy() for tensor in self.trained]

    def check(self):
        loss = self.gradient().item()
        numbers = {"loss": loss, "gradient": peer.norm(self.gradients())}
        if self.optimizer:
            self.reset()
            for _ in range(peer.UPDATES_CHECKED):
                self.call()
            numbers["loss after %d" % peer.UPDATES_CHECKED] = self.loss().item()
        return numbers


def train_trials(folder, trials, updates):
    """Trains some of a sweep's trials one after the other on one thread; returns the sum of their last losses."""
    torch.set_num_threads(1)
    row = peer.Row(folder)
    thetas = row.floats("theta").reshape(row.trials, -1)
    rates = row.floats("rates")
    xs = torch.tensor(row.sequences(row.batches))
    ys = targets_of(row, row.batches)
    total = 0.0
    for trial in trials:
        parameters = leaves(cells.network(row, thetas[trial]))
        trained = flat(parameters)
        optimizer = optimizer_of(row, trained, rates[trial])
        schedule = None
        if row.decay:
            schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, float(row.decay) ** (1 / row.updates))
        for k in range(updates):
            optimizer.zero_grad()
            loss = forward(row, STEPS[row.cell], parameters, xs[k % row.batches], ys[k % row.batches])
            loss.backward()
            if row.clip:
                torch.nn.utils.clip_grad_norm_(trained, row.clip)
            optimizer.step()
            if schedule:
                schedule.step()
        total += loss.item()
    return total


class Sweep(peer.Work):
    """Independent trials, a process a core, each with its share of them."""

    def __init__(self, row):
        self.row = row
        self.processes = int(os.environ["OMP_NUM_THREADS"])
        self.pool = multiprocessing.get_context("spawn").Pool(self.processes)

    def train(self, updates):
        shares = [list(range(k, self.row.trials, self.processes)) for k in range(self.processes)]
        losses = self.pool.starmap(train_trials, [(str(self.row.folder), share, updates) for share in shares], 1)
        return sum(losses) / self.row.trials

    def check(self):
        return {"loss": self.train(peer.UPDATES_CHECKED_IN_SWEEP)}

    def call(self):
        self.train(self.row.updates)


def serve(training):
    peer.serve({"train": training, "sweep": Sweep}, "PyTorch " + torch.__version__.split("+")[0])


if __name__ == "__main__":
    serve(Training)
