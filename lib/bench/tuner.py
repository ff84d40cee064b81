"""Compares our tuner with Optuna's GPSampler: regret after 60 and 100 trials, and the time of a suggestion.

`./lab bench tuner` lets our side write tuner.csv and logged.csv and calls this, which lets Optuna start from the same ten points,
sequentially, and writes tuner.md. A goal is missed where our median over the seeds is above Optuna's.
"""

import argparse
import csv
import math
import statistics
import sys
import time
import warnings
from collections import defaultdict
from pathlib import Path

STARTS = 10
COUNTED = (60, 100)  # Trials after which regret is compared.
TIMED = range(190, 205)  # Suggestions that are timed, near 200 trials.
TIME_RATIO = 10

HARTMANN_A = (
    (10, 3, 17, 3.5, 1.7, 8),
    (0.05, 10, 17, 0.1, 8, 14),
    (3, 3.5, 1.7, 10, 17, 8),
    (17, 8, 0.05, 10, 0.1, 14),
)
HARTMANN_P = (
    (1312, 1696, 5569, 124, 8283, 5886),
    (2329, 4135, 8307, 3736, 1004, 9991),
    (2348, 1451, 3522, 2883, 3047, 6650),
    (4047, 8828, 8732, 5743, 1091, 381),
)
HARTMANN_C = (1, 1.2, 3, 3.2)


def branin(u):
    x, y = -5 + 15 * u[0], 15 * u[1]
    a = y - 5.1 / (4 * math.pi**2) * x * x + 5 / math.pi * x - 6
    return a * a + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10 - 0.39788735772973816


def hartmann(x):
    rows = zip(HARTMANN_A, HARTMANN_P)
    exponents = (sum(a * (v - 1e-4 * p) ** 2 for a, v, p in zip(row, x, at)) for row, at in rows)
    return 3.32236801141551 - sum(c * math.exp(-e) for c, e in zip(HARTMANN_C, exponents))


def logged(file):
    """Returns the function through a sweep's trials, as LoggedSweep defines it, above its minimum."""
    with open(file, encoding="utf-8", newline="") as lines:
        trials = [([float(x) for x in row["point"].split()], float(row["error"])) for row in csv.DictReader(lines)]
    lowest = min(error for _, error in trials)

    def regret(u):
        weights = [(1e-4 + sum((x - at) ** 2 for x, at in zip(u, point))) ** -3 for point, _ in trials]
        return sum(w * error for w, (_, error) in zip(weights, trials)) / sum(weights) - lowest

    return regret


FUNCTIONS = {"Branin": branin, "Hartmann-6": hartmann}


def read(file):
    """Returns our trials, (regret, seconds, point) each, by function, batch and seed."""
    runs = defaultdict(list)
    with open(file, encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            point = [float(x) for x in row["point"].split()]
            run = runs[row["function"], int(row["batch"]), int(row["seed"])]
            run.append((float(row["regret"]), float(row["seconds"]), point))
    return runs


def check(runs, functions=FUNCTIONS):
    """Raises ValueError if a function is not the same on both sides."""
    for (function, _, _), run in runs.items():
        regret, _, point = run[-1]
        if abs(functions[function](point) - regret) > 1e-9:
            raise ValueError("%s differs at %s" % (function, point))


def optuna_run(value, seed, starts, trials):
    """Returns Optuna's regrets and seconds of suggestions."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    sampler = optuna.samplers.GPSampler(seed=seed, n_startup_trials=STARTS)
    study = optuna.create_study(sampler=sampler)
    for point in starts:
        study.enqueue_trial({"x%d" % d: x for d, x in enumerate(point)})
    regrets, seconds = [], []
    for _ in range(trials):
        begin = time.perf_counter()
        trial = study.ask()
        point = [trial.suggest_float("x%d" % d, 0, 1) for d in range(len(starts[0]))]
        seconds.append(time.perf_counter() - begin)
        regrets.append(value(point))
        study.tell(trial, regrets[-1])
    return regrets, seconds


def medians(regrets):
    """Returns the median of the lowest regret after each counted number of trials."""
    return [statistics.median(min(run[:count]) for run in regrets) for count in COUNTED]


def lines(runs, theirs):
    """Returns the table; theirs: Optuna's (regrets, seconds) by function and seed."""
    yield "| function | tuner | median regret after %d trials | after %d | goal |\n" % COUNTED
    yield "|---|---|---:|---:|---|\n"
    for function in dict.fromkeys(name for name, _, _ in runs):
        reference = medians([regrets for (name, _), (regrets, _) in theirs.items() if name == function])
        for batch in sorted({batch for name, batch, _ in runs if name == function}):
            ours = medians(
                [[trial[0] for trial in run] for (name, q, _), run in runs.items() if (name, q) == (function, batch)]
            )
            reached = all(mine <= other for mine, other in zip(ours, reference))
            goal = "" if batch > 1 else "reached" if reached else "missed"
            yield "| %s | unfold, batch %d | %.2e | %.2e | %s |\n" % (function, batch, *ours, goal)
        yield "| %s | Optuna | %.2e | %.2e | |\n" % (function, *reference)
    longest = max(runs.values(), key=len)
    mine = statistics.mean(longest[k][1] for k in TIMED)
    other = statistics.mean(max((seconds for _, seconds in theirs.values()), key=len)[k] for k in TIMED)
    reached = "reached" if other / mine >= TIME_RATIO else "missed"
    yield "\nA suggestion after 200 trials in 6 dimensions, mean of %d: " % len(TIMED)
    yield "unfold %.1f ms, Optuna %.0f ms, %.1f times; " % (1e3 * mine, 1e3 * other, other / mine)
    yield "goal %d: %s. The medians are over %d seeds.\n" % (TIME_RATIO, reached, len({key[1] for key in theirs}))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where tuner.csv is")
    folder = parser.parse_args().folder
    warnings.simplefilter("ignore")  # GPSampler is experimental, and says so.
    runs = read(folder / "tuner.csv")
    functions = dict(FUNCTIONS, **{"logged sweep": logged(folder / "logged.csv")})
    check(runs, functions)
    theirs = {}
    for (function, batch, seed), run in runs.items():
        if batch == 1:
            starts = [trial[2] for trial in run[:STARTS]]
            theirs[function, seed] = optuna_run(functions[function], seed, starts, len(run))
            print("Optuna, %s, seed %d" % (function, seed), flush=True)
    text = "".join(lines(runs, theirs))
    (folder / "tuner.md").write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    sys.exit(main())
