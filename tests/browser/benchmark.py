"""Measures the page against its bars in a real browser; prints, asserts nothing: `python tests/browser/benchmark.py`.

Starts the app like the browser tests. Times depend on what else the machine does, so its load is printed beside them.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from gradio_client import Client, handle_file
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from conftest import CHROMIUM_ARGUMENTS, PATIENCE, ROOT, Visitor, free_port, wait_for_page

CLIENTS, IMAGES, COMPARISONS = 8, 10, 50
BUS = "Pedestrians and a bus"
PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"
# Milliseconds from doing something until `done` holds, as the page itself sees it.
UNTIL = """async ([act, done]) => {
  const holds = eval(done), start = performance.now();
  eval(act)();
  while (!holds()) await new Promise(requestAnimationFrame);
  return performance.now() - start;
}"""
CLICK_SAMPLE = (
    "() => [...document.querySelectorAll('#samples button')].find(b => b.querySelector(`img[alt='{}']`)).click()"
)
PANELS = "() => document.querySelectorAll('#viewer .pv-panel .pv-image[href]').length === {}"
# Moves the slider of all methods; the milliseconds until the browser has drawn, and until the server has answered.
MOVE = """async confidence => {
  const range = document.querySelector("#viewer .pv-confidence input"), start = performance.now();
  range.value = confidence;
  range.dispatchEvent(new Event("input", { bubbles: true }));
  document.querySelector("#viewer .pv-grid").getBoundingClientRect();  // laid out
  const drawn = performance.now() - start;
  while (document.querySelector("#viewer .pv.ahead")) await new Promise(requestAnimationFrame);
  return [drawn, performance.now() - start];
}"""
MOVES = 40


def report(what: str, value: str, bar: str) -> None:
    print(f"{what:52} {value:>22}   bar: {bar:12} load {os.getloadavg()[0]:.1f}", flush=True)


def memory(process: int) -> float:
    """Resident memory of a process in MB, as Linux counts it."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


def images(folder: Path) -> list[Path]:
    """Images of 640 px or less, each of another size and with other parts of the sample images."""
    from methods.samples import samples

    made = []
    for number in range(COMPARISONS):
        picture = Image.open(samples()[number % len(samples())].path).convert("RGB")
        picture.thumbnail((640, 640))
        picture = picture.crop((0, 0, picture.width - number, picture.height))
        made.append(folder / f"{number}.jpg")
        picture.save(made[-1])
    return made


def page(browser: Browser, url: str, files: list[Path], process: int) -> None:
    """What one visitor waits for, and the server's memory while the visitor compares image after image."""
    from app.models import offered

    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    context.set_default_timeout(PATIENCE)
    visitor = Visitor(context.new_page(), url)
    report("first paint", f"{visitor.page.evaluate(PAINT):.0f} ms", "3000 ms")
    everybody = PANELS.format(len(offered()))
    opened = visitor.page.evaluate(UNTIL, [CLICK_SAMPLE.format(BUS), everybody])
    report("a sample opens with seven methods", f"{opened:.0f} ms", "1000 ms")
    visitor.wait_until_measured()
    times = [visitor.page.evaluate(MOVE, round(0.1 + 0.02 * move, 2)) for move in range(MOVES)]
    for what, each, bar in zip(
        ("redrawn by the browser", "confirmed"), zip(*times, strict=True), (50, 150), strict=True
    ):
        middle, late = statistics.median(each), statistics.quantiles(each, n=20)[-1]
        report(f"threshold of seven methods moved, {what}", f"{middle:.0f} ms, 95% {late:.0f} ms", f"{bar} ms")
    for count, file in enumerate(files, start=1):
        before = visitor.page.get_attribute("#viewer .pv-image", "href")
        started = time.perf_counter()
        visitor.page.set_input_files("#image input[type=file]", file)
        visitor.page.wait_for_function(
            "before => document.querySelector('#viewer .pv-image').getAttribute('href') !== before", arg=before
        )
        if count == 1:
            report("first comparison of an upload, seven methods", f"{time.perf_counter() - started:.2f} s", "3 s")
        if count == 5:
            after_five = memory(process)
    grown = memory(process) - after_five
    report(f"memory after {len(files)} comparisons over after 5", f"{grown:+.0f} MB of {memory(process):.0f}", "100 MB")
    context.close()


def clients(url: str, files: list[Path]) -> None:
    """Eight clients at once: every answer is compared with that which a client alone gets."""
    from app.models import offered

    methods = list(offered())

    def ask(number: int) -> list[tuple[str, float, dict]]:
        client, answers = Client(url, verbose=False), []
        for turn in range(IMAGES):
            file = files[(number + turn) % IMAGES]
            started = time.perf_counter()
            answer = client.predict(handle_file(file), methods, {}, api_name="/compare")
            answers.append((file.name, time.perf_counter() - started, answer))
        return answers

    alone = {name: answer for name, _, answer in ask(0)}
    with ThreadPoolExecutor(CLIENTS) as pool:
        found = [each for answers in pool.map(ask, range(CLIENTS)) for each in answers]
    right = sum(
        answer["image"] == alone[name]["image"]
        and all(answer["methods"][each]["results"] == alone[name]["methods"][each]["results"] for each in methods)
        for name, _, answer in found
    )
    report(f"{CLIENTS} clients at once, {IMAGES} images each: right answers", f"{right} of {len(found)}", "all")
    report("longest wait of a client", f"{max(waited for _, waited, _ in found):.1f} s", "60 s")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        url = f"http://127.0.0.1:{(port := free_port())}"
        files, log = images(Path(folder)), Path(folder) / "app.log"
        environment = {**os.environ, "GRADIO_SERVER_PORT": str(port), "GRADIO_TEMP_DIR": folder}
        with log.open("w") as output:
            app = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=output, stderr=output)
        try:
            started = time.perf_counter()
            wait_for_page(url, app, log)
            report("start to first answer", f"{time.perf_counter() - started:.1f} s", "60 s")
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_ARGUMENTS)
            page(browser, url, files, app.pid)
            browser.close()
            clients(url, files)
        finally:
            app.terminate()
            app.wait()


if __name__ == "__main__":
    main()
