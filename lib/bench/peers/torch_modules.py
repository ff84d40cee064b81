"""PyTorch's own modules nn.RNN, nn.GRU and nn.LSTM, whose loop over the steps is inside."""

import torch

import torch_eager

# The names of the matrices and biases in the order of PyTorch's gates.
GATES = {
    "RNN": dict(weight_ih=["W_xh"], weight_hh=["W_hh"], bias_ih=["b_h"]),
    "LSTM": dict(
        weight_ih=["W_xi", "W_xf", "W_xc", "W_xo"],
        weight_hh=["W_hi", "W_hf", "W_hc", "W_ho"],
        bias_ih=["b_i", "b_f", "b_c", "b_o"],
    ),
    "GRU": dict(
        weight_ih=["W_ir", "W_iz", "W_in"],
        weight_hh=["W_hr", "W_hz", "W_hn"],
        bias_ih=["b_ir", "b_iz", "b_in"],
        bias_hh=["b_hr", "b_hz", "b_hn"],
    ),
}
# PyTorch's z is on the GRU's old state, the papers' on the new one.
TURNED = ("W_iz", "W_hz", "b_iz", "b_hz")


class Training(torch_eager.Training):
    """One network on one batch. The second bias of nn.RNN and nn.LSTM, which the equations lack, stays zero."""

    def build(self):
        row = self.row
        given = {name: torch.tensor(value) for name, value in row.parameters(row.floats("theta")).items()}
        width = row.embedding or row.inputs
        self.recurrent = getattr(torch.nn, row.cell)(width, row.units, num_layers=row.depth)
        self.readout = torch.nn.Linear(row.units, row.outputs)
        readout = {"weight": given["embedding.W" if row.tied else "readout.W"], "bias": given["readout.b"]}
        self.embedding = torch.nn.Embedding(row.inputs, row.embedding) if row.embedding else torch.nn.Identity()
        parameters = dict(self.recurrent.named_parameters())
        values = {name: torch.zeros_like(value) for name, value in parameters.items()}
        for key, names in GATES[row.cell].items():
            for k in range(row.depth):
                gates = [given["%d.%s" % (k + 1, name)] * (-1 if name in TURNED else 1) for name in names]
                values["%s_l%d" % (key, k)] = torch.cat(gates)
        for module, found in (
            (self.recurrent, values),
            (self.readout, readout),
            (self.embedding, {"weight": given["embedding.W"]} if row.embedding else {}),
        ):
            module.load_state_dict(found)
        if row.tied:
            self.readout.weight = self.embedding.weight
        for name, parameter in parameters.items():
            if name.startswith("bias_hh") and "bias_hh" not in GATES[row.cell]:
                parameter.requires_grad_(False)
        modules = torch.nn.ModuleList((self.recurrent, self.readout, self.embedding))
        self.trained = [parameter for parameter in modules.parameters() if parameter.requires_grad]

    def loss(self):
        h, state = self.recurrent(self.embedding(self.x), self.states and self.states[0])
        if self.states:
            self.states = [tuple(s.detach() for s in state) if isinstance(state, tuple) else state.detach()]
        if self.row.counted:
            h = h[-self.row.counted :]
        return torch_eager.loss_of(self.row, self.readout(h[-1] if self.row.at == "last" else h), self.targets)


if __name__ == "__main__":
    torch_eager.serve(Training)
