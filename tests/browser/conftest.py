"""The real app in a process of its own, and Debian's Chromium to drive it."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, sync_playwright

from methods import variants
from methods.weights import read_manifest

ROOT = Path(__file__).resolve().parents[2]
ARTEFACTS = ROOT / "tests" / "artefacts"
WATCH = ROOT / "tests" / "browser" / "watch.js"
# Waiting costs nothing where all is well; seven networks on a busy machine with two cores may take a minute.
START_SECONDS = 300
PATIENCE = 300_000  # ms
CHROMIUM_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
]  # fmt: skip
COUNT_PEOPLE = (
    "() => Object.fromEntries([...document.querySelectorAll('.pv-panel')].map("
    "panel => [panel.dataset.method, panel.querySelectorAll('.pv-poses .pv-person').length]))"
)
# Two images were drawn and nothing was left to do; whether all of the page that is shown is itself again.
AT_REST = """async () => {
  for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame);
  await new Promise(done => requestIdleCallback(done));
  const moving = document.getAnimations().some(one => one.playState === "running");
  const loading = [...document.querySelectorAll("img:not([loading=lazy])")].some(one => !one.complete);
  return !moving && !loading && !document.querySelector(".pending, .generating") && !window.unanswered().length;
}"""
QUIET = 3  # times in a row that the page has to be at rest: an answer that came may ask the next question
SIZES = {"desk": {"width": 1440, "height": 1000}, "phone": {"width": 390, "height": 844}}


@pytest.fixture(scope="session")
def artefacts() -> Path:
    """Folder for screenshots, which git ignores."""
    ARTEFACTS.mkdir(exist_ok=True)
    return ARTEFACTS


@pytest.fixture(scope="session")
def app_url(artefacts: Path) -> Iterator[str]:
    """Address of `python app.py`, started as a visitor's machine or a Space would, or of POSE_APP_URL, which runs."""
    if running := os.environ.get("POSE_APP_URL"):
        yield running.rstrip("/")
        return
    with serve(artefacts / "app.log") as url:
        yield url


