"""The report: each figure and table of a paper beside ours, as a page that opens from the disk.

The library writes into a folder for each paper rows.csv (what was measured), figures.json (which figures
there are) and for each figure <file>.json (plotly), <file>.svg (a drawing) or <file>.html (a table), with its
data in <file>.csv. From these come index.html and results.csv. A report of some papers keeps the others of
the last good one.
"""

import contextlib
import csv
import datetime
import glob
import html
import json
import os
import platform
import re
import shutil
import sys
import tempfile
from collections import Counter
from importlib import metadata
from pathlib import Path

import still

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PLOTLY_JS = (
    Path(sys.prefix) / "share" / "jupyter" / "labextensions" / "unfold-plotly" / "static" / "plotly.js"
)

COLUMNS = [
    "paper",
    "item",
    "quantity",
    "published",
    "measured",
    "unit",
    "verdict",
    "source",
    "scale",
    "seed",
    "data",
    "seconds",
]
GOOD = ("reproduced", "holds")
BAD = ("differs", "contradicted", "failed")
SIGNS = {"reproduced": "=", "holds": "✓", "differs": "≠", "contradicted": "✗", "failed": "!"}
MEANINGS = {
    "reproduced": "the published number, within the stated tolerance",
    "holds": "what the paper says in words is seen",
    "differs": "not the published number",
    "contradicted": "the opposite of what the paper says is seen",
    "failed": "nothing could be measured",
    "not published": "the paper gives nothing to hold it against",
}
ROWS_SHOWN = 14  # A longer table is folded.

PAPERS = {
    "f1b": (
        "Understanding Feature Selection and Feature Memorization in Recurrent Neural Networks",
        "Bokang Zhu, Yongyi Mao, Richong Zhang, Dingkun Long",
    ),
    "memory": ("An Investigation of Memory in Recurrent Neural Networks", "Anonymous authors"),
    "mcrm": ("MCRM: Mother Compact Recurrent Memory", "Abduallah A. Mohamed, Christian Claudel"),
    "capacity": (
        "Capacity and Trainability in Recurrent Neural Networks",
        "Jasmine Collins, Jascha Sohl-Dickstein, David Sussillo",
    ),
    "meet": ("The papers meet: every cell on every task", ""),
}


class ReportError(Exception):
    """The report cannot be assembled; the message tells why in one sentence."""


def paper_of(file):
    """Returns the short name of a notebook's paper: 'f1b' for 1-f1b.ipynb."""
    return re.sub(r"^\d+-", "", file.stem)


# ---- What is in a folder ----


