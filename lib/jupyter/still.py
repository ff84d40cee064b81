"""Still pictures of plotly figures, without any network: by the machine's Chromium, else by kaleido's own."""

import base64
import http.server
import json
import os
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

WIDTH, HEIGHT = 700, 450  # plotly.js's own size, where a layout has none.
SCALE = 1.5  # Pixels for one of the layout's: sharp on most screens at half the bytes of 2.
PATIENCE_SECONDS = 120  # For one figure, or for the browser to start.

# The browser may ask this program on the loopback address and nobody else.
POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
    "img-src data: blob:; connect-src 'self'"
)
OFFLINE = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
HEADLESS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--enable-unsafe-swiftshader",
    "--disable-dev-shm-usage",
)

PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Stills</title>
<script src="/plotly.js" charset="utf-8"></script></head><body><script>
(async () => {
  const figures = await (await fetch('/figures.json')).json();
  for (let i = 0; i < figures.length; i++) {
    const {data, layout, width, height, scale} = figures[i];
    const draw = async (format, scale) => {
      const url = await Plotly.toImage({data, layout}, {format, width, height, scale});
      return url.slice(url.indexOf(',') + 1);
    };
    let answer;
    try {
      answer = {png: await draw('png', scale), svg: decodeURIComponent(await draw('svg', 1))};
    } catch (e) {
      answer = {error: String(e && e.message || e)};
    }
    await fetch('/still/' + i, {method: 'POST', body: JSON.stringify(answer)});
  }
})();
</script></body></html>"""


class StillError(Exception):
    """A picture could not be made; the message tells why in one sentence."""


class NothingToDrawWith(StillError):
    """Neither a Chromium nor kaleido is there."""


def find_chromium():
    """Returns the path of a browser of Chromium's family, None if there is none.

    The variable UNFOLD_CHROMIUM names another one.
    """
    chosen = os.environ.get("UNFOLD_CHROMIUM")
    if chosen is not None:
        return shutil.which(chosen)
    for name in (
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
        "chrome",
        "msedge",
        "microsoft-edge",
    ):
        found = shutil.which(name)
        if found:
            return found
    programs = [
        Path(os.environ[name])
        for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
        if os.environ.get(name)
    ]
    places = [
        Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
        Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
        Path("/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge"),
    ]
    places += [folder / "Google" / "Chrome" / "Application" / "chrome.exe" for folder in programs]
    places += [folder / "Microsoft" / "Edge" / "Application" / "msedge.exe" for folder in programs]
    return next((str(place) for place in places if place.exists()), None)


def size_of(figure):
    """Returns width and height of a figure in pixels."""
    layout = figure.get("layout") or {}
    return int(layout.get("width") or WIDTH), int(layout.get("height") or HEIGHT)


def draw(figures, plotly_js):
    """Returns (PNG bytes, SVG text) for each figure; figures are plotly's JSON: data, layout.

    Raises StillError naming the first figure that cannot be drawn, NothingToDrawWith if there is no browser.
    """
    if not figures:
        return []
    chromium = find_chromium()
    return by_chromium(figures, plotly_js, chromium) if chromium else by_kaleido(figures, plotly_js)


def by_chromium(figures, plotly_js, chromium):
    """Draws all figures on one page of a headless browser, which posts the pictures back."""
    asked = [
        dict(
            zip(("width", "height"), size_of(figure)),
            data=figure["data"],
            layout=figure.get("layout") or {},
            scale=SCALE,
        )
        for figure in figures
    ]
    files = {
        "/": ("text/html", PAGE.encode()),
        "/plotly.js": ("text/javascript", Path(plotly_js).read_bytes()),
        "/figures.json": ("application/json", json.dumps(asked).encode()),
    }
    answers = {}
    news = threading.Event()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            kind, body = files.get(self.path, ("text/plain", b""))
            self.send_response(200 if self.path in files else 404)
            self.send_header("Content-Type", kind + "; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answers[int(self.path.rsplit("/", 1)[1])] = json.loads(body)
            self.send_response(204)
            self.end_headers()
            news.set()

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    profile = tempfile.mkdtemp(prefix="unfold-")
    # The debugging port, unused, is what keeps a headless browser open after the page has loaded.
    browser = subprocess.Popen(
        [
            chromium,
            *HEADLESS,
            *OFFLINE,
            "--remote-debugging-port=0",
            "--user-data-dir=" + profile,
            "http://127.0.0.1:%d/" % server.server_port,
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while len(answers) < len(figures):
            if not news.wait(PATIENCE_SECONDS) and len(answers) < len(figures):
                raise StillError(
                    "%s drew nothing for %d seconds (figure %d of %d)."
                    % (chromium, PATIENCE_SECONDS, len(answers) + 1, len(figures))
                )
            news.clear()
    finally:
        browser.terminate()
        browser.wait()
        server.shutdown()
        server.server_close()
        shutil.rmtree(profile, ignore_errors=True)
    for i in range(len(figures)):
        if "error" in answers[i]:
            raise StillError(
                "figure %d of %d cannot be drawn: %s" % (i + 1, len(figures), answers[i]["error"])
            )
    return [(base64.b64decode(answers[i]["png"]), answers[i]["svg"]) for i in range(len(figures))]


def by_kaleido(figures, plotly_js):
    """Draws the figures with kaleido 0.2, which brings a browser of its own."""
    try:
        from kaleido.scopes.plotly import PlotlyScope
    except ImportError:
        raise NothingToDrawWith(
            "there is neither a Chromium nor kaleido to draw still pictures with."
        ) from None

    class Scope(PlotlyScope):
        """Kaleido's scope for plain JSON, so that the Python package plotly is not needed."""

        def _json_dumps(self, value):
            return json.dumps(value)

        def picture(self, figure, kind, scale):
            width, height = size_of(figure)
            wanted = {"data": figure["data"], "layout": figure.get("layout") or {}}
            answer = self._perform_transform(wanted, format=kind, width=width, height=height, scale=scale)
            if answer.get("code", 0):
                raise StillError(answer.get("message"))
            return answer["result"]

    scope = Scope(plotlyjs=str(Path(plotly_js).resolve()))
    pictures = []
    for i, figure in enumerate(figures):
        try:
            pictures.append(
                (base64.b64decode(scope.picture(figure, "png", SCALE)), scope.picture(figure, "svg", 1))
            )
        except StillError as e:
            raise StillError("figure %d of %d cannot be drawn: %s" % (i + 1, len(figures), e)) from None
    return pictures
