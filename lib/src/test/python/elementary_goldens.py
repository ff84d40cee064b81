"""Writes elementary-goldens.json: exp, log, sigmoid and tanh of doubles by mpmath, as value and remainder.

The arguments are drawn at random from each function's range, on a linear and on a logarithmic scale, and chosen by hand where
methods change over or results leave the normal doubles. Needs mpmath:

    python elementary_goldens.py > ../resources/unfold/elementary-goldens.json
"""

import json
import random
import sys

import mpmath as mp

mp.mp.prec = 400
COUNT = 250


def around(*points):
    return [p * (1 + k * 2.0 ** -52) for p in points for k in range(-3, 4)]


def arguments(low, high, special):
    draw = random.Random(1)
    xs = [draw.uniform(low, high) for _ in range(COUNT)] + [draw.uniform(-1.5, 1.5) for _ in range(COUNT)]
    xs += [draw.choice((-1, 1)) * 2 ** draw.uniform(-60, 1) for _ in range(COUNT)]
    return [x for x in xs + special if low <= x <= high]


def positive():
    draw = random.Random(2)
    xs = [2 ** draw.uniform(-1074, 1023.9) for _ in range(COUNT)] + [draw.uniform(0.5, 2) for _ in range(COUNT)]
    xs += [1 + draw.choice((-1, 1)) * 2 ** draw.uniform(-52, -2) for _ in range(COUNT)]
    return xs + [5e-324, 2.2250738585072014e-308, 1.7976931348623157e308] + around(0.5 ** 0.5, 2 ** 0.5, 1.0)


def golden(f, xs):
    rows = []
    for x in sorted(set(xs)):
        exact = f(mp.mpf(x))
        value = float(exact)  # mpmath rounds to nearest, denormals too
        rows.append([x, value, float(exact - value)])
    return rows


def main():
    ln2 = 0.6931471805599453
    turns = around(ln2 / 2, 3 * ln2 / 2, 0.625, -0.625, -ln2 / 2, 708.3964185322641, -708.3964185322641, 709.782712893384,
                   -744.4400719213812, -745.1332191019411, 18.99, 36.7, 40.0, 20.0)
    json.dump({
        "exp": golden(mp.exp, arguments(-745.13, 709.78, turns)),
        "log": golden(mp.log, positive()),
        "sigmoid": golden(lambda x: 1 / (1 + mp.exp(-x)), arguments(-745.13, 50, turns)),
        "tanh": golden(mp.tanh, arguments(-22, 22, turns)),
    }, sys.stdout, indent=None, separators=(",", ":"))
    print()


if __name__ == "__main__":
    main()
