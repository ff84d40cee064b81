"""The papers' cells as a careful user of PyTorch or JAX writes them: the gates' matrices side by side, so that a
step is one product with the state, and the products with the inputs of all steps are one product before the loop.

`network` makes the arrays from the parameters as they come; `steps` gives one step of each cell, written for the
functions of either framework.
"""

import numpy as np

# The names of each cell's matrices and biases in the order of its gates: x of the input, h of the state. In the
# nested cells n is the inner cell's input, m its state. A list names matrices whose operands stand side by side.
CELLS = {
    "RNN": dict(wx=["W_xh"], wh=["W_hh"], bx=["b_h"]),
    "GRU": dict(
        wx=["W_ir", "W_iz", "W_in"],
        bx=["b_ir", "b_iz", "b_in"],
        wh=["W_hr", "W_hz", "W_hn"],
        bh=["b_hr", "b_hz", "b_hn"],
    ),
    "LSTM": dict(
        wx=["W_xi", "W_xf", "W_xo", "W_xc"],
        wh=["W_hi", "W_hf", "W_ho", "W_hc"],
        bx=["b_i", "b_f", "b_o", "b_c"],
    ),
    "UGRNN": dict(wx=["W_cx", "W_gx"], wh=["W_ch", "W_gh"], bx=["b_c", "b_g"]),
    "+RNN": dict(
        wx=["W_yx", "W_hx", "W_gyx", "W_ghx"],
        wh=["W_yh", "W_hh", "W_gyh", "W_ghh"],
        bx=["b_y", "b_h", "b_gy", "b_gh"],
    ),
    "PRU": dict(wx=["W_z", "W_s~"], wh=["U_z", "U_s~"], bx=["b_z", "b_s~"]),
    "peephole LSTM": dict(
        wx=["W_i", "W_f", "W_o", "W_c~"],
        wh=[["U_i", "V_i"], ["U_f", "V_f"], ["U_o", "V_o"], ["U_c~", "V_c~"]],
        bx=["b_i", "b_f", "b_o", "b_c~"],
    ),
}
CELLS["NLSTM"] = dict(
    CELLS["LSTM"],
    wn=[["W_xI", "W_cI"], ["W_xF", "W_cF"], ["W_xO", "W_cO"], ["W_xC", "W_cC"]],
    bn=["b_I", "b_F", "b_O", "b_C"],
)
CELLS["MCRM"] = dict(
    CELLS["LSTM"],
    wn=["W_ir", "W_iz", "W_in"],
    bn=["b_ir", "b_iz", "b_in"],
    wm=["W_hr", "W_hz", "W_hn"],
    bm=["b_hr", "b_hz", "b_hn"],
)
STATES = {"LSTM": 2, "NLSTM": 3, "MCRM": 2, "peephole LSTM": 2}

# The constant forget bias is added to these once, not at every step.
FORGETTING = ("b_g", "b_gy", "b_gh")


def transposed(matrix):
    return np.ascontiguousarray(np.swapaxes(matrix, -1, -2))


def pack(cell, parameters, layer, forget_bias):
    """Returns the arrays of a layer: matrices with a row for each unit of an operand and a column for each gate's."""

    def block(name):
        if isinstance(name, list):
            return np.concatenate([block(part) for part in name], axis=-1)
        value = parameters["%d.%s" % (layer, name)]
        return value + np.float32(forget_bias) if name in FORGETTING else value

    packed = {}
    for key, names in CELLS[cell].items():
        gates = [block(name) for name in names]
        packed[key] = (
            transposed(np.concatenate(gates, axis=-2)) if key[0] == "w" else np.concatenate(gates, axis=-1)
        )
    return packed


