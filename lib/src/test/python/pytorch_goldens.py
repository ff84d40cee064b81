"""Golden numbers from PyTorch, in double precision: outputs and gradients of its RNN, GRU and LSTM, of an
LSTM with an embedding and a decoder tied to it, and its optimisers' paths over 1,000 steps.

    pip install torch
    python lib/src/test/python/pytorch_goldens.py > lib/src/test/resources/unfold/pytorch-goldens.json
"""
import json
import sys

import torch

torch.set_default_dtype(torch.float64)


def cell(kind, depth):
    torch.manual_seed(depth)
    steps, batch, inputs, units, outputs = 6, 4, 3, 5, 2
    net = getattr(torch.nn, kind)(inputs, units, num_layers=depth)
    readout = torch.nn.Linear(units, outputs)
    x = torch.randn(steps, batch, inputs)
    classes = torch.randint(outputs, (steps, batch))
    hidden, _ = net(x)
    y = readout(hidden)
    loss = torch.nn.functional.cross_entropy(y.reshape(-1, outputs), classes.reshape(-1))
    loss.backward()
    named = list(net.named_parameters()) + [("readout." + n, p) for n, p in readout.named_parameters()]
    return {
        "kind": kind, "depth": depth, "steps": steps, "batch": batch, "inputs": inputs, "units": units,
        "outputs": outputs, "x": x.flatten().tolist(), "classes": classes.flatten().tolist(),
        "y": y.flatten().tolist(), "loss": loss.item(),
        "parameters": {n: p.flatten().tolist() for n, p in named},
        "gradients": {n: p.grad.flatten().tolist() for n, p in named},
    }


def tied(depth):
    """A language model's network: indices in, the decoder's matrix is the embedding's."""
    torch.manual_seed(depth)
    steps, batch, symbols, units = 6, 4, 7, 5
    embedding = torch.nn.Embedding(symbols, units)
    net = torch.nn.LSTM(units, units, num_layers=depth)
    readout = torch.nn.Linear(units, symbols)
    readout.weight = embedding.weight
    text = torch.randint(symbols, (steps + 1, batch))
    hidden, _ = net(embedding(text[:-1]))
    y = readout(hidden)
    loss = torch.nn.functional.cross_entropy(y.reshape(-1, symbols), text[1:].reshape(-1))
    loss.backward()
    own = [("embedding.weight", embedding.weight), ("readout.bias", readout.bias)]
    named = list(net.named_parameters()) + own
    return {
        "kind": "LSTM", "depth": depth, "steps": steps, "batch": batch, "inputs": symbols, "units": units,
        "outputs": symbols, "indices": text[:-1].flatten().tolist(), "classes": text[1:].flatten().tolist(),
        "y": y.flatten().tolist(), "loss": loss.item(),
        "parameters": {n: p.flatten().tolist() for n, p in named},
        "gradients": {n: p.grad.flatten().tolist() for n, p in named},
    }


def path(name, make, limit=None):
    """Minimises sum_i (i + 1) (theta_i - i)^2 + cos(3 theta_i) from theta = 0: curved differently in each direction.

    With a limit, gradients are clipped to that norm, and the rate is halved after 300 steps."""
    theta = torch.zeros(6, requires_grad=True)
    index = torch.arange(6.0)
    optimiser = make([theta])
    points = {}
    clipped = 0
    for step in range(1, 1001):
        optimiser.zero_grad()
        ((index + 1) * (theta - index) ** 2 + torch.cos(3 * theta)).sum().backward()
        if limit:
            clipped += torch.nn.utils.clip_grad_norm_([theta], limit).item() > limit
        optimiser.step()
        if limit and step == 300:
            for group in optimiser.param_groups:
                group["lr"] /= 2
        if step in (1, 2, 10, 100, 300, 310, 1000):
            points[str(step)] = theta.detach().tolist()
    return {"name": name, "limit": limit, "clipped": clipped, "theta": points}


OPTIMISERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.01),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.01),
    "adam": lambda p: torch.optim.Adam(p, lr=0.01),
}


def clipped():
    torch.manual_seed(0)
    first, second = torch.randn(4), torch.randn(3)
    a, b = torch.zeros(4, requires_grad=True), torch.zeros(3, requires_grad=True)
    a.grad, b.grad = first.clone(), second.clone()
    norm = torch.nn.utils.clip_grad_norm_([a, b], 0.5)
    return {"gradient": first.tolist() + second.tolist(), "limit": 0.5, "norm": norm.item(),
            "clipped": a.grad.tolist() + b.grad.tolist()}


json.dump({
    "torch": torch.__version__.split("+")[0],
    "cells": [cell(kind, depth) for kind in ("RNN", "GRU", "LSTM") for depth in (1, 2)]
    + [tied(depth) for depth in (1, 2)],
    "rate": 0.01,
    "optimisers": [path(name, make, limit) for limit in (None, 5.0) for name, make in OPTIMISERS.items()],
    "clip": clipped(),
}, sys.stdout, indent=1)
print()
