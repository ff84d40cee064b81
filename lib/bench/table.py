"""What was measured, what it says about the goals, and how it is written down."""

import csv
import io
import statistics
from dataclasses import dataclass

from rows import OURS, PEERS, Within

# How far a peer's numbers may be from ours, relatively. Paths that each draws for itself only agree on average.
# How many distinct points are found is a result.
TOLERANCES = {"points": float("inf"), "loss": 1e-4, "square": 1e-4, "square, own paths": 0.03}
OTHER_TOLERANCE = 1e-3

COLUMNS = (
    "row",
    "threads",
    "contestant",
    "version",
    "median_ms",
    "q1_ms",
    "q3_ms",
    "rounds",
    "calls_a_round",
    "first_call_ms",
    "full_speed_after_ms",
    "idle_memory_mb",
    "peak_memory_beyond_mb",
    "loss",
    "left_out_since",
)


@dataclass
class Result:
    """What one contestant did in one row on some threads; reason says why it was left out."""

    row: str
    threads: int
    contestant: str
    version: str = ""
    numbers: dict = None  # Those that all must agree on.
    seconds: tuple = ()  # A call's, in each round.
    calls: int = 0
    first: float = None
    full_speed: float = None
    idle: int = None  # The bytes of the process before the work.
    memory: int = None  # The most that the work took beyond them.
    reason: str = ""

    @property
    def median(self):
        return statistics.median(self.seconds)

    @property
    def quartiles(self):
        if len(self.seconds) == 1:
            return self.seconds[0], self.seconds[0]
        first, _, third = statistics.quantiles(self.seconds, n=4, method="inclusive")
        return first, third


def disagreement(numbers, ours):
    """Returns in one sentence where a contestant's numbers differ from ours, None if they do not."""
    for name, expected in ours.items():
        found = numbers.get(name)
        if found is None:
            return "it gives no %s" % name
        tolerance = TOLERANCES.get(name, OTHER_TOLERANCE)
        if expected is None or not abs(found - expected) <= tolerance * abs(expected):
            return "its %s is %.8g where ours is %s" % (
                name,
                found,
                "not finite" if expected is None else "%.8g" % expected,
            )
    return None


def full_speed_after(first, trace, steady):
    """Returns the seconds from the beginning, first call included, until a call takes at most 1.1 times the steady time."""
    total = first
    for seconds in trace:
        total += seconds
        if seconds <= 1.1 * steady:
            return total
    return None


@dataclass
class Verdict:
    """Of one goal: the ratio that was reached against the best peer; None where there is nothing to compare."""

    goal: float
    ratio: float
    peer: str

    def __str__(self):
        if self.ratio is None:
            return "≥ %g: nothing to compare" % self.goal
        if self.ratio >= self.goal:
            return "≥ %g: %.2f, met" % (self.goal, self.ratio)
        return "≥ %g: %.2f, missed by %.0f %%" % (self.goal, self.ratio, 100 * (1 - self.ratio / self.goal))


@dataclass
class TimeVerdict:
    """Of a goal that only says how long ours may take; None where ours was not timed."""

    goal: float
    seconds: float
    peer: str = None

    def __str__(self):
        if self.seconds is None:
            return "< %g s: not measured" % self.goal
        if self.seconds < self.goal:
            return "< %g s: %.2f s, met" % (self.goal, self.seconds)
        return "< %g s: %.2f s, missed by %.0f %%" % (self.goal, self.seconds, 100 * (self.seconds / self.goal - 1))


def verdicts(row, threads, results):
    """Returns a verdict for each of the row's goals on so many threads."""
    medians = {r.contestant: r.median for r in results if r.seconds}
    found = []
    for goal in row.goals:
        if goal.threads not in (0, threads):
            continue
        if isinstance(goal, Within):
            found.append(TimeVerdict(goal.seconds, medians.get(OURS)))
            continue
        peers = {
            name: seconds
            for name, seconds in medians.items()
            if name != OURS and (not goal.against or name in goal.against)
        }
        best = min(peers, key=peers.get, default=None)
        compared = best is not None and OURS in medians
        found.append(Verdict(goal.ratio, peers[best] / medians[OURS] if compared else None, best))
    return found


