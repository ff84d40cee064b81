"""The benchmark's own logic: statistics, goals, the table, and who is left out. No time is asserted."""

import contextlib
import csv
import dataclasses
import io
import os
import shutil
import sys
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "lib" / "bench"))

import bench
import contestants
import notebook
import rows
import table
from test_lab import lab, run_lab

ROW = rows.Row("small", "a small work", {"kind": "train"}, (rows.JAX, rows.NUMPY), (rows.Goal(2),), threads=(1,))

# A contestant: its loss, the seconds that it says a call takes, and at which command it goes wrong and how.
FAKE = """
import json, sys
loss, seconds, fault = float(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]
for line in sys.stdin:
    command, _, argument = line.strip().partition(" ")
    if fault and command == fault[0]:
        if fault[1] == "dies":
            sys.exit("out of luck")
        print(json.dumps({"error": fault[1]}), flush=True)
    elif command == "prepare":
        print(json.dumps({"check": {"loss": loss, "gradient": 1.0}, "first": 2.0, "version": "fake 1"}), flush=True)
    elif command == "trace":
        print(json.dumps({"seconds": [4 * seconds, seconds, seconds]}), flush=True)
    elif command == "time":
        print(json.dumps({"seconds": [int(argument) * seconds]}), flush=True)
    else:
        print("{}", flush=True)
"""