def network(row, theta):
    """Returns all arrays of a row's network, of one theta or of many side by side."""
    given = row.parameters(theta)
    packed = {
        "layers": [pack(row.cell, given, k + 1, row.forgetBias or 0) for k in range(row.depth)],
        "readout": {"b": given["readout.b"]},
    }
    if row.start:
        for k, layer in enumerate(packed["layers"]):
            layer["start"] = given["%d.h_0" % (k + 1)][..., 0]
    if not row.tied:  # Else it is the embedding.
        packed["readout"]["w"] = transposed(given["readout.W"])
    if row.embedding:
        packed["embedding"] = given["embedding.W"]
    elif row.projected:
        packed["projection"] = {"w": transposed(given["projection.W"]), "b": given["projection.b"]}
    return packed


def steps(f):
    """Returns one step of each cell: (layer, a, x, state) -> (output, state), with a the product with the input x.

    f has the functions tanh, sigmoid, relu, affine(a, h, w) = a + h w, split(a, parts) and join(a, b).
    """

    def gru_step(a, b, h):
        """a: what the gates see of the input; b: of the state."""
        ar, az, an = f.split(a, 3)
        br, bz, bn = f.split(b, 3)
        n = f.tanh(an + f.sigmoid(ar + br) * bn)
        return h + f.sigmoid(az + bz) * (n - h)

    def lstm_step(a, c):
        i, forget, o, new = f.split(a, 4)
        c = f.sigmoid(forget) * c + f.sigmoid(i) * f.tanh(new)
        return f.sigmoid(o) * f.tanh(c), c

    def nest(p, a, h, c):
        """Returns what a nested cell sees, kept and taken in side by side, and the outer output gate."""
        i, forget, o, new = f.split(f.affine(a, h, p["wh"]), 4)
        return f.join(f.sigmoid(forget) * c, f.sigmoid(i) * f.tanh(new)), f.sigmoid(o)

    def rnn(p, a, x, state):
        h = f.tanh(f.affine(a, state[0], p["wh"]))
        return h, (h,)

    def gru(p, a, x, state):
        h = gru_step(a, f.affine(p["bh"], state[0], p["wh"]), state[0])
        return h, (h,)

    def lstm(p, a, x, state):
        h, c = lstm_step(f.affine(a, state[0], p["wh"]), state[1])
        return h, (h, c)

    def peephole(p, a, x, state):
        d, c = lstm_step(f.affine(a, f.join(*state), p["wh"]), state[1])
        return d, (d, c)

    def nlstm(p, a, x, state):
        h, c, s = state
        inner, o = nest(p, a, h, c)
        c, s = lstm_step(f.affine(p["bn"], f.join(inner, c), p["wn"]), s)
        h = o * f.tanh(c)
        return h, (h, c, s)

    def mcrm(p, a, x, state):
        h, c = state
        inner, o = nest(p, a, h, c)
        c = gru_step(f.affine(p["bn"], inner, p["wn"]), f.affine(p["bm"], c, p["wm"]), c)
        h = o * f.tanh(c)
        return h, (h, c)

    def ugrnn(p, a, x, state):
        c, g = f.split(f.affine(a, state[0], p["wh"]), 2)
        c = f.tanh(c)
        h = c + f.sigmoid(g) * (state[0] - c)
        return h, (h,)

    def plus_rnn(p, a, x, state):
        y, h, gy, gh = f.split(f.affine(a, state[0], p["wh"]), 4)
        y, h = f.relu(y), f.tanh(h)
        y = y + f.sigmoid(gy) * (x - y)
        h = h + f.sigmoid(gh) * (state[0] - h)
        return y, (h,)

    def pru(p, a, x, state):
        z, s = f.split(f.affine(a, state[0], p["wh"]), 2)
        s = state[0] + f.sigmoid(z) * (f.tanh(s) - state[0])
        return s, (s,)

    return {
        "RNN": rnn,
        "GRU": gru,
        "LSTM": lstm,
        "NLSTM": nlstm,
        "MCRM": mcrm,
        "UGRNN": ugrnn,
        "+RNN": plus_rnn,
        "PRU": pru,
        "peephole LSTM": peephole,
    }
