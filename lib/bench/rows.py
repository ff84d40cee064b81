"""The rows of the table: what each one does, who takes part, and what is to be reached."""

from dataclasses import dataclass

OURS = "unfold"
ALL_CORES = 0
EAGER, MODULES, COMPILED = "PyTorch eager", "PyTorch modules", "torch.compile"
JAX, NUMPY, NUMBA = "JAX", "NumPy", "numba"
JOINT_ADAM = "fixed-point-finder's method, PyTorch"

# The program of each peer, in the order of the table's columns.
PEERS = {
    EAGER: "torch_eager.py",
    MODULES: "torch_modules.py",
    COMPILED: "torch_compile.py",
    JAX: "jax_scan.py",
    NUMPY: "numpy_by_hand.py",
    NUMBA: "numba_loops.py",
    JOINT_ADAM: "joint_adam.py",
}


@dataclass(frozen=True)
class Goal:
    """The time of the best of some peers, of all if none is named, over ours must be at least the ratio."""

    ratio: float
    against: tuple = ()
    threads: int = 0  # 0: whatever their number.


@dataclass(frozen=True)
class Within:
    """Our time must be below so many seconds, whatever the peers need."""

    seconds: float
    threads: int = 0


@dataclass(frozen=True)
class Row:
    name: str
    work: str
    properties: dict
    peers: tuple
    goals: tuple
    threads: tuple = (1, 2)
    trials: int = 0  # How many trials the work trains; the table then shows trials a minute.
    first: bool = False  # Whether what is timed is the first call, each time in a new process; ours is in a notebook.
    epoch: int = 0  # How many calls make an epoch; the table then shows the seconds of one.
    memory: bool = False  # Whether the table says how much memory the work takes at most.


def training(cell, units, steps, size, inputs, outputs, depth=1, loss="squared", at="last", **others):
    """The properties of a row that trains one network on one batch."""
    properties = dict(
        kind="train", cell=cell, units=units, depth=depth, inputs=inputs, outputs=outputs, steps=steps, size=size
    )
    return {**properties, "loss": loss, "at": at, "update": "none", **others}


def adding(cell, units, peers, goal, **others):
    return Row(
        "adding-" + cell,
        "%s, n=%d, B=32, T=200, forward and backward" % (cell, units),
        training(cell, units, steps=200, size=32, inputs=2, outputs=1),
        peers,
        (goal,),
        **others,
    )


def stack(name, cell, **others):
    return Row(
        name,
        "%s, n=128, depth 2, B=32, T=100, forward and backward" % cell,
        training(cell, 128, steps=100, size=32, inputs=32, outputs=1, depth=2, **others),
        (EAGER, COMPILED, JAX),
        (Goal(3),),
    )


def epoch(task, name, cell, units, updates, update, rate, clip, **properties):
    """A row of one update of a task of "MCRM" as its notebook trains, and so of an epoch, which is so many.

    The rates are lower than the notebook's, with which rounding errors grow in a few updates to more than contestants
    may differ by; the time does not depend on them.
    """
    modules = cell in ("RNN", "GRU", "LSTM")
    text = "an epoch of %s: %s, n=%d, B=%d, T=%d, {:,} times an update by clipped %s"
    return Row(
        "epoch-%s-%s" % (name, cell),
        (text % (task, cell, units, properties["size"], properties["steps"], update)).format(updates),
        training(cell, units, update=update.lower(), rate=rate, clip=clip, **properties),
        (MODULES if modules else EAGER,),
        (Goal(1.5 if modules else 3),),
        epoch=updates,
    )


def epoch_of_adding(cell, units):
    shape = dict(steps=200, size=32, inputs=2, outputs=1)
    return epoch("adding", "adding", cell, units, 1563, "Adam", 1e-3, 0.5, **shape)


def epoch_of_mnist(cell, units):
    shape = dict(steps=784, size=32, inputs=1, outputs=10, loss="softmax")
    return epoch("sequential MNIST", "mnist", cell, units, 1875, "RMSprop", 1e-5, 1, **shape)


def epoch_of_words(cell, units):
    shape = dict(steps=80, size=16, counted=40, inputs=10_000, outputs=10_000, embedding=units, tied="yes")
    more = dict(loss="softmax", at="every", carried="yes")
    return epoch("Penn Treebank by words", "words", cell, units, 1452, "SGD", 1, 0.35, **shape, **more)


TANH = (EAGER, MODULES, COMPILED, JAX, NUMPY)
FUSED = (EAGER, MODULES, COMPILED, JAX)
CUSTOM = (EAGER, COMPILED, JAX)
TINY = training("RNN", 24, steps=5, size=64, inputs=8, outputs=1, update="sgd", rate=0.01)

