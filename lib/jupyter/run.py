"""Executes notebooks headless and writes the report: what `./lab run` calls inside the Python environment.

Each cell is announced with its heading and timed. The first cell that fails ends the run with the cell and
the exception's own message, and the last good report stays as it was.
"""

import argparse
import base64
import json
import logging
import os
import re
import signal
import sys
import time
import warnings
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

import report
import still

PLOTLY = "application/vnd.plotly.v1+json"
KERNEL = "unfold"
START_SECONDS = 120  # A busy machine may take this long to start a JVM.
LINES_OF_TRACE = 12
LOG = report.ROOT / "build" / "log"


class CellFailed(Exception):
    """A notebook's cell failed; the message tells which one and why."""


# ---- Executing ----


def first_line(text):
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def titles(notebook):
    """Returns what to call each cell: its first line if that is a comment, else the last heading above it."""
    names, heading = [], ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            found = re.findall(r"^#+\s+(.*)$", cell.source, re.MULTILINE)
            heading = found[-1] if found else heading
        line = first_line(cell.source)
        comment = line[2:].strip() if line.startswith("//") else ""
        names.append(comment or heading or line)
    return names


def seconds_text(seconds):
    return "%.1f s" % seconds if seconds < 100 else "%d:%02d min" % divmod(round(seconds), 60)


class Progress:
    """Tells which cell runs: on a terminal while it runs, elsewhere when it is done."""

    def __init__(self, paper, count):
        self.paper, self.count = paper, count
        self.live = sys.stdout.isatty()

    def begin(self, number, title):
        self.line = "%-8s  cell %*d of %d  %-64.64s" % (
            self.paper,
            len(str(self.count)),
            number,
            self.count,
            title,
        )
        self.start = time.monotonic()
        if self.live:
            print(self.line, end="", flush=True)

    def end(self):
        print(
            "%s%s %9s" % ("\r" if self.live else "", self.line, seconds_text(time.monotonic() - self.start)),
            flush=True,
        )


def message_of(cell):
    """Returns what a failed cell said: the exception with its message, and where it was thrown."""
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            # The kernel packs the exception into a value: 'java.lang.IllegalStateException, boom'.
            message = re.sub(r"^([\w.$]+), ", r"\1: ", output.evalue) or output.ename
            trace = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(output.traceback)).strip().splitlines()
            if trace and message in trace[0]:
                trace[0] = message
            else:
                trace.insert(0, message)
            return "\n".join(trace[:LINES_OF_TRACE])
    return ""


def last_words(log):
    """Returns why the kernel itself stopped, if it told."""
    words = log.read_text("utf-8", errors="replace")
    found = re.findall(r"^The kernel cannot go on: .*$", words, re.MULTILINE)
    return "%s (see %s)" % (found[-1], log) if found else ""


def execute(file, log):
    """Runs all cells of a notebook in its own folder; returns the notebook with its outputs.

    What the kernel itself has to say goes to the log. Raises CellFailed at the first cell that fails.
    """
    notebook = nbformat.read(file, as_version=4)
    code = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    for i in code:
        notebook.cells[i].outputs, notebook.cells[i].execution_count = [], None
    names = titles(notebook)
    progress = Progress(report.paper_of(file), len(code))
    client = NotebookClient(
        notebook,
        timeout=None,
        startup_timeout=START_SECONDS,
        kernel_name=KERNEL,
        resources={"metadata": {"path": str(file.parent)}},
        record_timing=False,
    )
    number = 0
    kernel = None
    try:
        with open(log, "w") as kernel_log, client.setup_kernel(stdout=kernel_log, stderr=kernel_log):
            kernel = client.km.provisioner.process
            for number, i in enumerate(code, 1):
                progress.begin(number, names[i])
                client.execute_cell(notebook.cells[i], i)
                progress.end()
    except (CellExecutionError, CellTimeoutError, DeadKernelError, RuntimeError) as e:
        if number == 0:
            raise CellFailed(
                "%s: the kernel did not start: %s (see %s)" % (report.paper_of(file), first_line(str(e)), log)
            ) from e
        i = code[number - 1]
        raise CellFailed(
            "\n%s: cell %d of %d (%s) failed: %s"
            % (
                report.paper_of(file),
                number,
                len(code),
                names[i],
                message_of(notebook.cells[i]) or last_words(log) or first_line(str(e)) or type(e).__name__,
            )
        ) from e
    finally:
        if kernel and kernel.poll() is None:  # A run that is interrupted between two cells leaves it.
            kernel.kill()
            kernel.wait()
    return notebook