class Measuring(unittest.TestCase):
    """Contestants take turns; one that fails or disagrees is left out, with the reason."""

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="unfold-bench-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.pace = bench.Pace(warm=0.01, rounds=3, turn=0.1, all_rounds=60, patience=60, rest=0)
        self.started = []

    def measure(self, row=ROW, by=bench.measure, **arguments):
        """Measures fakes with these arguments; returns the results by name."""

        def start(name):
            log = self.folder / (name + ".log")
            command = [sys.executable, "-c", FAKE, *map(str, arguments.get(name, (0, 0)))]
            self.started.append(contestants.Contestant(name, command, 1, log))
            return self.started[-1]

        bench.write_row(row, self.folder / "row")
        results = by(row, 1, start, self.folder / "row", self.pace)
        for contestant in self.started:
            self.assertIsNotNone(contestant.process.poll(), "%s still runs" % contestant.name)
        return {result.contestant: result for result in results}

    def test_all_well(self):
        results = self.measure(unfold=(1.5, 0.01), JAX=(1.5001, 0.04), NumPy=(1.5, 0.02))
        self.assertEqual([r.reason for r in results.values()], ["", "", ""])
        self.assertEqual(results["NumPy"].calls, 5, "a turn of 0.1 s")
        self.assertEqual(len(results["NumPy"].seconds), 3)
        self.assertAlmostEqual(results["NumPy"].median, 0.02)
        self.assertAlmostEqual(results["JAX"].full_speed, 2 + 5 * 0.04)
        (verdict,) = table.verdicts(ROW, 1, results.values())
        self.assertAlmostEqual(verdict.ratio, 2)
        self.assertEqual(verdict.peer, "NumPy")

    def test_warming_up_ends_after_two_traces_that_are_no_faster(self):
        traces = [[4.0, 4.0], [2.0, 2.0], [3.0, 3.0], [1.5, 1.5], [1.5, 1.6], [1.49, 1.49], [1.0, 1.0]]
        contestant = mock.Mock(**{"ask.side_effect": [{"seconds": trace} for trace in traces]})
        calls = bench.warm_up(contestant, self.pace)
        self.assertEqual(calls, [4.0, 4.0, 2.0, 2.0, 3.0, 3.0, 1.5, 1.5, 1.5, 1.6, 1.49, 1.49])

    def test_threads_of_the_turn_before_come_to_rest(self):
        self.pace = dataclasses.replace(self.pace, rest=0.0123)
        with mock.patch("bench.time.sleep", wraps=time.sleep) as slept:
            self.measure(unfold=(1.5, 0.01), JAX=(1.5, 0.04), NumPy=(1.5, 0.02))
        self.assertEqual(slept.mock_calls.count(mock.call(0.0123)), 9, "three rounds of three contestants")

    def test_peer_that_disagrees(self):
        results = self.measure(unfold=(1.5, 0.01), JAX=(1.5003, 0.001), NumPy=(1.5, 0.02))
        self.assertEqual(results["JAX"].reason, "its loss is 1.5003 where ours is 1.5")
        self.assertEqual(results["JAX"].seconds, ())
        self.assertEqual(table.verdicts(ROW, 1, results.values())[0].peer, "NumPy")

    def test_peer_that_fails_and_peer_that_dies(self):
        results = self.measure(
            unfold=(1.5, 0.01), JAX=(1.5, 0.04, "prepare", "ValueError: no GPU"), NumPy=(1.5, 0.02, "time", "dies")
        )
        self.assertEqual(results["JAX"].reason, "ValueError: no GPU")
        self.assertEqual(results["NumPy"].reason, "it ended: out of luck")
        self.assertTrue(results["unfold"].seconds)
        text = table.markdown("a machine", [(ROW, 1, list(results.values()))])
        self.assertIn("- JAX in `small` on 1 thread: ValueError: no GPU.", text)
        self.assertIn("nothing to compare", text)

    def test_nobody_is_timed_whose_numbers_cannot_be_checked(self):
        results = self.measure(unfold=(1.5, 0.01, "prepare", "no cell"), JAX=(1.5, 0.04), NumPy=(1.5, 0.02))
        self.assertEqual(results["unfold"].reason, "no cell")
        self.assertEqual([r.seconds for r in results.values()], [(), (), ()])

    def test_first_calls_are_each_in_a_process_of_its_own(self):
        row = dataclasses.replace(ROW, first=True, goals=(rows.Within(2.5),))
        results = self.measure(
            row, bench.measure_first, unfold=(1.5, 0.01), JAX=(1.6, 0.01), NumPy=(1.5, 0.02, "trace", "out of memory")
        )
        # One draws; ours is started for each of three calls, a peer that disagrees or fails once.
        names = [contestant.name for contestant in self.started]
        self.assertEqual(names, ["drawing", "unfold", "JAX", "NumPy", "unfold", "unfold"])
        self.assertEqual(results["unfold"].seconds, (2.0, 2.0, 2.0))
        self.assertAlmostEqual(results["unfold"].full_speed, 2 + 5 * 0.01)
        self.assertEqual(results["JAX"].reason, "its loss is 1.6 where ours is 1.5")
        self.assertEqual(results["NumPy"].reason, "out of memory")
        self.assertEqual(results["NumPy"].seconds, ())
        self.assertEqual(table.shown(row, results["unfold"]), "2 s, full speed after 2.05 s")

    def test_first_calls_without_ours_are_compared_with_nothing(self):
        row = dataclasses.replace(ROW, first=True)
        results = self.measure(
            row, bench.measure_first, unfold=(1.5, 0.01, "prepare", "no kernel"), JAX=(1.5, 0.01), NumPy=(1.5, 0.02)
        )
        self.assertEqual(results["unfold"].reason, "no kernel")
        self.assertEqual([r.seconds for r in results.values()], [(), (), ()])

    @unittest.skipUnless(Path("/proc/self/clear_refs").exists(), "the peak of a process is known on Linux only")
    def test_memory_is_what_the_work_takes_beyond_the_idle_process(self):
        taking = FAKE.replace(
            'elif command == "prepare":', 'elif command == "prepare":\n        taken = bytearray(1) * 64_000_000'
        )
        row = dataclasses.replace(ROW, memory=True, peers=(rows.JAX,))

        def start(name):
            program = taking if name == rows.JAX else FAKE
            command = [sys.executable, "-c", program, "1.5", "0.01"]
            return contestants.Contestant(name, command, 1, self.folder / (name + ".log"))

        bench.write_row(row, self.folder / "row")
        ours, jax = bench.measure(row, 1, start, self.folder / "row", self.pace)
        self.assertGreater(jax.memory, 60_000_000)
        self.assertLess(jax.memory, 80_000_000)
        self.assertLess(ours.memory, 10_000_000)
        text = table.markdown("a machine", [(row, 1, [ours, jax])])
        self.assertRegex(text, r"Memory in `small` on 1 thread, .*: unfold \d+ \+ \d, JAX \d+ \+ [67]\d\.")

    def test_process_may_end_by_itself(self):
        left = self.folder / "left"
        program = FAKE + "import pathlib\npathlib.Path(sys.argv[3]).touch()"
        command = [sys.executable, "-c", program, "1.5", "0.01", str(left)]
        polite = contestants.Contestant("polite", command, 1, self.folder / "log")
        polite.ask("ready", self.pace.patience)
        polite.stop()
        self.assertTrue(left.exists())

    def test_patience(self):
        command = [sys.executable, "-c", "import sys; sys.stdin.read()"]
        slow = contestants.Contestant("slow", command, 1, self.folder / "log")
        try:
            with self.assertRaisesRegex(contestants.Failed, "no answer to 'prepare' within 0 s"):
                slow.ask("prepare x", 0.2)
        finally:
            slow.stop()

    def test_table_is_written_after_each_row(self):
        bench.run(
            [ROW],
            lambda row, name, threads: contestants.Contestant(
                name, [sys.executable, "-c", FAKE, "1.5", "0.01"], threads, self.folder / "log"
            ),
            self.folder,
            self.pace,
            "a machine",
            lambda text: None,
        )
        self.assertIn("| small | 1 | 10 (10–10) |", (self.folder / "table.md").read_text("utf-8"))
        lines = list(csv.DictReader(io.StringIO((self.folder / "table.csv").read_text("utf-8"))))
        self.assertEqual([line["contestant"] for line in lines], ["unfold", "JAX", "NumPy"])
        self.assertEqual(float(lines[0]["median_ms"]), 10)
        self.assertEqual((self.folder / "rows" / "small" / "row.txt").read_text("utf-8"), "kind=train\n")


