"""Writes gaussian-process-goldens.json: Gaussian processes by scikit-learn at fixed kernel hyperparameters.

Needs scikit-learn (1.9.1 wrote the committed file):

    python gaussian_process_goldens.py ../resources/unfold/gaussian-process-goldens.json
"""

import json
import sys

import numpy as np
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel


def case(seed, points, dimensions, variance, scales, noise):
    random = np.random.default_rng(seed)
    x = random.uniform(size=(points, dimensions))
    y = np.sin(5 * x[:, 0]) + (x**2).sum(1) - 1 + 0.1 * random.normal(size=points)
    at = np.vstack([random.uniform(-0.2, 1.2, size=(12, dimensions)), x[:2]])
    kernel = ConstantKernel(variance) * Matern(scales, nu=2.5) + WhiteKernel(noise)
    process = GaussianProcessRegressor(kernel, alpha=0, optimizer=None).fit(x, y)
    mean, deviation = process.predict(at, return_std=True)
    likelihood, gradient = process.log_marginal_likelihood(kernel.theta, eval_gradient=True)
    return {
        "variance": variance,
        "scales": list(scales),
        "noise": noise,
        "x": x.ravel().tolist(),
        "y": y.tolist(),
        "at": at.tolist(),
        "mean": mean.tolist(),
        # scikit-learn's variance is that of an observation: with its noise.
        "variances": (deviation**2 - noise).tolist(),
        "likelihood": likelihood,
        # By the logarithms of variance, scales and noise.
        "gradient": gradient.tolist(),
    }


cases = [
    case(1, 1, 1, 0.7, [0.3], 1e-2),
    case(2, 25, 3, 1.3, [0.3, 0.9, 2.5], 1e-2),
    case(3, 60, 6, 2.0, [0.2, 0.5, 1.0, 0.7, 3.0, 30.0], 1e-4),
]
with open(sys.argv[1], "w", encoding="utf-8") as file:
    json.dump(cases, file, indent=1)
    file.write("\n")
