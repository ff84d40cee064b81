"""Writes spectrum-goldens.json: principal components by NumPy, eigenvalues and angles between subspaces by SciPy.

The sign of a component is turned so that its loading of greatest modulus is positive. Needs NumPy and SciPy:

    python spectrum_goldens.py > ../resources/unfold/spectrum-goldens.json
"""

import json

import numpy as np
import scipy.linalg

rng = np.random.default_rng(5)


def components(count, width):
    states = np.tanh(rng.normal(size=(count, 3)) @ rng.normal(size=(3, width)) + 0.3 * rng.normal(size=(count, width)))
    mean = states.mean(0)
    _, singular, rows = np.linalg.svd(states - mean, full_matrices=False)
    rows *= np.sign(rows[np.arange(width), np.abs(rows).argmax(1)])[:, None]
    variances = singular**2 / (count - 1)
    return {
        "width": width,
        "states": states.flatten().tolist(),
        "mean": mean.tolist(),
        "components": rows.flatten().tolist(),
        "variances": variances.tolist(),
        "shares": (variances / variances.sum()).tolist(),
        "projected": ((states - mean) @ rows[:3].T).flatten().tolist(),
    }


def spectrum(name, matrix):
    values = scipy.linalg.eigvals(matrix)
    order = sorted(range(len(values)), key=lambda i: (-round(abs(values[i]), 9), -values[i].imag))
    return {
        "name": name,
        "width": len(matrix),
        "matrix": matrix.flatten().tolist(),
        "re": values[order].real.tolist(),
        "im": values[order].imag.tolist(),
    }


def angles(width, one, other):
    a, b = rng.normal(size=(width, one)), rng.normal(size=(width, other))
    b[:, 0] = a[:, 0] + 1e-3 * b[:, 0]
    return {
        "width": width,
        "a": a.T.flatten().tolist(),
        "b": b.T.flatten().tolist(),
        "angles": sorted(scipy.linalg.subspace_angles(a, b).tolist()),
    }


n = 30
turned = scipy.linalg.qr(rng.normal(size=(n, n)))[0]
goldens = {
    "components": [components(50, 8), components(12, 5)],
    "spectra": [
        spectrum("random", rng.normal(size=(n, n)) / np.sqrt(n)),
        spectrum("few outliers", rng.normal(size=(n, n)) / 20 + 1.5 * turned[:, :3] @ turned[:, :3].T),
        spectrum("not normal", np.triu(rng.normal(size=(n, n))) + np.diag(np.linspace(-2, 2, n))),
        spectrum("symmetric", (lambda m: m + m.T)(rng.normal(size=(n, n)))),
        spectrum("badly scaled", rng.normal(size=(n, n)) * 10.0 ** rng.uniform(-3, 3, size=(n, 1))),
    ],
    "angles": [angles(10, 2, 3), angles(20, 4, 1)],
}
print(json.dumps(goldens))