@contextmanager
def serve(log: Path, **environment: str) -> Iterator[str]:
    """The address of `python app.py` while it runs; what it says goes to `log`."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "app.py"],
            cwd=ROOT,
            env={**os.environ, **environment, "GRADIO_SERVER_PORT": str(port)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_for_page(url, process, log)
            yield url
        finally:
            process.terminate()
            process.wait(timeout=START_SECONDS)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def wait_for_page(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the page answers; fails with the log where the process stops or takes too long."""
    started = time.monotonic()
    while time.monotonic() - started < START_SECONDS:
        assert process.poll() is None, f"the app stopped:\n{log.read_text()}"
        try:
            urlopen(url, timeout=5).close()
            return
        except (URLError, OSError):
            time.sleep(0.3)
    pytest.fail(f"no page at {url} within {START_SECONDS} s:\n{log.read_text()}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium in its form without windows, which opens the page in half the time."""
    path = shutil.which("chromium-headless-shell")
    if path is None:
        pytest.fail(
            "The browser tests need chromium-headless-shell; install it with: apt-get install chromium-headless-shell"
            " (make test does)."
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def offered() -> list[str]:
    """Names of the methods that the page shows: those whose weights come with the workbench."""
    return [variant.name for variant in variants() if variant.name in read_manifest()]


class Visitor:
    """A page of the app, with what it complained about and whom it asked; `methods` are ticked, else all."""

    def __init__(self, page: Page, url: str, methods: Collection[str] = ()) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.strangers: list[str] = []  # addresses asked for that are not the app's
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._check(request, url))
        page.add_init_script(path=WATCH)
        page.goto(f"{url}?methods={','.join(methods)}" if methods else url)
        page.wait_for_selector("#viewer .pv-empty", state="visible")
        if methods:
            ticked = "count => document.querySelectorAll('#methods input:checked').length === count"
            page.wait_for_function(ticked, arg=len(methods))

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.text} ({message.location})")

    def _check(self, request: Request, url: str) -> None:
        if urlsplit(request.url).scheme not in ("data", "blob") and not request.url.startswith(url):
            self.strangers.append(request.url)

    def settle(self) -> None:
        """Wait until every question is answered, answers to them too, and all is drawn."""
        started, quiet = time.monotonic(), 0
        while quiet < QUIET:
            quiet = quiet + 1 if self.page.evaluate(AT_REST) else 0
            assert time.monotonic() - started < PATIENCE / 1000, f"unanswered: {self.page.evaluate('unanswered()')}"

    def pick_sample(self, title: str) -> None:
        """Click a sample and wait for the answer about it, and for the networks' own."""
        image = self.page.locator(".pv-image").first
        before = image.get_attribute("href") if image.count() else None
        self.page.locator("#samples button", has=self.page.get_by_alt_text(title)).click()
        self.page.wait_for_function(
            "before => { const image = document.querySelector('.pv-image');"
            " return image && image.getAttribute('href') && image.getAttribute('href') !== before; }",
            arg=before,
        )
        self.wait_until_measured()

    def wait_until_measured(self) -> None:
        """Wait until the networks have run; a sample's answers are shown before that. Then nothing moves any more."""
        self.page.wait_for_function(
            "() => { const rows = [...document.querySelectorAll('#viewer .pv-table tbody tr')];"
            " return rows.length && rows.every(row => row.cells[6].textContent !== 'not yet'); }"
        )
        self.settle()

    def measure_times(self) -> None:
        """Let all methods be timed, and wait for the times."""
        self.page.click("#run")
        self.page.wait_for_function(
            "() => [...document.querySelectorAll('#viewer .pv-table tbody tr')].every("
            "row => Number(row.cells[6].textContent) > 0)"
        )
        self.settle()

    def people(self) -> dict[str, int]:
        """People drawn in each panel."""
        return self.page.evaluate(COUNT_PEOPLE)

    def wait_for_people(self, condition: str) -> None:
        """Wait until a JavaScript condition on `n`, the people drawn in each panel by method, holds."""
        self.page.wait_for_function(f"() => {{ const n = ({COUNT_PEOPLE})(); return {condition}; }}")

    def table(self) -> list[list[str]]:
        """The cells' text of the table's body."""
        return self.page.evaluate(
            "() => [...document.querySelectorAll('.pv-table tbody tr')].map("
            "row => [...row.cells].map(cell => cell.textContent))"
        )

    def view_boxes(self) -> list[str]:
        """The part of the image that each panel shows: x y width height in pixels of the image."""
        return self.page.eval_on_selector_all(".pv-stage svg", "all => all.map(svg => svg.getAttribute('viewBox'))")

    def first_keypoint(self, method: str | None = None) -> tuple[float, float]:
        """The middle of the first keypoint of the first person in the method's or first panel, in pixels of the
        window."""
        panel = self.page.locator(f"[data-method={method}]" if method else ".pv-panel").first
        keypoint = panel.locator(".pv-person").first.locator("[data-keypoint]").first
        keypoint.scroll_into_view_if_needed()
        box = keypoint.bounding_box()
        assert box is not None
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def image_point(self, x: float, y: float) -> list[float]:
        """What lies at a point of the window in the first panel, in pixels of the image."""
        return self.page.evaluate(
            "([x, y]) => { const svg = document.querySelector('.pv-stage svg');"
            " const p = new DOMPoint(x, y).matrixTransform(svg.getScreenCTM().inverse()); return [p.x, p.y]; }",
            [x, y],
        )

    def screenshot(self, path: Path, full_page: bool = False) -> None:
        """Take an image once nothing is being waited for."""
        self.settle()
        self.page.screenshot(path=path, full_page=full_page, animations="disabled")

    def slider(self, elem_id: str) -> Locator:
        """A slider's number field, after opening its method's settings if they are folded."""
        field = self.page.locator(f"[id='{elem_id}'] input[type=number]")
        if not field.is_visible():
            method = elem_id.rpartition("-")[0]
            self.page.locator(".method-settings button", has_text=method).first.click()
            field.wait_for(state="visible")
            self.settle()  # Gradio makes folded settings when they are opened, and puts their values in afterwards
        return field

    def move_confidence(self, confidence: float) -> dict[str, int]:
        """Move the slider of all methods; the people that the browser then draws, before the server can answer."""
        return self.page.evaluate(
            "confidence => { const range = document.querySelector('#viewer .pv-confidence input');"
            " range.value = confidence; range.dispatchEvent(new Event('input', { bubbles: true }));"
            f" return ({COUNT_PEOPLE})(); }}",
            confidence,
        )

    def set_slider(self, elem_id: str, value: float) -> None:
        """Type a value into a slider's number field."""
        field = self.slider(elem_id)
        field.fill(str(value))
        field.press("Enter")
        self.settle()
        assert float(field.input_value()) == value, f"{elem_id} stays at {field.input_value()} after {value} was typed"


@pytest.fixture(scope="session")
def contexts(chromium: Browser) -> dict[str, BrowserContext]:
    """Browser contexts by what they were made with; after its first test each has the page's scripts in its cache."""
    return {}


@pytest.fixture
def visit(chromium: Browser, contexts: dict[str, BrowserContext], app_url: str):
    """Opens the page as a new visitor: visit(size="phone", methods=["kapao-n"]). It keeps nothing in the browser."""

    def open_page(size: str = "desk", dark: bool = False, methods: Collection[str] = (), **options: object) -> Visitor:
        made = {"viewport": SIZES[size], "color_scheme": "dark" if dark else "light", **options}
        if str(made) not in contexts:
            contexts[str(made)] = chromium.new_context(**made)
            contexts[str(made)].set_default_timeout(PATIENCE)
        return Visitor(contexts[str(made)].new_page(), app_url, methods)

    yield open_page
    for context in contexts.values():
        for page in context.pages:
            page.close()