def read_rows(folder):
    """Returns the rows of a paper as dictionaries."""
    file = folder / "rows.csv"
    if not file.exists():
        return []
    with open(file, encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        if reader.fieldnames != COLUMNS:
            raise ReportError(
                "%s must have the columns %s, but has %s."
                % (file, ",".join(COLUMNS), ",".join(reader.fieldnames or []))
            )
        return list(reader)


def read_figures(folder):
    """Returns the figures of a paper: dictionaries with item, caption, claim and file."""
    file = folder / "figures.json"
    return json.loads(file.read_text("utf-8")) if file.exists() else []


def figure_files(staged):
    """Returns the files of all figures that plotly draws."""
    files = [
        folder / (figure["file"] + ".json")
        for folder in sorted(staged.iterdir())
        if folder.is_dir()
        for figure in read_figures(folder)
    ]
    return [file for file in files if file.exists()]


# ---- How a run was made ----


def processor():
    try:
        text = Path("/proc/cpuinfo").read_text("utf-8", errors="replace")
        return re.search(r"^model name\s*:\s*(.*)$", text, re.MULTILINE).group(1)
    except (OSError, AttributeError):
        return platform.processor() or platform.machine()


def versions():
    """Returns the versions of what the numbers depend on."""
    found = {"Python": platform.python_version()}
    release = Path(os.environ.get("JAVA_HOME", "")) / "release"
    if release.exists():
        java = re.search(r'^JAVA_VERSION="(.*)"', release.read_text("utf-8"), re.MULTILINE)
        found = {"Java": java.group(1) if java else "?", **found}
    for name, package in (("JupyterLab", "jupyterlab"), ("JJava", "jjava")):
        found[name] = metadata.version(package)
    for name, jar in (
        ("Unfold", "unfold"),
        ("DJL", "api"),
        ("PyTorch", "pytorch-native-cpu"),
        ("Tablesaw", "tablesaw-core"),
        ("plotly.js", "plotly.js-dist"),
    ):
        for file in (ROOT / "build" / "jars").glob(jar + "-[0-9]*.jar"):
            found[name] = re.match(r"[\d.]+\d", file.stem[len(jar) + 1 :]).group(0)
    return found


def write_run(staged, paper, notebook, seconds):
    """Writes how a paper's notebook was run."""
    folder = staged / paper
    folder.mkdir(exist_ok=True)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    (folder / "run.json").write_text(
        json.dumps(
            {
                "paper": paper,
                "notebook": notebook,
                "scale": os.environ.get("UNFOLD_SCALE", "quick"),
                "seed": os.environ.get("UNFOLD_SEED", "1"),
                "threads": os.environ.get("UNFOLD_THREADS") or str(os.cpu_count()),
                "seconds": round(seconds, 1),
                "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
                "machine": "%s, %d cores, %s %s"
                % (processor(), cores, platform.system(), platform.machine()),
                "versions": versions(),
                "commit": os.environ.get("UNFOLD_COMMIT", ""),
            },
            indent=2,
        )
        + "\n",
        "utf-8",
    )


# ---- The page ----


def escape(text):
    return html.escape(str(text))


def number(text):
    """Returns a number with the digits that count, other text as it is."""
    try:
        value = float(text)
    except ValueError:
        return escape(text)
    if value.is_integer() and abs(value) < 1e9:
        return "%d" % value
    short = "%.4g" % value
    return escape(short.replace("e-0", "e-").replace("e+0", "e"))


def duration(seconds):
    seconds = float(seconds)
    if seconds < 60:
        return "%.1f s" % seconds
    minutes, rest = divmod(round(seconds), 60)
    return "%d min %d s" % (minutes, rest) if minutes < 60 else "%d h %d min" % divmod(minutes, 60)


def kind_of(verdict):
    return "good" if verdict in GOOD else "bad" if verdict in BAD else "plain"


def chip(verdict, count=None):
    words = verdict if count is None else "%d %s" % (count, verdict)
    sign = SIGNS.get(verdict)
    return '<span class="verdict %s" title="%s">%s%s</span>' % (
        kind_of(verdict),
        escape(MEANINGS.get(verdict, "")),
        sign + " " if sign else "",
        escape(words),
    )


def stored_mark(row):
    """Returns what marks a row that rests on a stored result."""
    if row["source"] != "stored":
        return ""
    return ' <span class="stored" title="from a stored result, made at %s scale with seed %s; --fresh makes it again">%s</span>' % (
        escape(row["scale"]),
        escape(row["seed"]),
        "stored",
    )


def tally(rows):
    counts = Counter(row["verdict"] for row in rows)
    order = [*GOOD, *BAD] + sorted(set(counts) - {*GOOD, *BAD})
    return '<ul class="tally">%s</ul>' % "".join(
        "<li>%s</li>" % chip(verdict, counts[verdict]) for verdict in order if counts[verdict]
    )


def group_of(item):
    """Returns the figure, table or theorem that an item belongs to: 'Figure 2' for 'Figure 2 top'."""
    match = re.match(r"(Figure|Table|Theorem|Lemma|Equation|Definition|Section|Corollary) [\w.]*\d\w?", item)
    return match.group(0) if match else item


def groups_of(rows, figures):
    """Returns the groups in the notebook's order, in which both rows and figures were written."""
    by_rows = list(dict.fromkeys(group_of(row["item"]) for row in rows))
    by_figures = list(dict.fromkeys(group_of(figure["item"]) for figure in figures))
    order = []
    for group in by_rows:
        if group in by_figures:
            before = by_figures[: by_figures.index(group)]
            order += [other for other in before if other not in order and other not in by_rows]
        order.append(group)
    return order + [group for group in by_figures if group not in order]


def anchor(*parts):
    return re.sub(r"[^a-z0-9]+", "-", " ".join(parts).lower()).strip("-")


def figure_html(folder, figure):
    """Returns a figure with its caption and the links to its files."""
    name = figure["file"]
    path = "%s/%s" % (folder.name, name)
    there = {
        suffix: (folder / (name + suffix)).exists() for suffix in (".json", ".png", ".svg", ".html", ".csv")
    }
    links = []
    if there[".json"]:
        content = json.loads((folder / (name + ".json")).read_text("utf-8"))
        (folder / (name + ".js")).write_text(
            "unfold.figure(%s, %s);\n" % (json.dumps(path), json.dumps(content).replace("</", "<\\/")),
            "utf-8",
        )
        links.append('<button type="button" data-open>Interactive</button>')
        width, height = still.size_of(content)
        if there[".png"]:
            body = (
                '<button type="button" class="plate" data-open title="Show the interactive figure">'
                '<img src="%s.png" width="%d" height="%d" alt="%s" loading="lazy"></button>'
                % (path, width, height, escape(figure["item"] + ": " + figure["caption"]))
            )
        else:
            body = '<div class="plate" style="width:%dpx">The still picture was not drawn.</div>' % width
    elif there[".svg"]:
        body = '<div class="plate"><img src="%s.svg" alt="%s"></div>' % (
            path,
            escape(figure["item"] + ": " + figure["caption"]),
        )
    elif there[".html"]:
        body = '<div class="scroll">%s</div>' % (folder / (name + ".html")).read_text("utf-8")
    else:
        raise ReportError("%s names the figure '%s', but it has no file." % (folder / "figures.json", name))
    links += [
        '<a href="%s%s">%s</a>' % (path, suffix, label)
        for suffix, label in ((".png", "PNG"), (".svg", "SVG"), (".csv", "Data as CSV"))
        if there[suffix]
    ]
    return '<figure data-figure="%s">%s<figcaption>%s</figcaption><div class="files">%s</div></figure>' % (
        escape(path),
        body,
        escape(figure["caption"]),
        "".join(links),
    )


def table_html(rows, with_item):
    head = (["item"] if with_item else []) + ["quantity", "published", "measured", "verdict"]
    lines = []
    for row in rows:
        unit = " " + escape(row["unit"]) if row["unit"] else ""
        published = number(row["published"])
        words = not re.match(r"[-\d]", published)
        cells = ["<td>%s</td>" % escape(row["item"])] if with_item else []
        cells += [
            "<td>%s</td>" % escape(row["quantity"]),
            '<td class="%s">%s%s</td>'
            % ("words" if words else "number", published, unit if published and not words else ""),
            '<td class="number" title="%s">%s%s</td>'
            % (escape(row["measured"]), number(row["measured"]), unit),
            "<td>%s%s</td>" % (chip(row["verdict"]), stored_mark(row)),
        ]
        lines.append("<tr>%s</tr>" % "".join(cells))
    titles = "".join(
        '<th class="%s">%s</th>' % ("number" if name == "measured" else "", name) for name in head
    )
    return (
        '<div class="scroll"><table class="rows"><thead><tr>%s</tr></thead><tbody>%s</tbody></table></div>'
        % (titles, "\n".join(lines))
    )


def rows_html(rows):
    """Returns the table published, measured, verdict; of many rows, those that nothing judges are folded."""
    with_item = len({row["item"] for row in rows}) > 1
    if len(rows) <= ROWS_SHOWN:
        return table_html(rows, with_item)
    judged = [row for row in rows if kind_of(row["verdict"]) != "plain"]
    others = [row for row in rows if kind_of(row["verdict"]) == "plain"]
    text = table_html(judged, with_item) if judged else ""
    if others:
        text += (
            "<details><summary>%d measurements that the paper gives no number for</summary>%s</details>"
            % (len(others), table_html(others, with_item))
        )
    return text


def item_html(folder, group, rows, figures):
    claims = list(dict.fromkeys(figure["claim"] for figure in figures if figure.get("claim")))
    seconds = sum({row["item"]: float(row["seconds"] or 0) for row in rows}.values())
    return """<section class="item" id="%s"><header><h3>%s</h3>%s%s</header>%s
%s
%s</section>""" % (
        anchor(folder.name, group),
        escape(group),
        tally(rows) if rows else "",
        '<span class="seconds">%s</span>' % duration(seconds) if seconds else "",
        "".join('<p class="claim"><b>The paper:</b>%s</p>' % escape(claim) for claim in claims),
        "\n".join(figure_html(folder, figure) for figure in figures),
        rows_html(rows) if rows else "",
    )


def facts_html(folder, run, rows):
    data = list(dict.fromkeys(row["data"] for row in rows)) or ["none"]
    facts = [
        ("Scale", run["scale"]),
        ("Seed", run["seed"]),
        ("Data", ", ".join(data)),
        ("Time", duration(run["seconds"])),
        ("Threads", run["threads"]),
        ("Commit", run["commit"] or "unknown"),
        ("Date", run["date"][:10]),
    ]
    text = "".join("<div><dt>%s</dt><dd>%s</dd></div>" % (name, escape(value)) for name, value in facts)
    versions_text = ", ".join("%s %s" % pair for pair in run["versions"].items())
    return (
        '<dl class="facts">%s<div class="wide"><dt>Machine</dt><dd>%s</dd></div>'
        '<div class="wide"><dt>Versions</dt><dd>%s</dd></div></dl>'
        % (text, escape(run["machine"]), escape(versions_text))
    )


def paper_html(folder):
    """Returns a paper's entry in the contents, and its section."""
    paper = folder.name
    run = json.loads((folder / "run.json").read_text("utf-8"))
    rows, figures = read_rows(folder), read_figures(folder)
    title, authors = PAPERS.get(paper, (paper, ""))
    entries = ['<a class="paper" href="#%s">%s</a>' % (paper, escape(paper))]
    sections = []
    for group in groups_of(rows, figures):
        own = [row for row in rows if group_of(row["item"]) == group]
        bad = sum(kind_of(row["verdict"]) == "bad" for row in own)
        good = sum(kind_of(row["verdict"]) == "good" for row in own)
        count = (
            '<span class="count%s">%d/%d</span>' % (" bad" if bad else "", good, good + bad)
            if good + bad
            else ""
        )
        entries.append('<a href="#%s"><span>%s</span>%s</a>' % (anchor(paper, group), escape(group), count))
        sections.append(item_html(folder, group, own, [f for f in figures if group_of(f["item"]) == group]))
    notebook = "notebooks/" + run["notebook"]
    section = """<section class="paper-section" id="%s"><h2>%s</h2><p class="authors">%s
<a href="%s">the notebook as it ran</a></p>%s%s%s%s</section>""" % (
        paper,
        escape(title),
        escape(authors + " · ") if authors else "",
        escape(notebook),
        facts_html(folder, run, rows),
        tally(rows),
        "" if rows else '<p class="note">This notebook measured nothing.</p>',
        "\n".join(sections),
    )
    return "\n".join(entries), section


def page(folders):
    parts = [paper_html(folder) for folder in folders]
    return """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Unfold: published and measured</title>
<style>
%s</style>
</head>
<body>
<nav aria-label="Contents">
%s
</nav>
<main>
<h1>Published and measured</h1>
<p class="lead">Each figure and table of a paper, run again, with what the paper says beside what came out.
A click on a figure makes it interactive. All numbers are in <a href="results.csv">results.csv</a>.</p>
<details class="legend"><summary>What the verdicts mean</summary><dl>%s</dl></details>
%s
</main>
<script>
%s</script>
</body>
</html>
""" % (
        (HERE / "report.css").read_text("utf-8"),
        "\n".join(entries for entries, _ in parts),
        "".join(
            "<dt>%s</dt><dd>%s</dd>" % (chip(verdict), escape(MEANINGS[verdict])) for verdict in MEANINGS
        ),
        "\n".join(section for _, section in parts),
        (HERE / "report.js").read_text("utf-8"),
    )


# ---- The folder ----


def paper_folders(report):
    order = list(PAPERS)
    found = [folder for folder in report.iterdir() if (folder / "run.json").exists()]
    return sorted(
        found,
        key=lambda folder: (order.index(folder.name) if folder.name in order else len(order), folder.name),
    )


def assemble(staged, last):
    """Completes a staged report, with the papers that were not run from the last one."""
    if last.exists():
        for folder in paper_folders(last):
            if not (staged / folder.name).exists():
                shutil.copytree(folder, staged / folder.name)
                notebook = json.loads((folder / "run.json").read_text("utf-8"))["notebook"]
                shutil.copy2(last / "notebooks" / notebook, staged / "notebooks")
    folders = paper_folders(staged)
    with open(staged / "results.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for folder in folders:
            writer.writerows(read_rows(folder))
    (staged / "index.html").write_text(page(folders), "utf-8")
    shutil.copy2(PLOTLY_JS, staged / "plotly.js")


@contextlib.contextmanager
def staging(out):
    """Makes a folder for a new report, in one beside the last report that has a name of its own and goes in the end."""
    recover(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=beside(out), dir=out.parent, ignore_cleanup_errors=True) as folder:
        staged = Path(folder) / "new"
        staged.mkdir()
        yield staged


def beside(out):
    """Returns how the names of the folders beside a report begin."""
    return ".%s-" % out.name


def recover(out):
    """Brings back the last report if the machine stopped between the two steps of a move."""
    if not out.exists():
        for old in out.parent.glob(glob.escape(beside(out)) + "*/old"):
            old.rename(out)
            shutil.rmtree(old.parent, ignore_errors=True)
            return


def move_into_place(staged, out):
    """Puts a complete report where the last one is; at every moment one is there, or as 'old' beside the staged one."""
    old = staged.with_name("old")
    try:
        if out.exists():
            out.rename(old)
        staged.rename(out)
    finally:
        if old.exists() and not out.exists():
            old.rename(out)