class Judging(unittest.TestCase):
    """Numbers are compared as the protocol says, goals as the rows say."""

    def test_rounds_are_fewer_where_they_take_long(self):
        pace = bench.Pace(warm=1, rounds=11, turn=0.2, all_rounds=40, patience=60)
        self.assertEqual(bench.rounds_of(pace, [0.1, 0.2], [2, 1]), 11)
        self.assertEqual(bench.rounds_of(pace, [4, 4], [1, 1]), 5)
        self.assertEqual(bench.rounds_of(pace, [20, 4], [1, 1]), bench.FEWEST_ROUNDS)
        self.assertEqual(bench.rounds_of(pace, [], []), 0)

    def test_goal_that_is_a_time(self):
        row = rows.Row("r", "w", {}, (), (rows.Within(2),))
        for seconds, expected in (((1.5,), "< 2 s: 1.50 s, met"), ((3.0,), "< 2 s: 3.00 s, missed by 50 %")):
            (verdict,) = table.verdicts(row, 1, [table.Result("r", 1, rows.OURS, seconds=seconds)])
            self.assertEqual(str(verdict), expected)
        self.assertEqual(str(table.verdicts(row, 1, [])[0]), "< 2 s: not measured")

    def test_disagreement(self):
        ours = {"loss": 2.0, "gradient": 1.0, "square, own paths": 1.0}
        self.assertIsNone(
            table.disagreement({"loss": 2.0001, "gradient": 1.0009, "square, own paths": 0.98}, ours)
        )
        for name, value in (("loss", 2.0003), ("gradient", 0.998), ("square, own paths", 1.04), ("loss", float("nan"))):
            self.assertIn("its %s is" % name, table.disagreement({**ours, name: value}, ours))
        self.assertEqual(table.disagreement({"loss": 2.0}, ours), "it gives no gradient")
        self.assertIn("not finite", table.disagreement({"loss": 2.0}, {"loss": None}))

    def test_quartiles(self):
        result = table.Result("r", 1, "JAX", seconds=(5.0, 1.0, 2.0, 4.0, 3.0))
        self.assertEqual((result.median, *result.quartiles), (3.0, 2.0, 4.0))
        self.assertEqual(table.Result("r", 1, "JAX", seconds=(5.0,)).quartiles, (5.0, 5.0))

    def test_goals_by_peer_and_by_threads(self):
        def results(**seconds):
            return [table.Result("r", 1, name, seconds=(value,)) for name, value in seconds.items()]

        goals = (rows.Goal(3, (rows.JAX, rows.NUMPY)), rows.Goal(1.5, (rows.NUMBA,), threads=2))
        row = rows.Row("r", "w", {}, (), goals)
        times = results(unfold=1.0, JAX=2.4, NumPy=9.0, numba=1.6)
        (only,) = table.verdicts(row, 1, times)
        self.assertEqual(str(only), "≥ 3: 2.40, missed by 20 %")
        self.assertEqual([str(v) for v in table.verdicts(row, 2, times)][1], "≥ 1.5: 1.60, met")
        self.assertIsNone(table.verdicts(row, 1, results(JAX=1.0))[0].ratio, "ours is missing")

    def test_full_speed(self):
        self.assertEqual(table.full_speed_after(1, [4, 2, 1.05, 1], 1), 8.05)
        self.assertIsNone(table.full_speed_after(1, [4, 2], 1))

    def test_trials_a_minute(self):
        row = rows.Row("sweep", "w", {}, (), (), trials=32)
        self.assertEqual(table.shown(row, table.Result("sweep", 2, "JAX", seconds=(0.96,))), "2,000")

    def test_seconds_an_epoch(self):
        row = rows.Row("epoch-small-GRU", "w", {}, (rows.MODULES,), (rows.Goal(1.5),), epoch=1000)
        results = [
            table.Result(row.name, 1, name, seconds=seconds, calls=1)
            for name, seconds in ((rows.OURS, (0.02,) * 3), (rows.MODULES, (0.05, 0.04, 0.06)))
        ]
        cells = table.line(row, 1, results)
        self.assertEqual(cells[0], "epoch-small-GRU, s an epoch")
        self.assertEqual(cells[2], "20 (20–20)")
        self.assertIn("50 (45–55)", cells)
        self.assertEqual(cells[-1], "≥ 1.5: 2.50, met (PyTorch modules)")

    def test_threads_are_held_by_every_frameworks_variable(self):
        one = contestants.variables(1)
        self.assertEqual({one["OMP_NUM_THREADS"], one["NUMBA_NUM_THREADS"], one["UNFOLD_THREADS"]}, {"1"})
        self.assertIn("multi_thread_eigen=false", one["XLA_FLAGS"])
        self.assertIn("multi_thread_eigen=true", contestants.variables(2)["XLA_FLAGS"])


