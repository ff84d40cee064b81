"""PyTorch with torch.compile.

The compiler unrolls a Python loop: for short sequences the whole loss is compiled; for long ones, where that would take
hours, one step of the cell is, which PyTorch's documentation calls regional compilation.
"""

import torch

import torch_eager

LONGEST_UNROLLED = 16


class Training(torch_eager.Training):
    def loss_function(self, parameters):
        row, step = self.row, torch_eager.STEPS[self.row.cell]
        if row.steps <= LONGEST_UNROLLED:

            @torch.compile(dynamic=False)
            def whole(parameters, x, targets):
                return torch_eager.forward(row, step, parameters, x, targets)

            return lambda: whole(parameters, self.x, self.targets)
        compiled = torch.compile(step, dynamic=False)
        return lambda: torch_eager.forward(row, compiled, parameters, self.x, self.targets)


if __name__ == "__main__":
    torch_eager.serve(Training)
