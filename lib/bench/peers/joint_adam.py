"""Fixed points as fixed-point-finder finds them, in PyTorch: gradient descent by Adam on all starts jointly.

Written from what Golub and Sussillo's "FixedPointFinder" (2018) and its documentation say, with its default settings,
but in double precision; its own program can't be installed from a package. What that computes in vain, each Jacobian once
more one by one, is left out.
"""

import numpy as np
import torch

import peer

TOLERANCE = 1e-12  # Of q, half the squared length of a step.
LEAST_CHANGE = 1e-20  # Of q in an iteration, times the learning rate.
MOST_ITERATIONS = 5000
APART = 1e-3  # Along any dimension, or two points are one.
FARTHEST = 10  # Times the mean distance of the starts from their mean.


class FixedPoints(peer.Work):
    """The fixed points of a tanh network without a bias, at an input of zero."""

    def __init__(self, row):
        self.recurrent = torch.tensor(row.parameters(row.floats("theta"))["1.W"].astype(np.float64))
        self.starts = torch.tensor(row.floats("starts").astype(np.float64)).reshape(-1, row.units)

    def next(self, states):
        return torch.tanh(states @ self.recurrent.T)

    def descend(self):
        """Returns where the starts end, and q there."""
        states = self.starts.clone().requires_grad_()
        optimizer = torch.optim.Adam([states], lr=1.0)
        scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.95, patience=2, cooldown=0)
        before = torch.full((len(states),), np.nan, dtype=torch.float64)
        for _ in range(MOST_ITERATIONS):
            q = 0.5 * torch.sum(torch.square(states - self.next(states)), dim=1)
            mean = torch.mean(q)
            optimizer.zero_grad()
            mean.backward()
            optimizer.step()
            scheduler.step(mean.detach())
            change = torch.abs(q.detach() - before)
            least = LEAST_CHANGE * scheduler.get_last_lr()[0]
            if torch.all((change < least) | (q.detach() < TOLERANCE)):
                break
            before = q.detach()
        ends = states.detach()
        return ends, 0.5 * torch.sum(torch.square(ends - self.next(ends)), dim=1)

    def find(self):
        """Returns the distinct fixed points and the eigenvalues of their Jacobians."""
        ends, q = self.descend()
        centre = self.starts.mean(0)
        reach = FARTHEST * torch.linalg.norm(self.starts - centre, dim=1).mean()
        near = (q < TOLERANCE) & (torch.linalg.norm(ends - centre, dim=1) < reach)
        distinct = []
        for end in ends[near]:
            if all(torch.any(torch.abs(end - point) > APART) for point in distinct):
                distinct.append(end)
        points = torch.stack(distinct)
        jacobians = torch.autograd.functional.jacobian(lambda s: self.next(s).sum(0), points).permute(1, 0, 2)
        return points.numpy(), np.linalg.eig(jacobians.numpy())[0]

    def check(self):
        points, values = self.find()
        stable = np.all(np.abs(values) <= 1, axis=1)
        return {
            "points": float(len(points)),
            "attractors": float(stable.sum()),
            "attractors' squares": float(np.square(points[stable]).sum()),
        }

    def call(self):
        self.find()


if __name__ == "__main__":
    peer.serve({"slow-points": FixedPoints}, "PyTorch " + torch.__version__.split("+")[0])