class Asking(unittest.TestCase):
    """What is asked for on the command line."""

    def test_rows(self):
        self.assertEqual(rows.select("tiny-24"), ["tiny-24"])
        self.assertEqual(len(rows.select("adding")), 5)
        names = [row.name for row in rows.ROWS]
        self.assertEqual(len(set(names)), len(names))
        for row in rows.ROWS:
            self.assertLessEqual(set(row.peers), set(rows.PEERS))
            for program in row.peers:
                self.assertTrue((ROOT / "lib" / "bench" / "peers" / rows.PEERS[program]).exists())

    def test_what_there_is_besides_the_rows(self):
        self.assertEqual(rows.select("growth"), ["growth"])
        self.assertEqual(rows.select("tuner"), ["tuner"])
        self.assertEqual(rows.select("accuracy"), ["accuracy"])

    def test_threads(self):
        row = dataclasses.replace(ROW, threads=(1, rows.ALL_CORES))
        self.assertEqual(bench.numbers_of_threads(row), [1, os.cpu_count()])
        self.assertEqual(bench.numbers_of_threads(row, 1), [1])
        self.assertEqual(bench.numbers_of_threads(dataclasses.replace(row, threads=(os.cpu_count() + 1,))), [])
        answer = run_lab("bench", "--threads", "0")
        self.assertEqual(answer.returncode, 2)
        self.assertIn("threads must be at least 1, but was 0", answer.stderr)
        answer = run_lab("bench", "growth", "tuner", "--threads", "1")
        self.assertEqual(answer.returncode, 2)
        self.assertEqual(
            answer.stderr,
            "lab: --threads is for the rows of the table, but only growth, tuner is to be measured.\n",
        )

    def test_numbers_that_the_kernel_prints(self):
        self.assertEqual(notebook.numbers_in("[1.5, 2.0E-4, -3.0, 1.25E7]"), [1.5, 2e-4, -3, 1.25e7])

    def test_bad_row(self):
        answer = run_lab("bench", "tiny-25")
        self.assertEqual(answer.returncode, 2)
        self.assertIn("row must be one of tiny-24, tiny-64, ", answer.stderr)
        self.assertIn("but was 'tiny-25'", answer.stderr)
        self.assertEqual(len(answer.stderr.strip().splitlines()), 1)

    def test_help(self):
        answer = run_lab("bench", "--help")
        self.assertEqual(answer.returncode, 0)
        self.assertIn("--quick", answer.stdout)

    def test_versions_are_pinned(self):
        names = [package.split("==")[0] for package in lab.versions("./lab bench")]
        self.assertEqual(names, ["torch", "jax", "numba", "numpy", "optuna", "scipy"])