# ---- Still pictures ----


def figure_outputs(notebook):
    """Yields the outputs of a notebook that are figures."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if PLOTLY in output.get("data", {}):
                yield output


def draw_stills(notebooks, staged):
    """Puts a still picture beside each figure, in the notebooks and in the report."""
    files = report.figure_files(staged)
    outputs = [output for notebook in notebooks for output in figure_outputs(notebook)]
    figures = [json.loads(file.read_text("utf-8")) for file in files] + [
        output.data[PLOTLY] for output in outputs
    ]
    keys = [json.dumps(figure, sort_keys=True) for figure in figures]
    distinct = dict(zip(keys, figures))
    start = time.monotonic()
    pictures = dict(zip(distinct, still.draw(list(distinct.values()), report.PLOTLY_JS)))
    for key, file in zip(keys, files):
        png, svg = pictures[key]
        file.with_suffix(".png").write_bytes(png)
        file.with_suffix(".svg").write_text(svg, "utf-8")
    for key, output in zip(keys[len(files) :], outputs):
        width, height = still.size_of(output.data[PLOTLY])
        output.data["image/png"] = base64.b64encode(pictures[key][0]).decode("ascii")
        output.metadata["image/png"] = {"width": width, "height": height}
    print(
        "Drew %d still pictures in %s." % (len(distinct), seconds_text(time.monotonic() - start)), flush=True
    )


# ---- All of it ----


def save(notebook, file):
    """Writes a notebook, never half."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(file.name + ".part")
    nbformat.write(notebook, part)
    os.replace(part, file)


def run(files, out, save_outputs):
    """Executes the notebooks, and moves the report into its place when all went well."""
    with report.staging(out) as staged:
        run_staged(files, staged, out, save_outputs)
    print("Report: %s" % (out / "index.html"))


def run_staged(files, staged, out, save_outputs):
    os.environ["UNFOLD_REPORT"] = str(staged)
    LOG.mkdir(parents=True, exist_ok=True)
    executed = {}
    for file in files:
        start = time.monotonic()
        executed[file] = execute(file, LOG / ("kernel-%s.log" % report.paper_of(file)))
        report.write_run(staged, report.paper_of(file), file.name, time.monotonic() - start)
    try:
        draw_stills(executed.values(), staged)
    except still.NothingToDrawWith as e:
        print("No still pictures: %s" % e, file=sys.stderr)
    for file, notebook in executed.items():
        save(notebook, staged / "notebooks" / file.name)
    report.assemble(staged, out)
    report.move_into_place(staged, out)
    if save_outputs:
        for file, notebook in executed.items():
            save(notebook, file)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebooks", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True, help="the report's folder")
    parser.add_argument(
        "--save", action="store_true", help="also store the outputs in the notebooks themselves"
    )
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # However it is stopped, it stops its kernel.
    try:
        run(options.notebooks, options.out, options.save)
        return 0
    except (CellFailed, still.StillError, report.ReportError) as e:
        print("%s\nThe run failed" % e, end="", file=sys.stderr)
        status = 1
    except OSError as e:  # A full disk, a folder that may not be written.
        place = ": '%s'" % e.filename if e.filename else ""
        print("%s%s\nThe run failed" % (e.strerror or e, place), end="", file=sys.stderr)
        status = 1
    except KeyboardInterrupt:
        # nbclient's loop would tell at length that it was cut off, and what it never waited for.
        logging.disable()
        warnings.simplefilter("ignore", RuntimeWarning)
        print("\nThe run was interrupted", end="", file=sys.stderr)
        status = 130
    print("; the last good report, if there is one, is as it was.", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