def figures(value):
    """Returns a number with three figures."""
    return "%.3g" % value if value < 100 else "{:,.0f}".format(value)


def threads_text(threads):
    return "1 thread" if threads == 1 else "%d threads" % threads


def shown(row, result):
    """Returns a result's cell of the table."""
    if result is None:
        return ""
    if not result.seconds:
        return "–"
    low, high = result.quartiles
    if row.trials:
        return figures(row.trials * 60 / result.median)
    if row.epoch:
        return "%s (%s–%s)" % tuple(figures(row.epoch * seconds) for seconds in (result.median, low, high))
    if row.first:
        after = "" if result.full_speed is None else ", full speed after %s s" % figures(result.full_speed)
        return "%s s%s" % (figures(result.median), after)
    return "%s (%s–%s)" % tuple(figures(1000 * seconds) for seconds in (result.median, low, high))


def line(row, threads, results):
    """Returns a row's line of the table, without its bars."""
    by_name = {result.contestant: result for result in results}
    judged = verdicts(row, threads, results)
    unit = ", trials a minute" if row.trials else ", s an epoch" if row.epoch else ""
    return [
        row.name + unit,
        str(threads),
        *[shown(row, by_name.get(name)) for name in (OURS, *PEERS)],
        "<br>".join("%s%s" % (v, " (%s)" % v.peer if v.peer else "") for v in judged),
    ]


def markdown(machine, measured):
    """Returns the table; measured: row, threads and results of each line."""
    out = ["Milliseconds a call, the median and its quartiles; the goal is the best peer's time over ours.", ""]
    out += ["Measured on: %s." % machine, ""]
    heads = ["row", "threads", OURS, *PEERS, "goal, reached"]
    out += ["| %s |" % " | ".join(heads), "|%s" % ("---|" * len(heads))]
    out += ["| %s |" % " | ".join(line(*entry)) for entry in measured]
    works = {row.name: row.work for row, _, _ in measured}
    out += ["", *("- `%s`: %s." % item for item in works.items())]
    for row, threads, results in measured:
        taken = [
            "%s %.0f + %.0f" % (r.contestant, r.idle / 1e6, r.memory / 1e6) for r in results if r.memory is not None
        ]
        if taken:
            text = "Memory in `%s` on %s, MB of the idle process + the most that the work took beyond: %s."
            out += ["", text % (row.name, threads_text(threads), ", ".join(taken))]
    for row, threads, results in measured:
        found = ["%s %d" % (r.contestant, r.numbers["points"]) for r in results if r.numbers and "points" in r.numbers]
        if found:
            out += ["", "Distinct points that `%s` found on %s: %s." % (row.name, threads_text(threads), ", ".join(found))]
    left_out = [result for _, _, results in measured for result in results if result.reason]
    if left_out:
        out += ["", "Left out:", ""]
        for r in left_out:
            reason = r.reason.rstrip(".")
            out.append("- %s in `%s` on %s: %s." % (r.contestant, r.row, threads_text(r.threads), reason))
    versions = {r.contestant: r.version for _, _, results in measured for r in results if r.version}
    out += ["", "Versions: %s." % ", ".join("%s (%s)" % item for item in versions.items())]
    return "\n".join(out) + "\n"


def milliseconds(seconds):
    return "" if seconds is None else "%.6g" % (1000 * seconds)


def comma_separated(measured):
    """Returns all results as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for _, _, results in measured:
        for r in results:
            times = (r.median, *r.quartiles) if r.seconds else (None,) * 3
            writer.writerow(
                [r.row, r.threads, r.contestant, r.version]
                + [milliseconds(seconds) for seconds in times]
                + [len(r.seconds), r.calls, milliseconds(r.first), milliseconds(r.full_speed)]
                + ["" if bytes is None else "%.1f" % (bytes / 1e6) for bytes in (r.idle, r.memory)]
                + ["%.9g" % next(iter(r.numbers.values())) if r.numbers else "", r.reason]
            )
    return out.getvalue()