class Launching(unittest.TestCase):
    """What ./lab bench starts."""

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="unfold-bench-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        (self.folder / "bench").mkdir()
        patched = mock.patch.object(lab, "BUILD", self.folder)
        patched.start()
        self.addCleanup(patched.stop)

    def started(self, *arguments):
        """Returns what is started, in order: the rows that are measured, growth and accuracy."""
        started = []

        def attend(command, env):
            if "--rows" in command:
                started.append(command[command.index("--rows") + 1 :])
            elif "unfold.bench.Tuning" in command:
                started.append("tuner, %s seeds" % command[-1])
            else:
                started.append("growth" if "unfold.bench.Growth" in command else Path(command[1]).name)
            return 0

        environment = mock.Mock(python="python")
        with contextlib.ExitStack() as stack:
            for name, value in {
                "set_up": lambda: (lab.find_jdk(), environment),
                "compile_contestant": lambda jdk: self.folder,
                "make_venv": lambda *arguments: environment,
                "attend": attend,
                "draw_growth": lambda environment: 0,
                "measure_accuracy": lambda java, every, env: started.append("accuracy of every " + every) or 0,
            }.items():
                stack.enter_context(mock.patch.object(lab, name, value))
            self.assertEqual(lab.run_bench(lab.parse_arguments(["bench", *arguments])), 0)
        return [what if isinstance(what, str) else what[: what.index("--")] for what in started]

    def test_parts(self):
        self.assertEqual(self.started(), [[], "growth"])
        self.assertEqual(self.started("growth"), ["growth"])
        self.assertEqual(self.started("tiny-24", "accuracy"), [["tiny-24"], "accuracy of every 1"])
        self.assertEqual(self.started("tuner"), ["tuner, 20 seeds", "tuner.py"])
        self.assertEqual(
            self.started("tiny", "--quick", "--threads", "1"), [["tiny-24", "tiny-64", "--quick", "--threads", "1"]]
        )

    def test_the_tuners_are_compared(self):
        tuner = lab.load("tuner", lab.BENCH)
        point = [0.5] * 6
        regret = tuner.hartmann(point)
        runs = {("Hartmann-6", 1, 1): [(regret, 0.01, point)] * 205, ("Hartmann-6", 2, 1): [(2.0, 0.01, point)] * 100}
        runs["Branin", 1, 1] = [(0.5, 0.01, [0.1, 0.2])] * 100
        theirs = {("Hartmann-6", 1): ([1.0] * 70 + [9.0] * 135, [0.09] * 205), ("Branin", 1): ([1.0] * 100, [0.1] * 100)}
        text = "".join(tuner.lines(runs, theirs))
        self.assertIn("| Hartmann-6 | unfold, batch 1 | %.2e | %.2e | missed |" % (regret, regret), text)
        self.assertIn("| Hartmann-6 | unfold, batch 2 | 2.00e+00 | 2.00e+00 |  |", text)
        self.assertIn("| Branin | unfold, batch 1 | 5.00e-01 | 5.00e-01 | reached |", text)
        self.assertIn("unfold 10.0 ms, Optuna 90 ms, 9.0 times; goal 10: missed.", text)
        with self.assertRaises(ValueError):
            tuner.check(runs)  # Branin's value is another.

    def test_the_logged_sweep_goes_through_its_trials(self):
        file = self.folder / "logged.csv"
        file.write_text("error,point\n3.0,0.25 0.5\n1.0,0.75 0.5\n2.5,0.5 0.9\n", "utf-8")
        regret = lab.load("tuner", lab.BENCH).logged(file)
        self.assertAlmostEqual(regret([0.25, 0.5]), 2, places=5)
        self.assertAlmostEqual(regret([0.75, 0.5]), 0, places=5)
        self.assertTrue(0 < regret([0.5, 0.5]) < 2)

    def test_hartmann_and_branin_are_zero_at_their_minima(self):
        tuner = lab.load("tuner", lab.BENCH)
        at = [0.20169, 0.150011, 0.476874, 0.275332, 0.311652, 0.6573]
        self.assertAlmostEqual(tuner.hartmann(at), 0, places=5)
        self.assertAlmostEqual(tuner.branin([(3.14159265 + 5) / 15, 2.275 / 15]), 0, places=5)

    def test_accuracy_is_kept_only_if_it_was_measured_to_its_end(self):
        written = self.folder / "bench" / "accuracy.md"
        with contextlib.redirect_stdout(io.StringIO()) as shown:
            for program, status in (("print('| exp | 1.0 |')", 0), ("print('| exp |'); raise SystemExit(3)", 3)):
                self.assertEqual(lab.measure_accuracy([sys.executable, "-c", program], "1", dict(os.environ)), status)
                self.assertEqual(written.read_text("utf-8"), "| exp | 1.0 |\n")
        self.assertIn("accuracy.md", shown.getvalue())

    def test_growth_without_a_browser_says_so(self):
        (self.folder / "bench" / "growth.json").write_text('{"data": [], "layout": {}}', "utf-8")
        still = mock.Mock(StillError=RuntimeError, draw=mock.Mock(side_effect=RuntimeError("no browser")))
        with mock.patch.object(lab, "load", lambda *names: still), mock.patch.object(lab, "say") as say:
            self.assertEqual(lab.draw_growth(mock.Mock(share=self.folder)), 0)
        say.assert_called_once_with("No picture of growth: no browser")
        still.draw.side_effect, still.draw.return_value = None, [(b"", "<svg/>")]
        with mock.patch.object(lab, "load", lambda *names: still), contextlib.redirect_stdout(io.StringIO()):
            lab.draw_growth(mock.Mock(share=self.folder))
        self.assertEqual((self.folder / "bench" / "growth.svg").read_text("utf-8"), "<svg/>")


if __name__ == "__main__":
    unittest.main()
