"""Measures the rows: ours against the peers, in turns, and writes the table.

`./lab bench` sets up what this needs and calls it.
"""

import argparse
import os
import platform
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import table
from contestants import DRAWING, Contestant, Failed, peer_command, variables
from rows import OURS, PEERS, ROWS


@dataclass(frozen=True)
class Pace:
    """How long is measured, in seconds but for the number of rounds.

    warm: of a trace, of which there are several; turn: of a contestant's turn in a round; all_rounds: about how
    long all of them together may take, else there are fewer; patience: until a contestant is given up; speeding:
    after a first call, until full speed must be reached; first_calls: how many of them; rest: before each turn, since
    the threads of the turn before may spin on: OpenBLAS's do for a tenth of a second.
    """

    warm: float
    rounds: int
    turn: float
    all_rounds: float
    patience: float
    speeding: float = 10
    first_calls: int = 3
    rest: float = 0.25


THOROUGH = Pace(warm=1.5, rounds=11, turn=0.2, all_rounds=40, patience=300)
QUICK = Pace(warm=0.5, rounds=3, turn=0.1, all_rounds=10, patience=120, first_calls=1)
START_SECONDS = 120  # A process may take this long to start, or to draw a row's numbers.
FEWEST_ROUNDS = 3
MOST_WARMING = 12  # Traces, for what is not steady before.
STEADY = 0.97
LONG_CALL = 5  # Seconds: in so long a call the same is done so often that it needs no other to warm up.


def warm_up(contestant, pace):
    """Works until two traces in a row are no faster than one before; returns the seconds of all calls."""
    calls = []
    best = float("inf")
    no_faster = 0
    for _ in range(MOST_WARMING):
        trace = contestant.ask("trace %g" % pace.warm, pace.patience + START_SECONDS)["seconds"]
        calls += trace
        middle = statistics.median(trace)
        if len(trace) == 1 and (len(calls) > 1 or middle > LONG_CALL):
            break
        no_faster = no_faster + 1 if middle > STEADY * best else 0
        if no_faster == 2:
            break
        best = min(best, middle)
    return calls


def rounds_of(pace, usual, calls):
    """Returns how many rounds fit; usual: the seconds of each contestant's call, calls: how many it has in a turn."""
    together = sum(seconds * count for seconds, count in zip(usual, calls))
    return max(FEWEST_ROUNDS, min(pace.rounds, int(pace.all_rounds / together))) if together else 0


def measure(row, threads, start, folder, pace):
    """Returns the results of all contestants in a row on so many threads. start(name) makes the process of one."""
    contestants, results = {}, {}

    def leave_out(name, reason):
        results[name].reason = str(reason)
        contestants.pop(name).stop()

    try:
        for name in (OURS, *row.peers):
            results[name] = table.Result(row.name, threads, name)
            contestants[name] = start(name)
        idle = {}
        for name, contestant in contestants.items() if row.memory else ():
            try:
                contestant.ask("ready", START_SECONDS)
            except Failed:
                continue  # It will fail again.
            contestant.peak_memory()
            idle[name] = contestant.peak_memory()
        try:
            contestants[OURS].ask("draw %s" % folder, START_SECONDS)
        except Failed as reason:
            leave_out(OURS, reason)
            return list(results.values())
        traces, usual = {}, {}
        ours = None
        for name, contestant in list(contestants.items()):
            result = results[name]
            try:
                answer = contestant.ask("prepare %s" % folder, pace.patience)
                result.numbers, result.first = answer["check"], answer["first"]
                result.version = answer["version"]
                ours = ours or result.numbers  # Ours is the first.
                differs = table.disagreement(result.numbers, ours)
                if differs:
                    raise Failed(differs)
                traces[name] = warm_up(contestant, pace)
                usual[name] = statistics.median(traces[name][-100:])
                result.calls = max(1, round(pace.turn / usual[name]))
            except Failed as reason:
                leave_out(name, reason)
                if name == OURS and not ours:
                    return list(results.values())  # Nobody's numbers could be checked.
        calls = [results[name].calls for name in usual]
        for turn in range(rounds_of(pace, usual.values(), calls)):
            names = list(contestants)
            for name in names[turn % len(names) :] + names[: turn % len(names)] if names else ():
                time.sleep(pace.rest)
                try:
                    answer = contestants[name].ask("time %d" % results[name].calls, pace.patience)
                    results[name].seconds += (answer["seconds"][0] / results[name].calls,)
                except Failed as reason:
                    results[name].seconds = ()
                    leave_out(name, reason)
        for name in contestants:
            result = results[name]
            result.full_speed = table.full_speed_after(result.first, traces[name], result.median)
            if idle.get(name):
                result.idle, result.memory = idle[name], contestants[name].peak_memory() - idle[name]
    finally:
        for contestant in contestants.values():
            contestant.stop()
    return list(results.values())


