"""Writes f1b-goldens.json: the distributions of figures 2 and 3 of the F1B paper, by enumeration in NumPy.

Independent of the library: states are advanced from their definition, path by path of all 2^20, flags -1 except +1 at L = 10, S_0 = 0,
no bias. For each setting and time: mean and population standard deviation of positive and negative paths, and the error of the best
threshold in either orientation, both classes equally likely. Needs NumPy:

    python f1b_goldens.py > ../resources/unfold/f1b-goldens.json
"""

import json

import numpy as np

N, FLAG = 20, 10
TIMES = (1, 5, 9, 10, 11, 15, 20)


def sigmoid(v):
    return 1 / (1 + np.exp(-v))


def rnn(u, w1, w2):
    return lambda s, info, flag: np.tanh(u * s + w1 * info + w2 * flag)


def gru(a, b):
    """W^z = [0, a], W^s~ = [b, 0], all else zero: equations 10-13."""
    def step(s, info, flag):
        z = sigmoid(a * flag)
        return z * np.tanh(b * info) + (1 - z) * s
    return step


def threshold_error(positive, negative):
    """Least error over all cuts between distinct values, by cumulative counts of both classes."""
    values = np.concatenate([positive, negative])
    is_positive = np.concatenate([np.ones(len(positive)), np.zeros(len(negative))])
    order = np.argsort(values, kind="stable")
    values, is_positive = values[order], is_positive[order]
    cuts = np.append(np.flatnonzero(np.diff(values) > 0), len(values) - 1)
    positive_below = np.cumsum(is_positive)[cuts] / len(positive)
    negative_below = np.cumsum(1 - is_positive)[cuts] / len(negative)
    error = (positive_below + 1 - negative_below) / 2
    return float(min(0.5, error.min(), 1 - error.max()))


def distributions(step):
    paths = np.arange(2 ** N)
    feature = (paths >> (FLAG - 1)) & 1 == 1
    state, seen = np.zeros(2 ** N), {}
    for t in range(1, N + 1):
        info = np.where((paths >> (t - 1)) & 1 == 1, 1.0, -1.0)
        state = step(state, info, 1.0 if t == FLAG else -1.0)
        if t in TIMES:
            p, n = state[feature], state[~feature]
            seen[str(t)] = {"mean+": p.mean(), "sd+": p.std(), "mean-": n.mean(), "sd-": n.std(),
                            "error": threshold_error(p, n)}
    return seen


if __name__ == "__main__":
    print(json.dumps({
        "Figure 2 top": distributions(rnn(0.8, 0.9, 0.1)),
        "Figure 2 bottom": distributions(rnn(2.0, 0.7, 0.1)),
        "Figure 3 top": distributions(gru(0.5, 1.0)),
        "Figure 3 bottom": distributions(gru(4.0, 1.0)),
    }, indent=1))
