"""Figures in a real JupyterLab and the report on the disk, in a real Chromium that is given no network.

Whatever is asked of another host than this machine is stopped, written down, and fails the test.
"""

import base64
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request
from pathlib import Path
from urllib.parse import urlparse

import fixtures
import report
import run
import still
from test_lab import lab
from test_notebooks import REPORT

TOKEN = "test"
MARKS = Path(__file__).with_name("marks.js").read_text("utf-8")
# While it makes a still picture, plotly.js keeps a copy of the figure far left of the page.
FIGURES = ".js-plotly-plot:not([style*='-5000px'])"
COLOURS = Path(__file__).with_name("colours.js").read_text("utf-8")
PAINTED = 20  # Pixels: less than a short line.
WAIT_MS = 60 * 1000


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def finite(values):
    return [value for value in values or [] if isinstance(value, (int, float))]


def expected_marks(figure):
    """Returns what a figure's JSON says must be drawn, in the terms of marks.js.

    A name that ends in '>=' has a lower bound; 'painted' counts coloured pixels, where WebGL draws.
    """
    wanted = {
        "traces": len(figure["data"]),
        "scatter": 0,
        "points": 0,
        "lines>=": 0,
        "maps": 0,
        "bars": 0,
        "boxes": 0,
        "contours": 0,
        "painted>=": 0,
    }
    for trace in figure["data"]:
        kind = trace.get("type", "scatter")
        if trace.get("visible") in (False, "legendonly"):
            continue
        if kind == "scatter":
            wanted["scatter"] += 1
            y = trace.get("y") or []
            x = trace.get("x")
            points = sum(y[i] is not None and (x is None or x[i] is not None) for i in range(len(y)))
            mode = trace.get("mode") or ("lines+markers" if len(y) < 20 else "lines")
            if "markers" in mode:
                wanted["points"] += points
            if "lines" in mode and points > 1 and (trace.get("line") or {}).get("width") != 0:
                wanted["lines>="] += 1
        elif kind == "heatmap":
            wanted["maps"] += 1
        elif kind == "contour":
            wanted["contours"] += 1
        elif kind == "bar":
            wanted["bars"] += len(trace.get("y") or trace.get("x"))
        elif kind == "histogram":
            wanted["bars"] = None  # plotly.js chooses the bins.
        elif kind in ("box", "violin"):
            wanted["boxes"] += 1
        elif kind in ("scattergl", "heatmapgl", "scatter3d", "surface", "mesh3d"):
            wanted["painted>="] = PAINTED
        else:
            raise AssertionError("the test does not know how a trace of type %s is drawn" % kind)
    return {name: value for name, value in wanted.items() if value is not None}


def differences(figure, drawn):
    """Returns where what was drawn is not what the JSON says."""
    found = []
    for name, value in expected_marks(figure).items():
        shown = drawn[name.removesuffix(">=")]
        if not (shown >= value if name.endswith(">=") else shown == value):
            found.append("%s: %s were expected, %s are drawn" % (name, value, shown))
    return found


def browser_or_skip():
    if not still.find_chromium():
        if os.environ.get("CI"):
            raise AssertionError("CI has no Chromium: the browser test cannot run")
        raise unittest.SkipTest("no Chromium on this machine: figures were not tested in a browser")