def first_call(contestant, result, ours, folder, pace):
    """Adds one first call to a result; ours: the numbers that must come out, None if they are these."""
    answer = contestant.ask("prepare %s" % folder, pace.patience + START_SECONDS)
    result.numbers, result.version = answer["check"], answer["version"]
    differs = table.disagreement(result.numbers, ours or result.numbers)
    if differs:
        raise Failed(differs)
    trace = contestant.ask("trace %g" % pace.speeding, pace.patience + START_SECONDS)["seconds"]
    steady = statistics.median(trace[len(trace) // 2 :])
    result.seconds += (answer["first"],)
    return table.full_speed_after(answer["first"], trace, steady)


def measure_first(row, threads, start, folder, pace):
    """Returns the results of a row of first calls, each in a new process. start(name) makes the process of one."""
    results = {name: table.Result(row.name, threads, name, calls=1) for name in (OURS, *row.peers)}
    drawing = start(DRAWING)
    try:
        drawing.ask("draw %s" % folder, START_SECONDS)
    except Failed as reason:
        results[OURS].reason = str(reason)
        return list(results.values())
    finally:
        drawing.stop()
    speeds = {name: [] for name in results}
    for _ in range(pace.first_calls):
        for name, result in results.items():
            if result.reason or not (name == OURS or results[OURS].numbers):
                continue
            contestant = start(name)
            try:
                speeds[name].append(first_call(contestant, result, results[OURS].numbers, folder, pace))
            except Failed as reason:
                result.seconds, result.reason = (), str(reason)
            finally:
                contestant.stop()
    for name, result in results.items():
        if result.seconds:
            result.first, result.full_speed = result.median, statistics.median(speeds[name])
    return list(results.values())


def write_row(row, folder):
    """Writes what the contestants must know of a row."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["%s=%s\n" % item for item in row.properties.items()]
    (folder / "row.txt").write_text("".join(lines), "utf-8")


def write(file, text):
    part = file.with_name(file.name + ".part")
    part.write_text(text, "utf-8")
    os.replace(part, file)


def machine():
    """Returns the machine in words."""
    name = platform.processor() or platform.machine()
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                name = line.split(":", 1)[1].strip()
                break
    except OSError:
        pass
    return "%s, %d cores, %s" % (name, os.cpu_count(), platform.system())


def say(text):
    print(text, flush=True)


def numbers_of_threads(row, only=None):
    """Returns on how many threads a row is measured, one number after the other; only: on no other number."""
    if only:
        return [only]
    return [wanted or os.cpu_count() for wanted in row.threads if wanted <= os.cpu_count()]


def run(rows, start, out, pace, machine, say, only=None):
    """Measures rows and writes the table after each; start(row, name, threads) makes a contestant's process."""
    measured = []
    for row in rows:
        write_row(row, out / "rows" / row.name)
        for threads in numbers_of_threads(row, only):
            begin = time.monotonic()
            by = measure_first if row.first else measure
            results = by(row, threads, lambda name: start(row, name, threads), out / "rows" / row.name, pace)
            measured.append((row, threads, results))
            cells = table.line(row, threads, results)
            say("%s, %s  [%.0f s]" % (row.name, table.threads_text(threads), time.monotonic() - begin))
            for result in results:
                reason = "left out: " + result.reason if result.reason else table.shown(row, result)
                say("  %-16s %s" % (result.contestant, reason))
            say("  goal             %s" % cells[-1].replace("<br>", "; "))
            write(out / "table.csv", table.comma_separated(measured))
            write(out / "table.md", table.markdown(machine, measured))
    return measured


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", nargs="*", default=[], help="the rows to measure (all of them if none is named)")
    parser.add_argument("--out", type=Path, required=True, help="the folder for the table")
    parser.add_argument("--quick", action="store_true", help="measure only as long as to see that all works")
    parser.add_argument("--threads", type=int, help="measure on so many threads only")
    parser.add_argument("--notebook", required=True, help="the Python that starts notebooks' kernels")
    parser.add_argument("java", nargs="+", help="the command that starts our contestant, after --")
    options = parser.parse_args()
    out = options.out
    (out / "log").mkdir(parents=True, exist_ok=True)

    def start(row, name, threads):
        if name in PEERS:
            command = peer_command(PEERS[name])
        elif name == OURS and row.first:
            command = [options.notebook, str(Path(__file__).resolve().parent / "notebook.py")]
        else:
            command = [*options.java, str(threads)]
        environment = variables(threads)
        if row.first:
            environment["TORCHINDUCTOR_FORCE_DISABLE_CACHES"] = "1"  # Else it would know the network already.
        if row.trials:
            environment["UNFOLD_THREADS"] = "1"  # Of each trial, of which as many run at once as there are threads.
        return Contestant(name, command, threads, out / "log" / (name.replace(" ", "-") + ".log"), environment)

    rows = [row for row in ROWS if not options.rows or row.name in options.rows]
    run(rows, start, out, QUICK if options.quick else THOROUGH, machine(), say, options.threads)
    say("The table: %s, %s" % (out / "table.md", out / "table.csv"))


if __name__ == "__main__":
    sys.exit(main())