ROWS = (
    Row("tiny-24", "tanh RNN, n=24, B=64, T=5, forward, backward and SGD", TINY, TANH, (Goal(2),)),
    Row(
        "tiny-64",
        "tanh RNN, n=64, B=512, T=5, forward, backward and SGD",
        {**TINY, "units": 64, "size": 512},
        TANH,
        (Goal(2),),
    ),
    Row(
        "flipflop",
        "tanh RNN, n=100, B=64, T=10, 3 inputs, 3 outputs at every step, forward, backward and Adam",
        training("RNN", 100, steps=10, size=64, inputs=3, outputs=3, at="every", update="adam", rate=0.001),
        TANH,
        (Goal(2, threads=1), Goal(3, threads=2)),
    ),
    adding("RNN", 308, TANH, Goal(1.5, (MODULES,))),
    adding("GRU", 177, FUSED, Goal(1.5, (MODULES,))),
    adding("LSTM", 153, FUSED, Goal(1.5, (MODULES,)), memory=True),
    adding("NLSTM", 77, CUSTOM, Goal(3)),
    adding("MCRM", 85, CUSTOM, Goal(3)),
    stack("UGRNN", "UGRNN", forgetBias=1),
    stack("+RNN", "+RNN", forgetBias=1, projected="yes"),
    stack("PRU", "PRU"),
    stack("peephole-LSTM", "peephole LSTM"),
    Row(
        "mnist-GRU",
        "GRU, n=222, B=32, T=784, 1 input, 10 classes at the last step, forward and backward",
        training("GRU", 222, steps=784, size=32, inputs=1, outputs=10, loss="softmax"),
        FUSED,
        (Goal(1.5),),
    ),
    Row(
        "charptb-LSTM",
        "LSTM, n=1050, B=32, T=100, 50 characters embedded, softmax at every step, forward and backward",
        training(
            "LSTM", 1050, steps=100, size=32, inputs=50, outputs=50, loss="softmax", at="every", embedding=1050
        ),
        FUSED,
        (Goal(1),),
    ),
    epoch_of_adding("RNN", 308),
    epoch_of_adding("GRU", 177),
    epoch_of_adding("LSTM", 153),
    epoch_of_adding("NLSTM", 77),
    epoch_of_adding("MCRM", 85),
    epoch_of_mnist("RNN", 384),
    epoch_of_mnist("GRU", 222),
    epoch_of_mnist("LSTM", 192),
    epoch_of_mnist("NLSTM", 97),
    epoch_of_mnist("MCRM", 108),
    epoch_of_words("RNN", 125),
    epoch_of_words("GRU", 119),
    epoch_of_words("LSTM", 117),
    epoch_of_words("NLSTM", 100),
    epoch_of_words("MCRM", 109),
    Row(
        "f1b-K2",
        "tanh RNN, K=2, 200,000 random paths of length 100, drawn and simulated",
        dict(kind="simulate", cell="F1B tanh", units=2, depth=1, inputs=2, steps=100, size=200_000, settings=1),
        (JAX, NUMPY, NUMBA),
        (Goal(3, (JAX, NUMPY)), Goal(1.5, (NUMBA,))),
    ),
    Row(
        "f1b-K1-search",
        "clamp RNN, K=1, 64 settings on the same 10,000 random paths of length 1000, drawn and simulated",
        dict(kind="simulate", cell="F1B clamp", units=1, depth=1, inputs=2, steps=1000, size=10_000, settings=64),
        (JAX, NUMPY, NUMBA),
        (Goal(3),),
    ),
    Row(
        "sweep-32",
        "32 independent trials of tiny-24 with their own rate, scale and seed, 2,000 updates each",
        {**TINY, "kind": "sweep", "trials": 32, "batches": 16, "updates": 2000},
        (EAGER, JAX),
        (Goal(3),),
        threads=(ALL_CORES,),
        trials=32,
    ),
    Row(
        "capacity-sweep",
        "the perceptron capacity task: 32 independent trials of a tanh RNN, n=24 with a learned start, 2,600 "
        "patterns of 14 bits, T=5, B=128, RMSprop with clipping and a decaying rate, 2,000 updates each; rate, scale "
        "and seed vary",
        training(
            "RNN",
            24,
            steps=5,
            size=128,
            inputs=14,
            outputs=1,
            loss="logistic",
            update="rmsprop",
            rate=0.001,
            **dict(kind="sweep", trials=32, batches=160, updates=2000, patterns=2600),
            **dict(start="yes", decay=0.005, clip=10),
        ),
        (EAGER, JAX),
        (Goal(3),),
        threads=(ALL_CORES,),
        trials=32,
    ),
    Row(
        "slow-points",
        "the fixed points of a tanh RNN, n=100, trained to hold three bits: 1,000 starts to q < 1e-12 in double "
        "precision, the distinct ones with their Jacobians and eigenvalues",
        dict(
            kind="slow-points",
            cell="memory RNN",
            units=100,
            depth=1,
            inputs=3,
            outputs=3,
            loss="squared",
            size=64,
            window=10,
            updates=6_000,
            rate=0.001,
            starts=1000,
        ),
        (JOINT_ADAM,),
        (Goal(20),),
    ),
    Row(
        "first-call",
        "a UGRNN that a reader writes in a notebook, n=128, B=32, T=100: from Enter to the result of its first "
        "update, in a kernel that has been up for 5 s; the peers, imported, compile the same network",
        training("UGRNN", 128, steps=100, size=32, inputs=32, outputs=1, forgetBias=1),
        CUSTOM,
        (Within(2),),
        threads=(ALL_CORES,),
        first=True,
    ),
)


GROWTH, ACCURACY, TUNER = "growth", "accuracy", "tuner"  # What there is besides the rows.


def select(name):
    """Returns the names of the rows of a name, or of all whose name begins with it and a dash, as `adding`.

    What there is besides the rows is its own name. Raises ValueError if there is nothing of the name.
    """
    if name in (GROWTH, ACCURACY, TUNER):
        return [name]
    found = [row.name for row in ROWS if row.name == name or row.name.startswith(name + "-")]
    if not found:
        names = [row.name for row in ROWS] + [GROWTH, ACCURACY, TUNER]
        raise ValueError("row must be one of %s, but was '%s'" % (", ".join(names), name))
    return found