class Browser(unittest.TestCase):
    """A test with a page of its own in a browser without network."""

    @classmethod
    def setUpClass(cls):
        browser_or_skip()
        from playwright.sync_api import sync_playwright

        cls.playwright = sync_playwright().start()
        cls.addClassCleanup(cls.playwright.stop)
        cls.browser = cls.playwright.chromium.launch(
            executable_path=still.find_chromium(), args=[*still.HEADLESS[1:], *still.OFFLINE]
        )
        cls.addClassCleanup(cls.browser.close)

    def setUp(self):
        self.strangers, self.errors = [], []
        self.context = self.browser.new_context(
            viewport={"width": 1300, "height": 1000}, color_scheme="light"
        )
        self.addCleanup(self.context.close)
        self.context.set_default_timeout(WAIT_MS)
        self.context.route("**/*", self.guard)
        self.page = self.context.new_page()
        self.page.on("websocket", lambda socket: self.note(socket.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def note(self, url):
        parts = urlparse(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in (
            "127.0.0.1",
            "localhost",
        ):
            self.strangers.append(url)
            return False
        return True

    def guard(self, route):
        if self.note(route.request.url):
            route.continue_()
        else:
            route.abort()

    def tearDown(self):
        self.assertEqual(self.strangers, [], "the page asked other hosts")
        self.assertEqual(self.errors, [], "the page had errors")

    def drawn(self):
        """Returns the marks of each figure on the page, and what WebGL has painted."""
        marks = self.page.evaluate(MARKS, FIGURES)
        for number, figure in enumerate(marks):
            figure["painted"] = 0
            if figure["canvases"]:
                shot = self.page.locator(FIGURES).nth(number).screenshot()
                figure["painted"] = self.page.evaluate(COLOURS, base64.b64encode(shot).decode("ascii"))
        return marks

    def picture(self, name):
        """Keeps a screenshot, to be looked at."""
        folder = REPORT.parent / "screenshots"
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(folder / (name + ".png")))


class Guard(Browser):
    def test_a_stranger_is_noticed(self):
        self.page.set_content('<img src="http://example.com/a.png">')
        self.page.wait_for_timeout(300)
        self.assertEqual(self.strangers, ["http://example.com/a.png"])
        self.strangers.clear()

    def test_a_missing_mark_is_noticed(self):
        self.page.set_content('<meta charset="utf-8"><div id="d"></div>')
        self.page.add_script_tag(path=str(report.PLOTLY_JS))
        for figure in (fixtures.FIGURE, fixtures.MAP, fixtures.SPACE):
            self.page.evaluate("f => Plotly.newPlot('d', JSON.parse(JSON.stringify(f)))", figure)
            drawn = self.drawn()[0]
            self.assertEqual(differences(figure, drawn), [])
            more = {**figure, "data": figure["data"] + [figure["data"][0]]}
            self.assertTrue(differences(more, drawn))
        hidden = {**fixtures.SPACE, "data": [{**fixtures.SPACE["data"][0], "opacity": 0}]}
        self.page.evaluate("f => Plotly.newPlot('d', f)", hidden)
        self.assertEqual(
            differences(fixtures.SPACE, self.drawn()[0]), ["painted>=: 20 were expected, 0 are drawn"]
        )
        self.page.evaluate("f => Plotly.newPlot('d', f)", fixtures.FIGURE)
        self.page.evaluate("document.querySelector('.point').remove()")
        self.assertEqual(
            differences(fixtures.FIGURE, self.drawn()[0]),
            ["points: 9 were expected, 8 are drawn"],
        )


class Lab(Browser):
    """JupyterLab as ./lab starts it, with settings and trust of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = Path(tempfile.mkdtemp(prefix="unfold-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.notebooks = cls.folder / "notebooks"
        cls.notebooks.mkdir()
        settings = cls.folder / "config" / "lab" / "user-settings" / "@jupyterlab" / "notebook-extension"
        settings.mkdir(parents=True)
        # All cells in the page, also those out of sight.
        (settings / "tracker.jupyterlab-settings").write_text('{"windowingMode": "none"}')
        port = free_port()
        environment = lab.Environment(Path(sys.prefix))
        command = lab.lab_command(environment, cls.notebooks) + [
            "--no-browser",
            "--port=%d" % port,
            "--ServerApp.port_retries=0",
            "--IdentityProvider.token=" + TOKEN,
            "--expose-app-in-browser",
            "--LabApp.workspaces_dir=" + str(cls.folder / "workspaces"),
        ]
        env = lab.child_environment(lab.find_jdk())
        env.update(
            JUPYTER_CONFIG_DIR=str(cls.folder / "config"),
            JUPYTER_DATA_DIR=str(cls.folder / "data"),
            JUPYTER_RUNTIME_DIR=str(cls.folder / "runtime"),
            UNFOLD_SCALE="smoke",
        )
        with open(cls.folder / "server.log", "w") as log:
            cls.server = subprocess.Popen(command, env=env, stdout=log, stderr=subprocess.STDOUT)
        cls.addClassCleanup(cls.stop)
        cls.url = "http://127.0.0.1:%d" % port
        end = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen("%s/api?token=%s" % (cls.url, TOKEN), timeout=5).close()
                return
            except OSError:
                if time.monotonic() > end or cls.server.poll() is not None:
                    raise AssertionError(
                        "JupyterLab did not start:\n" + (cls.folder / "server.log").read_text()
                    )
                time.sleep(0.2)

    @classmethod
    def stop(cls):
        cls.server.terminate()
        cls.server.wait(30)

    def open(self, name):
        # A workspace of its own: JupyterLab would open again what another test had open.
        workspace = Path(name).stem + "-" + self.id().rsplit(".", 1)[1]
        self.page.goto("%s/lab/workspaces/%s/tree/%s?token=%s" % (self.url, workspace, name, TOKEN))
        self.page.wait_for_selector(".jp-NotebookPanel .jp-Cell")
        self.page.wait_for_function("window.jupyterapp.shell.currentWidget?.context?.isReady")

    def marks(self, count):
        """Waits until so many figures are drawn and nothing changes any more; returns their marks."""
        self.page.wait_for_function(
            "([figures, n]) => document.querySelectorAll(figures + ' .main-svg').length && "
            "document.querySelectorAll(figures).length === n",
            arg=[FIGURES, count],
        )
        before = None
        for _ in range(60):
            now = self.page.evaluate(MARKS, FIGURES)
            if now == before:
                break
            before = now
            self.page.wait_for_timeout(500)
        return self.drawn()

    def check_notebook(self, file):
        """Opens a notebook, checks every figure's marks, moves one, saves, and finds its pictures stored."""
        notebook = json.loads(file.read_text("utf-8"))
        figures = []
        for cell in notebook["cells"]:
            for output in cell.get("outputs", []):
                if run.PLOTLY in output.get("data", {}):
                    figures.append(output["data"][run.PLOTLY])
                    output["data"].pop("image/png", None)
        (self.notebooks / file.name).write_text(json.dumps(notebook), "utf-8")
        self.open(file.name)
        marks = self.marks(len(figures))
        self.assertEqual(len(marks), len(figures))
        for number, (figure, drawn) in enumerate(zip(figures, marks), 1):
            self.assertEqual(
                differences(figure, drawn), [], "%s, figure %d of %d" % (file.name, number, len(figures))
            )
            self.assertGreater(drawn["width"], 100)
        self.picture(file.stem)
        trusted = self.page.evaluate(
            "Array.from(window.jupyterapp.shell.currentWidget.content.model.cells)"
            ".filter(c => c.type === 'code').map(c => c.trusted)"
        )
        self.assertFalse(all(trusted), "the notebook was to be shown untrusted")
        self.save_and_find_pictures(file.name, len(figures))

    def save_and_find_pictures(self, name, count):
        self.page.wait_for_function(
            "n => Array.from(window.jupyterapp.shell.currentWidget.content.model.cells)"
            ".flatMap(c => c.outputs ? c.outputs.toJSON() : [])"
            ".filter(o => o.data?.['image/png']).length >= n",
            arg=count,
        )
        self.page.evaluate("void window.jupyterapp.commands.execute('docmanager:save')")
        self.page.wait_for_function("!window.jupyterapp.shell.currentWidget.context.model.dirty")
        saved = json.loads((self.notebooks / name).read_text("utf-8"))
        pictures = [
            output["data"].get("image/png", "")
            for cell in saved["cells"]
            for output in cell.get("outputs", [])
            if run.PLOTLY in output.get("data", {})
        ]
        self.assertEqual(len(pictures), count)
        for picture in pictures:
            self.assertTrue(base64.b64decode("".join(picture)).startswith(b"\x89PNG"))

    def test_untrusted_notebook(self):
        file = fixtures.write_notebook(
            self.folder / "saved.ipynb",
            "# Figures of several kinds",
            outputs=(fixtures.FIGURE, fixtures.MAP, fixtures.SPACE),
        )
        self.check_notebook(file)

    def test_drawing_in_untrusted_notebook(self):
        notebook = fixtures.notebook("# One drawing", outputs=(fixtures.FIGURE,))
        notebook["cells"][-1]["outputs"][0]["data"] = {
            "image/svg+xml": '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="80">'
            '<script>window.parent.ran = true;</script><rect width="120" height="80" fill="blue"/></svg>',
            "text/plain": "a drawing",
        }
        (self.notebooks / "drawing.ipynb").write_text(json.dumps(notebook), "utf-8")
        self.open("drawing.ipynb")
        self.page.wait_for_function("document.querySelector('.jp-RenderedSVG img')?.naturalWidth === 120")
        self.assertIsNone(self.page.evaluate("window.ran ?? null"), "a script in the drawing ran")

    def test_executed_notebooks(self):
        files = sorted((REPORT / "notebooks").glob("*.ipynb"))
        self.assertTrue(files, "no executed notebook: test_notebooks comes first")
        for file in files:
            with self.subTest(file.name):
                self.check_notebook(file)

    def test_drag_zooms_and_double_click_resets(self):
        fixtures.write_notebook(self.notebooks / "zoom.ipynb", "# One figure", outputs=(fixtures.FIGURE,))
        self.open("zoom.ipynb")
        self.marks(1)
        ranges = "document.querySelector('.js-plotly-plot')._fullLayout.xaxis.range.slice()"
        before = self.page.evaluate(ranges)
        box = self.page.locator(".js-plotly-plot .nsewdrag").first.bounding_box()
        self.page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.3)
        self.page.mouse.down()
        self.page.wait_for_timeout(1500)  # Meanwhile the still picture is stored; that must not disturb.
        self.page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.7, steps=5)
        self.page.mouse.up()
        self.page.wait_for_timeout(500)
        zoomed = self.page.evaluate(ranges)
        self.assertLess(zoomed[1] - zoomed[0], 0.6 * (before[1] - before[0]))
        self.page.mouse.dblclick(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self.page.wait_for_timeout(800)
        after = self.page.evaluate(ranges)
        self.assertAlmostEqual(after[0], before[0], 3)

    def test_live_figure_is_drawn_and_updated_in_place(self):
        fixtures.write_notebook(
            self.notebooks / "live.ipynb",
            "# Live",
            "java.util.Map<String, Object> wave(double top) {\n"
            '  return java.util.Map.of("application/vnd.plotly.v1+json", java.util.Map.of("data", List.of(\n'
            '      java.util.Map.of("type", "scatter", "mode", "markers", "x", new int[] {1, 2, 3}, '
            '"y", new double[] {1, top, 2})), "layout", java.util.Map.of("width", 500, "height", 300)));\n'
            "}\nString id = Notebook.display(wave(3));",
            "Notebook.update(id, wave(7));",
        )
        self.open("live.ipynb")
        self.page.wait_for_function(
            "window.jupyterapp.shell.currentWidget.context.sessionContext.session?.kernel"
            "?.connectionStatus === 'connected'"
        )
        self.page.evaluate("void window.jupyterapp.commands.execute('notebook:run-all-cells')")
        self.page.wait_for_function(
            "document.querySelectorAll('.js-plotly-plot').length === 1 && "
            "document.querySelector('.js-plotly-plot').data?.[0].y[1] === 7"
        )
        self.assertEqual(self.marks(1)[0]["points"], 3)
        self.save_and_find_pictures("live.ipynb", 1)
        self.picture("live")


class ReportPage(Browser):
    """The report as a person opens it: a double click on index.html."""

    def test_report(self):
        self.assertTrue((REPORT / "index.html").exists(), "no report: test_notebooks comes first")
        missing = []
        self.page.on("requestfailed", lambda request: missing.append(request.url))
        self.page.goto((REPORT / "index.html").as_uri())
        self.page.evaluate("document.querySelectorAll('img').forEach(image => { image.loading = 'eager'; })")
        self.page.wait_for_function("[...document.images].every(image => image.complete)")
        sizes = self.page.evaluate("[...document.images].map(image => [image.src, image.naturalWidth])")
        self.assertEqual([source for source, width in sizes if width < 20], [])
        figures = [
            figure for folder in report.paper_folders(REPORT) for figure in report.read_figures(folder)
        ]
        self.assertEqual(self.page.locator("figure").count(), len(figures))
        files = report.figure_files(REPORT)
        for number, file in enumerate(files):
            holder = self.page.locator('figure[data-figure="%s/%s"]' % (file.parent.name, file.stem))
            holder.locator("[data-open]").first.click()
            holder.locator(".js-plotly-plot .main-svg").first.wait_for()
        self.page.wait_for_timeout(1000)
        marks = self.drawn()
        self.assertEqual(len(marks), len(files))
        order = self.page.evaluate(
            "[...document.querySelectorAll('figure')].filter(f => "
            "f.querySelector('.js-plotly-plot')).map(f => f.dataset.figure)"
        )
        for name, drawn in zip(order, marks):
            self.assertEqual(
                differences(json.loads((REPORT / (name + ".json")).read_text("utf-8")), drawn), [], name
            )
        self.assertEqual(missing, [])
        self.picture("report")


if __name__ == "__main__":
    unittest.main()
