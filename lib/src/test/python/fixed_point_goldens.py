"""Writes fixed-point-goldens.json: fixed points that fixed-point-finder finds, with the eigenvalues of their Jacobians.

Golub and Sussillo, "FixedPointFinder: A Tensorflow toolbox for identifying and characterizing fixed points in recurrent neural
networks" (2018), in PyTorch: its folder must be on the path. Needs what it needs, PyTorch, NumPy, scikit-learn and matplotlib:

    git clone https://github.com/mattgolub/fixed-point-finder && git -C fixed-point-finder checkout 1a30417
    PYTHONPATH=fixed-point-finder python fixed_point_goldens.py > ../resources/unfold/fixed-point-goldens.json
"""

import contextlib
import json
import sys

import numpy as np
import torch
from FixedPointFinderTorch import FixedPointFinderTorch

STARTS = 100


def network(kind, units, gain, seed):
    torch.manual_seed(seed)
    net = getattr(torch.nn, kind)(2, units, batch_first=True).double()
    with torch.no_grad():
        for name, weights in net.named_parameters():
            if name == "weight_hh_l0":
                for block in weights.split(units):
                    block.copy_(torch.randn(units, units) * gain / np.sqrt(units))
                    block.copy_((block + block.T) / np.sqrt(2))  # Symmetric weights have many attractors.
    return net


def golden(kind, units, gain, seed):
    net = network(kind, units, gain, seed)
    rng = np.random.default_rng(seed)
    starts = rng.uniform(-1, 1, size=(STARTS, units))
    inputs = np.array([[0.2, -0.1]])
    # From its default rate of 1 it does not get anywhere with the GRU.
    finder = FixedPointFinderTorch(net, dtype="float64", tol_q=1e-14, lr_init=0.1)
    found, _ = finder.find_fixed_points(starts, inputs)
    good = [k for k in range(found.n) if found.qstar[k] < 1e-14]
    return {
        "kind": kind,
        "units": units,
        "parameters": {name: p.detach().flatten().tolist() for name, p in net.named_parameters()},
        "input": inputs[0].tolist(),
        "starts": starts.flatten().tolist(),
        "points": [
            {
                "state": found.xstar[k].tolist(),
                "moduli": sorted(np.abs(found.eigval_J_xstar[k]).tolist(), reverse=True),
            }
            for k in good
        ],
    }


with contextlib.redirect_stdout(sys.stderr):
    goldens = [golden("RNN", 10, 1.6, 1), golden("GRU", 6, 2.5, 3)]
print(json.dumps(goldens))
