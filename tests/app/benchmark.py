"""Measures what a visitor waits for; prints, asserts nothing: `python tests/app/benchmark.py` from the repository root.

In one process, without a browser: building the page, the first comparison, a slider's new overlay for each method and
for all together, with the presets' thresholds, and memory after several comparisons.
"""

import json
import statistics
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
RUNS = 15


def milliseconds(function, *arguments):
    started = time.perf_counter()
    result = function(*arguments)
    return (time.perf_counter() - started) * 1000, result


def memory():
    """Resident memory of this process in MB, as Linux counts it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


def redecode(tab, visit, chosen, preset, inside):
    """Median milliseconds from a moved threshold of the chosen methods to the viewer's JSON, and its characters."""
    values = tab.panel.preset(preset)
    times = []
    for run in range(RUNS):
        nudged = [
            value + 1e-4 * (run + 1) if method in chosen and setting == "pose_confidence" else value
            for (method, setting), value in zip(tab.panel.names, values, strict=True)
        ]
        elapsed, answer = milliseconds(lambda nudged=nudged: json.dumps(tab.answer(visit, chosen, [inside, *nudged])))
        times.append(elapsed)
    return statistics.median(times), len(answer)


def evidence(tab, visit, chosen):
    """All layers of the chosen methods' evidence, as the page is asked for them."""
    panels = tab.answer(visit, chosen, [{}, *tab.panel.preset("demo")])["panels"]
    return {panel["name"]: [layer["name"] for layer in panel["layers"]] for panel in panels}


def main():
    import gradio as gr

    started = time.perf_counter()
    from app.models import offered
    from app.state.photo_session import PhotoSession
    from app.tabs.compare import CompareTab
    from methods.images import read_image
    from methods.samples import samples

    with gr.Blocks(analytics_enabled=False):
        tab = CompareTab()
    print(f"imports, models and page    {time.perf_counter() - started:8.1f} s   {memory():6.0f} MB")
    for sample in samples():
        visit = PhotoSession(read_image(sample.path), sample.name)
        elapsed, _ = milliseconds(visit.infer, offered())
        print(f"networks on {sample.name:15} {elapsed:8.0f} ms  {memory():6.0f} MB")
        for preset in ("demo", "evaluation"):
            for chosen in [*([name] for name in offered()), list(offered())]:
                label = f"{len(chosen)} methods" if len(chosen) > 1 else chosen[0]
                for inside in ({}, evidence(tab, visit, chosen)):
                    median, size = redecode(tab, visit, chosen, preset, inside)
                    seen = "with evidence" if inside else ""
                    print(f"  {preset:10} {label:20} {seen:13} {median:7.1f} ms  {size / 1024:6.0f} kB")
    for _ in range(10):
        for sample in samples():
            PhotoSession(read_image(sample.path), sample.name).infer(offered())
    print(f"after 30 more comparisons   {'':11} {memory():6.0f} MB")


if __name__ == "__main__":
    # In a thread of its own, as Gradio does it. In the main thread of a machine that has other work too, torch's
    # helpers wait for one another by spinning, which was seen to take thirty times as long.
    worker = threading.Thread(target=main)
    worker.start()
    worker.join()
