"""Computes the coefficients in FloatFunctions.java and DoubleFunctions.java and prints them as they stand there.

Each is fitted to the relative error of the whole function by least squares on Chebyshev's nodes, in 60 digits, with weights raised where
the error is large (Lawson), which tends to the minimax fit. Coefficients are rounded one after the other, lowest power first, and those
left are fitted again, so that rounding costs next to nothing. Needs mpmath:

    python elementary.py
"""

import mpmath as mp

mp.mp.dps = 60
FLOAT, DOUBLE = 24, 53


def rounded(v, bits):
    """The nearest number with so many bits of mantissa."""
    with mp.workprec(bits):
        return +mp.mpf(v)


def nodes(low, high, count=120):
    return [(low + high) / 2 - (high - low) / 2 * mp.cos(mp.pi * (i + mp.mpf(1) / 2) / count) for i in range(count)]


def least_squares(rows, right):
    """The c that makes the sum of squares of rows c - right least."""
    size = len(rows[0])
    a = mp.matrix(size, size)
    b = mp.matrix(size, 1)
    for row, r in zip(rows, right):
        for i in range(size):
            b[i] += row[i] * r
            for j in range(size):
                a[i, j] += row[i] * row[j]
    return list(mp.lu_solve(a, b))


def fit(basis, target, xs, sweeps=12):
    """Coefficients of basis functions, least max |sum c_i basis_i(x) - target(x)| over xs, and that maximum."""
    rows = [[b(x) for b in basis] for x in xs]
    right = [target(x) for x in xs]
    weights = [mp.mpf(1)] * len(xs)
    best = None
    for _ in range(sweeps):
        c = least_squares([[v * w for v in row] for row, w in zip(rows, weights)],
                          [r * w for r, w in zip(right, weights)])
        error = [abs(sum(k * v for k, v in zip(c, row)) - r) for row, r in zip(rows, right)]
        worst = max(error)
        if best is None or worst < best[1]:
            best = c, worst
        weights = [w * mp.sqrt((e + worst / 100) / worst) for w, e in zip(weights, error)]
    return best


def fit_rounded(basis, target, xs, bits):
    fixed = []
    while len(fixed) < len(basis):
        rest = lambda x: target(x) - sum(c * b(x) for c, b in zip(fixed, basis))
        c, _ = fit(basis[len(fixed):], rest, xs)
        fixed.append(rounded(c[0], bits))
    return fixed, max(abs(target(x) - sum(c * b(x) for c, b in zip(fixed, basis))) for x in xs)


def java(v, bits):
    """A Java literal: hexadecimal, since it is exact."""
    mantissa, exponent = float(v).hex().split("p")
    return mantissa.rstrip("0").rstrip(".") + "p" + exponent.lstrip("+") + ("f" if bits == FLOAT else "")


def show(name, fitted, bits):
    coefficients, worst = fitted
    print(f"{name}, lowest power first; error 2^{float(mp.log(worst, 2)):.1f}")
    for c in coefficients:
        print(f"  {java(c, bits)}  {mp.nstr(c, 12)}")


def power(p, weight):
    return lambda x: x ** p * weight(x)


def exponential(bits, degree):
    """exp(r) = 1 + r + r^2 q(r), |r| up to ln 2 / 2."""
    top = mp.log(2) / 2 * mp.mpf("1.0001")
    weight = lambda r: mp.exp(-r)
    show("exp: q", fit_rounded([power(p, weight) for p in range(2, degree + 1)],
                               lambda r: 1 - (1 + r) * weight(r), nodes(-top, top), bits), bits)


def logarithm(bits, terms):
    """log(1 + f) = 2 atanh(s) = 2 s + s^3 R(s^2), s = f / (2 + f), 1 + f from sqrt(1/2) to sqrt(2)."""
    top = (mp.sqrt(2) - 1) / (mp.sqrt(2) + 1) * mp.mpf("1.0001")
    weight = lambda s: 1 / (2 * mp.atanh(s))
    show("log: R", fit_rounded([power(2 * p + 3, weight) for p in range(terms)],
                               lambda s: 1 - 2 * s * weight(s), nodes(mp.mpf(0), top), bits), bits)


def split(bits, kept):
    """ln 2 = high + low, where high has few enough bits that its product with an exponent is exact."""
    high = rounded(mp.log(2), kept)
    print(f"ln 2 = {java(high, bits)} + {java(rounded(mp.log(2) - high, bits), bits)}")


def half_exponential(bits, degree):
    """(1 - exp(-2r)) / 2 = r + r^2 q(r), |r| up to ln 2 / 4."""
    top = mp.log(2) / 4 * mp.mpf("1.0001")
    weight = lambda r: -2 / mp.expm1(-2 * r)
    show("tanh: q", fit_rounded([power(p, weight) for p in range(2, degree + 1)],
                                lambda r: 1 - r * weight(r), nodes(-top, top), bits), bits)


if __name__ == "__main__":
    print("FLOAT")
    exponential(FLOAT, 6)
    logarithm(FLOAT, 4)
    split(FLOAT, 15)
    half_exponential(FLOAT, 6)
    print("DOUBLE")
    exponential(DOUBLE, 11)
    logarithm(DOUBLE, 7)
    split(DOUBLE, 42)
    half_exponential(DOUBLE, 11)
