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
from contestants import Contestant, Failed, peer_command
from rows import OURS, PEERS, ROWS


@dataclass(frozen=True)
class Pace:
    """How long is measured: seconds to warm up, rounds, seconds of a contestant's turn, seconds until it is given up."""

    warm: float
    rounds: int
    turn: float
    patience: float


THOROUGH = Pace(warm=5, rounds=15, turn=0.3, patience=300)
QUICK = Pace(warm=1, rounds=5, turn=0.1, patience=120)
START_SECONDS = 120  # A process may take this long to start, or to draw a row's numbers.
MOST_WARMING = 8  # Times the pace's warm-up, for what is not steady before.
STEADY = 0.97


def warm_up(contestant, pace):
    """Works until a trace is no faster than the one before; returns the seconds of all calls."""
    calls = []
    best = float("inf")
    for _ in range(MOST_WARMING):
        trace = contestant.ask("trace %g" % pace.warm, pace.patience + START_SECONDS)["seconds"]
        calls += trace
        middle = statistics.median(trace)
        if middle > STEADY * best or len(trace) == 1 and len(calls) > 1:
            break
        best = middle
    return calls


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
        try:
            contestants[OURS].ask("draw %s" % folder, START_SECONDS)
        except Failed as reason:
            leave_out(OURS, reason)
            return list(results.values())
        traces = {}
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
                result.calls = max(1, round(pace.turn / statistics.median(traces[name][-100:])))
            except Failed as reason:
                leave_out(name, reason)
                if name == OURS and not ours:
                    return list(results.values())  # Nobody's numbers could be checked.
        for turn in range(pace.rounds):
            names = list(contestants)
            for name in names[turn % len(names) :] + names[: turn % len(names)] if names else ():
                try:
                    answer = contestants[name].ask("time %d" % results[name].calls, pace.patience)
                    results[name].seconds += (answer["seconds"][0] / results[name].calls,)
                except Failed as reason:
                    results[name].seconds = ()
                    leave_out(name, reason)
        for name in contestants:
            result = results[name]
            result.full_speed = table.full_speed_after(result.first, traces[name], result.median)
    finally:
        for contestant in contestants.values():
            contestant.stop()
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


def run(rows, start, out, pace, machine, say):
    """Measures rows and writes the table after each; start(name, threads) makes a contestant's process."""
    measured = []
    for row in rows:
        write_row(row, out / "rows" / row.name)
        for wanted in row.threads:
            threads = wanted or os.cpu_count()
            if threads > os.cpu_count():
                continue
            begin = time.monotonic()
            results = measure(row, threads, lambda name: start(name, threads), out / "rows" / row.name, pace)
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
    parser.add_argument("java", nargs="+", help="the command that starts our contestant, after --")
    options = parser.parse_args()
    out = options.out
    (out / "log").mkdir(parents=True, exist_ok=True)

    def start(name, threads):
        command = [*options.java, str(threads)] if name == OURS else peer_command(PEERS[name])
        return Contestant(name, command, threads, out / "log" / (name.replace(" ", "-") + ".log"))

    rows = [row for row in ROWS if not options.rows or row.name in options.rows]
    run(rows, start, out, QUICK if options.quick else THOROUGH, machine(), say)
    say("The table: %s, %s" % (out / "table.md", out / "table.csv"))


if __name__ == "__main__":
    sys.exit(main())
