"""Small things for the tests to work on: a report's folder as the library writes it, and notebooks."""

import csv
import json
import uuid
from pathlib import Path

import report

FIGURE = {
    "data": [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": "wave",
            "x": [0, 1, 2, 3, 4],
            "y": [0, 1, 0, -1, 0],
        },
        {
            "type": "scatter",
            "mode": "markers",
            "name": "gap",
            "x": [0, 1, 2, 3, 4],
            "y": [1, None, 1, 1, 0.5],
        },
    ],
    "layout": {
        "title": {"text": "A wave − and a gap"},
        "width": 700,
        "height": 400,
        "xaxis": {"title": {"text": "t"}},
    },
}
MAP = {
    "data": [
        {"type": "heatmap", "z": [[1, 2, 3], [4, 5, 6]], "colorscale": "Viridis"},
        {"type": "bar", "x": ["a", "b"], "y": [2, 3], "xaxis": "x2", "yaxis": "y2"},
    ],
    "layout": {"width": 700, "height": 350, "grid": {"rows": 1, "columns": 2, "pattern": "independent"}},
}
SPACE = {
    "data": [{"type": "scatter3d", "mode": "lines", "x": [0, 1, 2], "y": [0, 1, 0], "z": [0, 1, 2]}],
    "layout": {"width": 500, "height": 400},
}
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="80" viewBox="0 0 200 80">'
    '<rect x="5" y="5" width="190" height="70" fill="none" stroke="#333"/></svg>'
)


def row(item, quantity, published, measured, verdict, unit="", paper="f1b", source="run"):
    return dict(
        zip(
            report.COLUMNS,
            (paper, item, quantity, published, measured, unit, verdict, source)
            + ("smoke", "1", "generated", "0.250"),
        )
    )


ROWS = [
    row("Table 1", "flags in a path", "1", "1", "reproduced"),
    row("Figure 2 top", "mean+ t=10", "", "0.43215678", "not published"),
    row("Figure 2 top", "error t=20", "the classes overlap", "0.25", "holds"),
    row("Figure 2 bottom", "error t=20", "0.5", "0.4375", "differs"),
    row("Theorem 3", "errors in 10000 paths", "0", "0", "reproduced"),
]


def write_paper(folder, rows=ROWS, figures=True, paper="f1b"):
    """Writes what the library writes for a paper."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "rows.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, report.COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows({**row, "paper": paper} for row in rows)
    entries = []
    if figures:
        for item, caption, name, suffix, content in (
            ("Figure 1", "A dependency diagram.", "figure-1", ".svg", DRAWING),
            (
                "Figure 2",
                "Distributions of the state for < 5 & more.",
                "figure-2",
                ".json",
                json.dumps(FIGURE),
            ),
            ("Figure 2", "A map beside bars.", "figure-2-2", ".json", json.dumps(MAP)),
            ("Figure 4", "A path in space.", "figure-4", ".json", json.dumps(SPACE)),
            (
                "Table 1",
                "Sample paths.",
                "table-1",
                ".html",
                "<table><tr><td>1</td><td><b>0</b></td></tr></table>",
            ),
        ):
            entries.append(
                {
                    "item": item,
                    "caption": caption,
                    "claim": "The paper says so." if item == "Figure 2" else "",
                    "file": name,
                }
            )
            (folder / (name + suffix)).write_text(content, "utf-8")
            (folder / (name + ".csv")).write_text("trace,x,y\nwave,0,0\n", "utf-8")
    (folder / "figures.json").write_text(json.dumps(entries), "utf-8")


def notebook(*cells, outputs=()):
    """Returns a notebook's JSON: texts that begin with '#' are markdown, others code."""

    def cell(text):
        shared = {"id": uuid.uuid5(uuid.NAMESPACE_OID, text).hex[:8], "metadata": {}, "source": text}
        if text.startswith("#"):
            return {"cell_type": "markdown", **shared}
        return {"cell_type": "code", "execution_count": None, "outputs": [], **shared}

    made = {
        "cells": [cell(text) for text in cells],
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": {"name": "unfold", "display_name": "Java (Unfold)", "language": "java"}},
    }
    for figure in outputs:
        made["cells"].append(
            {
                **cell("figure"),
                "id": uuid.uuid4().hex[:8],
                "outputs": [
                    {
                        "output_type": "display_data",
                        "metadata": {},
                        "data": {"application/vnd.plotly.v1+json": figure, "text/plain": "a figure"},
                    }
                ],
            }
        )
    return made


def write_notebook(file, *cells, outputs=()):
    file = Path(file)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(notebook(*cells, outputs=outputs)), "utf-8")
    return file
