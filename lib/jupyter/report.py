"""The report: every figure and table of a paper beside ours, in files that open from the disk."""

import csv
import json
import os
import re
import shutil
import sys
from pathlib import Path

COLUMNS = ["paper", "item", "quantity", "published", "measured", "unit", "verdict", "scale", "seed", "data", "seconds"]
PLOTLY_JS = Path(sys.prefix) / "share" / "jupyter" / "labextensions" / "unfold-plotly" / "static" / "plotly.js"


class ReportError(Exception):
    """The report cannot be assembled; the message tells why in one sentence."""


def paper_of(file):
    return re.sub(r"^\d+-", "", file.stem)


def figure_files(staged):
    return []


def write_run(staged, paper, seconds):
    pass


def assemble(staged, out):
    pass


def move_into_place(staged, out):
    old = out.with_name(out.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.rename(old)
    staged.rename(out)
    shutil.rmtree(old, ignore_errors=True)
