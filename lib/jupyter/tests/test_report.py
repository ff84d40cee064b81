"""The report's folder and page: complete, self-contained, and never half there."""

import csv
import json
import re
import shutil
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import fixtures
import report


class Report(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="unfold-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.staged, self.out = self.folder / ".report-1" / "new", self.folder / "report"
        plotly = self.folder / "plotly.js"
        plotly.write_text("/* plotly */")
        patch = mock.patch.object(report, "PLOTLY_JS", plotly)
        patch.start()
        self.addCleanup(patch.stop)

    def stage(self, paper="f1b", number=1, **options):
        (self.staged / "notebooks").mkdir(parents=True, exist_ok=True)
        (self.staged / "notebooks" / ("%d-%s.ipynb" % (number, paper))).write_text("{}")
        fixtures.write_paper(self.staged / paper, paper=paper, **options)
        report.write_run(self.staged, paper, "%d-%s.ipynb" % (number, paper), 12.3)

    def finish(self):
        report.assemble(self.staged, self.out)
        report.move_into_place(self.staged, self.out)
        return (self.out / "index.html").read_text("utf-8")

    def results(self):
        with open(self.out / "results.csv", encoding="utf-8", newline="") as file:
            return list(csv.reader(file))

    def test_results_csv(self):
        self.stage()
        self.finish()
        lines = self.results()
        self.assertEqual(
            ",".join(lines[0]), "paper,item,quantity,published,measured,unit,verdict,source,scale,seed,data,seconds"
        )
        self.assertEqual([line[1] for line in lines[1:]], [row["item"] for row in fixtures.ROWS])

    def test_page_shows_all_and_asks_nothing_of_the_network(self):
        self.stage()
        page = self.finish()
        for text in (
            "Distributions of the state for &lt; 5 &amp; more.",
            "The paper says so.",
            "≠ differs",
            "figure-1.svg",
            "Understanding Feature Selection",
            "0.4322",
        ):
            self.assertIn(text, page)
        self.assertEqual(page.count("<figure"), 5)
        self.assertNotRegex(page, r"(?:src|href)=\"(?:https?:)?//")
        links = set(re.findall(r"(?:src|href)=\"([^\"#]+)\"", page))
        drawn = {
            link for link in links if re.search(r"figure-[24](-2)?\.(png|svg)", link)
        }  # Drawn by still.py.
        for link in links - drawn:
            self.assertTrue((self.out / link).exists(), link)

    def test_other_papers_are_kept(self):
        self.stage()
        self.finish()
        self.stage(
            "memory",
            2,
            rows=[fixtures.row("Figure 2", "accuracy", "0.9", "0.91", "reproduced")],
            figures=False,
        )
        page = self.finish()
        self.assertIn("An Investigation of Memory", page)
        self.assertIn("Understanding Feature Selection", page)
        self.assertEqual({line[0] for line in self.results()[1:]}, {"f1b", "memory"})
        self.assertTrue((self.out / "notebooks" / "1-f1b.ipynb").exists())

    def test_a_paper_run_again_is_replaced(self):
        self.stage()
        self.finish()
        self.stage(rows=fixtures.ROWS[:1], figures=False)
        page = self.finish()
        self.assertEqual(len(self.results()), 2)
        self.assertNotIn("figure-2", page)

    def test_wrong_columns_are_an_error(self):
        self.stage()
        (self.staged / "f1b" / "rows.csv").write_text("paper,item\nf1b,x\n")
        with self.assertRaisesRegex(report.ReportError, "must have the columns"):
            report.assemble(self.staged, self.out)

    def test_figure_without_a_file_is_an_error(self):
        self.stage()
        (self.staged / "f1b" / "figure-2.json").unlink()
        with self.assertRaisesRegex(report.ReportError, "'figure-2', but it has no file"):
            report.assemble(self.staged, self.out)

    def test_a_move_that_fails_leaves_the_last_report(self):
        self.stage()
        self.finish()
        before = (self.out / "results.csv").read_bytes()
        with self.assertRaises(OSError):
            report.move_into_place(self.staged.with_name("is not there"), self.out)
        self.assertEqual((self.out / "results.csv").read_bytes(), before)

    def test_a_move_that_was_cut_short_is_undone(self):
        self.stage()
        self.finish()
        self.out.rename(self.staged.with_name("old"))
        report.recover(self.out)
        self.assertTrue((self.out / "index.html").exists())
        self.assertFalse(self.staged.parent.exists())

    def test_what_lies_beside_a_report_stays(self):
        for name in ("report.old", "report.new", "log"):
            (self.folder / name).mkdir()
        for text in ("first", "second"):
            with report.staging(self.out) as staged:
                (staged / "index.html").write_text(text)
                report.move_into_place(staged, self.out)
            self.assertEqual((self.out / "index.html").read_text(), text)
        names = sorted(file.name for file in self.folder.iterdir())
        self.assertEqual(names, ["log", "plotly.js", "report", "report.new", "report.old"])

    def test_groups_follow_the_notebook(self):
        rows = [
            {"item": item} for item in ("Table 1", "Figure 2 top", "Figure 2 bottom", "Theorem 1", "Figure 4")
        ]
        figures = [
            {"item": item} for item in ("Table 1", "Figure 1", "Figure 2", "Figure 4", "Try a variant")
        ]
        self.assertEqual(
            report.groups_of(rows, figures),
            ["Table 1", "Figure 1", "Figure 2", "Theorem 1", "Figure 4", "Try a variant"],
        )

    def test_numbers(self):
        for text, shown in (
            ("0.43215678", "0.4322"),
            ("100000", "100000"),
            ("1.5e-7", "1.5e-7"),
            ("at most 3", "at most 3"),
            ("", ""),
            ("NaN", "nan"),
            ("-0.5", "-0.5"),
        ):
            self.assertEqual(report.number(text), shown)

    def test_run_json(self):
        self.stage()
        run = json.loads((self.staged / "f1b" / "run.json").read_text())
        self.assertEqual(run["seconds"], 12.3)
        self.assertIn("JJava", run["versions"])


if __name__ == "__main__":
    unittest.main()
