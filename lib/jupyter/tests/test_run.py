"""Headless runs with the real kernel: progress, errors, still pictures, and the last good report."""

import base64
import contextlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

import fixtures
import run
import still
import report
import nbformat

FIGURE_CELL = """
java.util.Map<String, Object> figure = java.util.Map.of(
    "data", List.of(java.util.Map.of("type", "scatter", "x", new int[] {1, 2, 3}, "y", new int[] {1, 3, 2})),
    "layout", java.util.Map.of("width", 400, "height", 300));
var shown = new org.dflib.jjava.jupyter.kernel.display.DisplayData();
shown.putData("application/vnd.plotly.v1+json", figure);
shown"""
REPORT_CELL = """
var place = java.nio.file.Path.of(System.getenv("UNFOLD_REPORT"), "f1b");
var folder = java.nio.file.Files.createDirectories(place);
var written = java.nio.file.Files.writeString(folder.resolve("rows.csv"),
    "%s\\nf1b,Table 1,flags,1,1,,reproduced,smoke,1,generated,0.1\\n");""" % ",".join(report.COLUMNS)


def ends(process):
    """Returns whether a process that is no child of ours ends within seconds."""
    for _ in range(100):
        try:
            os.kill(process, 0)
            stat = Path("/proc/%d/stat" % process)
            if stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.1)
    return False


