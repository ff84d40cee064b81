"""Trains notebook 3's GRU or LSTM on the words of Penn Treebank in PyTorch, with a rate of one's own.

The notebook's GRU and LSTM do badly at the published rate of 30 (section 8). This says whether PyTorch's own modules do better:
the same sizes, start, windows, loss and clipping, with `nn.GRU` or `nn.LSTM` and `torch.optim.SGD`. FOLDER has ptb.train.txt and
ptb.valid.txt:

    build/bench-env/*/bin/python3 lib/bench/word_rate.py FOLDER 30 --cell LSTM --epochs 3
"""

import argparse
import math
from pathlib import Path

import torch

UNITS = {"GRU": 119, "LSTM": 117}
BATCH, WINDOW, COUNTED, CLIP = 16, 80, 40, 0.35  # A window's first half prepares its second, which counts.


class Model(torch.nn.Module):
    """An embedding, a cell, and a readout with the embedding's matrix."""

    def __init__(self, cell, words):
        super().__init__()
        units = UNITS[cell]
        self.embedding = torch.nn.Embedding(words, units)
        self.cell = getattr(torch.nn, cell)(units, units, batch_first=True)
        self.readout = torch.nn.Linear(units, words)
        self.readout.weight = self.embedding.weight
        self.embedding.weight.data.uniform_(-0.1, 0.1)
        self.readout.bias.data.zero_()

    def forward(self, words, state):
        """Returns the logits of the counted steps, and the state in which the next window begins."""
        inputs = self.embedding(words)
        _, between = self.cell(inputs[:, : WINDOW - COUNTED], state)
        outputs, _ = self.cell(inputs[:, WINDOW - COUNTED :], between)
        return self.readout(outputs), between


def detached(state):
    """Returns a state, of which an LSTM has two parts, without what it came from."""
    return tuple(part.detach() for part in state) if isinstance(state, tuple) else state.detach()


def streams(folder):
    """Returns both texts as (BATCH, length) word numbers, and how many words there are."""
    numbers = {}
    texts = []
    for part in ("train", "valid"):
        lines = (folder / ("ptb.%s.txt" % part)).read_text("utf-8").splitlines()
        words = [numbers.setdefault(word, len(numbers)) for line in lines for word in line.split() + ["<eos>"]]
        length = len(words) // BATCH
        texts.append(torch.tensor(words[: length * BATCH]).view(BATCH, length))
    return (*texts, len(numbers))


def mean_loss(model, text, optimizer=None):
    """Returns the mean loss over the text, whose last window is shorter; trains where there is an optimizer."""
    state = None
    total = count = 0
    inputs = text[:, :-1]
    for begin in range(0, inputs.size(1) - (WINDOW - COUNTED), COUNTED):
        logits, state = model(inputs[:, begin : begin + WINDOW], state)
        state = detached(state)
        targets = text[:, begin + WINDOW - COUNTED + 1 : begin + WINDOW + 1]
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
        if optimizer:
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
            optimizer.step()
        total += loss.item() * targets.numel()
        count += targets.numel()
    return total / count


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("rate", type=float)
    parser.add_argument("--cell", choices=sorted(UNITS), default="GRU")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    train, valid, words = streams(options.folder)
    model = Model(options.cell, words)
    optimizer = torch.optim.SGD(model.parameters(), lr=options.rate)
    for epoch in range(1, options.epochs + 1):
        seen = mean_loss(model, train, optimizer)
        with torch.no_grad():
            unseen = mean_loss(model, valid)
        print("epoch %d: perplexity %.1f, validation %.1f" % (epoch, math.exp(seen), math.exp(unseen)), flush=True)


if __name__ == "__main__":
    main()
