"""All notebooks, run headless at smoke scale, with their numbers asserted.

expected.csv has a line for each number: paper, item, quantity, low, high, verdict. The measured value must
lie between low and high, both included, and an expected verdict must be the row's.
"""

import csv
import os
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

import nbformat

import run
import still

ROOT = Path(__file__).resolve().parents[3]
REPORT = ROOT / "build" / "test" / "report"
RESULTS = ROOT / "build" / "test" / "results"
EXPECTED = Path(__file__).with_name("expected.csv")


def read(file):
    with open(file, encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def papers():
    """Returns the names of all notebooks that there are."""
    return [run.report.paper_of(file) for file in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))]


def faults(expected, results):
    """Returns a sentence for each expected number that is missing or out of its range."""
    measured = {(row["paper"], row["item"], row["quantity"]): row for row in results}
    found = []
    for line in expected:
        key = (line["paper"], line["item"], line["quantity"])
        name = "%s, %s, %s" % key
        row = measured.get(key)
        if row is None:
            found.append(name + " is missing")
            continue
        value, low, high = float(row["measured"]), float(line["low"]), float(line["high"])
        if not low <= value <= high:  # NaN is in no range.
            found.append("%s is %s, not in %s to %s" % (name, row["measured"], line["low"], line["high"]))
        if line["verdict"] and row["verdict"] != line["verdict"]:
            found.append("%s: the verdict is '%s', not '%s'" % (name, row["verdict"], line["verdict"]))
    return found


class Notebooks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        for folder in (REPORT, RESULTS):  # What an earlier run left would hide that this one failed.
            shutil.rmtree(folder, ignore_errors=True)
        env = {
            name: value
            for name, value in os.environ.items()
            if name not in ("UNFOLD_THREADS", "UNFOLD_FRESH")
        }
        env["UNFOLD_RESULTS"] = str(RESULTS)  # Nothing is stored there: everything is made.
        cls.status = subprocess.run(
            [
                sys.executable,
                str(ROOT / "lab"),
                "run",
                *papers(),
                "--scale",
                "smoke",
                "--seed",
                "1",
                "--out",
                str(REPORT),
            ],
            env=env,
        ).returncode

    def setUp(self):
        self.assertEqual(self.status, 0, "./lab run --scale smoke failed")

    def test_numbers(self):
        found = faults(read(EXPECTED), read(REPORT / "results.csv"))
        self.assertFalse(found, "\n" + "\n".join(found))

    def test_each_notebook_is_expected_to_give_numbers(self):
        self.assertEqual(set(papers()), {line["paper"] for line in read(EXPECTED)})

    def test_every_figure_has_a_still_picture(self):
        if not still.find_chromium():
            self.skipTest("no Chromium here")
        for file in sorted((REPORT / "notebooks").glob("*.ipynb")):
            figures = list(run.figure_outputs(nbformat.read(file, 4)))
            self.assertTrue(figures, file.name + " has no figure")
            for output in figures:
                self.assertIn("image/png", output.data)

    def test_committed_outputs_have_their_pictures(self):
        for file in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")):
            notebook = nbformat.read(file, 4)
            nbformat.validate(notebook)
            for number, cell in enumerate(notebook.cells):
                if cell.cell_type == "code":
                    self.assertIsNotNone(
                        cell.execution_count, "%s, cell %d was not run" % (file.name, number)
                    )
            for output in run.figure_outputs(notebook):
                self.assertIn("image/png", output.data, file.name)


class Comparison(unittest.TestCase):
    """A comparison that cannot fail proves nothing."""

    LINE = {
        "paper": "f1b",
        "item": "Table 1",
        "quantity": "flags",
        "low": "1",
        "high": "1",
        "verdict": "reproduced",
    }
    ROW = {"paper": "f1b", "item": "Table 1", "quantity": "flags", "measured": "1", "verdict": "reproduced"}

    def test_agreement(self):
        self.assertEqual(faults([self.LINE], [self.ROW]), [])

    def test_missing_row(self):
        self.assertEqual(faults([self.LINE], []), ["f1b, Table 1, flags is missing"])

    def test_number_out_of_range(self):
        for value in ("0.999", "1.001", "NaN", "Infinity"):
            self.assertEqual(len(faults([self.LINE], [{**self.ROW, "measured": value}])), 1, value)

    def test_other_verdict(self):
        self.assertIn(
            "'differs', not 'reproduced'", faults([self.LINE], [{**self.ROW, "verdict": "differs"}])[0]
        )


if __name__ == "__main__":
    unittest.main()