class Run(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="unfold-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.out = self.folder / "build" / "report"
        self.out.parent.mkdir()
        patched = mock.patch.object(run, "LOG", self.folder / "log")
        patched.start()
        self.addCleanup(patched.stop)

    def execute(self, *cells, save=False):
        """Runs a notebook of these cells; returns the exit status and what was written."""
        self.file = fixtures.write_notebook(self.folder / "notebooks" / "1-f1b.ipynb", *cells)
        self.before = self.file.read_bytes()
        arguments = ["run.py", "--out", str(self.out), str(self.file)] + (["--save"] if save else [])
        with mock.patch.object(sys, "argv", arguments), mock.patch.dict(
            os.environ, UNFOLD_SCALE="smoke"
        ), contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(out):
            status = run.main()
        return status, out.getvalue()

    def test_good_run_then_failing_run(self):
        status, text = self.execute("# F1B", "1 + 1", "## Figure 2", FIGURE_CELL, REPORT_CELL)
        self.assertEqual(status, 0, text)
        self.assertRegex(text, r"f1b +cell 1 of 3 +F1B +\d+\.\d s")
        self.assertRegex(text, r"f1b +cell 2 of 3 +Figure 2 ")
        self.assertEqual(
            self.file.read_bytes(), self.before, "the notebook itself is not touched without --save"
        )
        executed = nbformat.read(self.out / "notebooks" / "1-f1b.ipynb", 4)
        nbformat.validate(executed)
        data = executed.cells[3].outputs[0].data
        self.assertEqual(data[run.PLOTLY]["data"][0]["y"], [1, 3, 2])
        if still.find_chromium():
            self.assertTrue(base64.b64decode(data["image/png"]).startswith(b"\x89PNG"))
        self.assertIn("Table 1", (self.out / "index.html").read_text())

        good = {file: file.read_bytes() for file in self.out.rglob("*") if file.is_file()}
        status, text = self.execute(
            "# F1B",
            REPORT_CELL,
            "## Theorem 9",
            'if (true) throw new IllegalArgumentException("n must be at least 1, but was 0");',
        )
        self.assertEqual(status, 1)
        self.assertIn(
            "f1b: cell 2 of 2 (Theorem 9) failed: "
            "java.lang.IllegalArgumentException: n must be at least 1, but was 0",
            text,
        )
        self.assertEqual({file: file.read_bytes() for file in self.out.rglob("*") if file.is_file()}, good)
        self.assertEqual([file.name for file in self.out.parent.iterdir()], ["report"])

    def test_a_place_that_cannot_be_written_is_named(self):
        self.out.parent.rmdir()
        self.out.parent.touch()
        status, text = self.execute("1 + 1")
        self.assertEqual(status, 1)
        self.assertRegex(text, "^File exists: '.*build'\nThe run failed; the last good report")

    def test_cell_that_does_not_compile(self):
        status, text = self.execute('// the first try\nint n = "one";', "1 + 1")
        self.assertEqual(status, 1)
        self.assertIn("f1b: cell 1 of 2 (the first try) failed: ", text)
        self.assertIn("incompatible types", text)
        self.assertFalse(self.out.exists())

    def test_kernel_that_dies(self):
        status, text = self.execute("System.exit(3);")
        self.assertEqual(status, 1)
        self.assertIn("f1b: cell 1 of 1 (System.exit(3);) failed: ", text)

    def test_kernel_whose_thread_dies_does_not_hang(self):
        # As of a fault in the JDK's compiler: the thread that runs cells is gone.
        status, text = self.execute(
            "// the fault\n"
            'var dying = new Thread(() -> { throw new InternalError("of javac"); }, "Shell-0");\n'
            "dying.start();\nThread.sleep(600_000);"
        )
        self.assertEqual(status, 1)
        self.assertIn("(the fault) failed: The kernel cannot go on: java.lang.InternalError: of javac", text)

    @unittest.skipIf(os.name == "nt", "signals of POSIX")
    def test_interrupted_run_stops_its_kernel(self):
        file = fixtures.write_notebook(
            self.folder / "notebooks" / "1-f1b.ipynb",
            "String pid = ProcessHandle.current().pid() + \"\\n\";\n"
            'java.nio.file.Files.writeString(java.nio.file.Path.of("pid"), pid);',
            "Thread.sleep(600_000);",
        )
        for number, seconds in ((signal.SIGINT, 0), (signal.SIGTERM, 0), (signal.SIGINT, 1)):
            process = subprocess.Popen(
                [sys.executable, run.__file__, "--out", str(self.out), str(file)],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
            )
            line = process.stdout.readline()
            self.assertIn("cell 1 of 2", line)
            kernel = int((file.parent / "pid").read_text())
            time.sleep(seconds)  # Between the cells, or within the second one.
            process.send_signal(number)
            text, _ = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 130, text)
            self.assertEqual(
                text.strip(), "The run was interrupted; the last good report, if there is one, is as it was."
            )
            self.assertTrue(ends(kernel), "the kernel still runs")
            self.assertEqual([found.name for found in self.out.parent.iterdir()], [])

    def test_saved_outputs_are_stable(self):
        cells = ("# F1B", "6 * 7", REPORT_CELL)
        self.execute(*cells, save=True)
        first = json.loads(self.file.read_text())
        self.assertEqual(first["cells"][1]["outputs"][0]["data"]["text/plain"], ["42"])
        self.assertEqual([cell["metadata"] for cell in first["cells"]], [{}, {}, {}])
        text = self.file.read_bytes()
        self.execute(*cells, save=True)
        self.assertEqual(self.file.read_bytes(), text)


class Stills(unittest.TestCase):
    def test_pictures(self):
        figures = [fixtures.FIGURE, fixtures.MAP, fixtures.SPACE]
        for (png, svg), figure in zip(still.draw(figures, report.PLOTLY_JS), figures):
            width, height = still.size_of(figure)
            self.assertEqual(png[:8], b"\x89PNG\r\n\x1a\n")
            self.assertEqual(
                (int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")),
                (width * still.SCALE, height * still.SCALE),
            )
            self.assertIn("<svg", svg[:200])
        self.assertIn("A wave − and a gap", still.draw(figures[:1], report.PLOTLY_JS)[0][1])

    def test_figure_that_cannot_be_drawn_is_named(self):
        with self.assertRaisesRegex(still.StillError, "figure 2 of 2 cannot be drawn: "):
            still.draw([fixtures.FIGURE, {"data": [None]}], report.PLOTLY_JS)

    def test_nothing_to_draw_with(self):
        with mock.patch.dict(os.environ, UNFOLD_CHROMIUM="no such browser"), mock.patch.dict(
            sys.modules, {"kaleido.scopes.plotly": None}
        ):
            with self.assertRaises(still.NothingToDrawWith):
                still.draw([fixtures.FIGURE], report.PLOTLY_JS)


if __name__ == "__main__":
    unittest.main()
