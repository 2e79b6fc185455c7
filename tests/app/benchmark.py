"""Measures what a visitor waits for; prints, asserts nothing: `python tests/app/benchmark.py` from the repository root.

In one process, without a browser: building the page, the first comparison, a slider's new overlay for each method and
for all together, with the presets' thresholds, and memory after several comparisons.
"""

import json
import statistics
import sys
import threading
import time
from dataclasses import replace
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


def redecode(session, controls, preset):
    """Median milliseconds from a moved threshold of the shown methods to the viewer's JSON, and its characters."""
    from app.tabs.compare import answer

    settings = {name: getattr(type(each), preset)() for name, each in controls.settings.items()}
    times = []
    for run in range(RUNS):
        moved = replace(controls, settings=settings)
        for name in controls.methods:
            moved = moved.with_setting(name, "pose_confidence", settings[name].pose_confidence + 1e-4 * (run + 1))
        elapsed, value = milliseconds(lambda moved=moved: json.dumps(answer(session, moved)))
        times.append(elapsed)
    return statistics.median(times), len(value)


def all_layers(session, controls):
    """All layers of the shown methods' intermediate outputs, as the page is asked for them."""
    from app.tabs.compare import answer

    return {
        panel["name"]: [layer["name"] for layer in panel["layers"]] for panel in answer(session, controls)["panels"]
    }


def main():
    started = time.perf_counter()
    from app.models import offered
    from app.page import build
    from app.state.controls import Controls
    from app.state.photo_session import PhotoSession
    from methods.images import read_image
    from methods.samples import samples

    build()
    print(f"imports, models and page    {time.perf_counter() - started:8.1f} s   {memory():6.0f} MB")
    for sample in samples():
        session = PhotoSession(read_image(sample.path), sample.name)
        elapsed, _ = milliseconds(session.infer, offered())
        print(f"networks on {sample.name:15} {elapsed:8.0f} ms  {memory():6.0f} MB")
        for preset in ("demo", "evaluation"):
            for chosen in [*([name] for name in offered()), list(offered())]:
                label = f"{len(chosen)} methods" if len(chosen) > 1 else chosen[0]
                controls = replace(Controls.initial(offered()), methods=tuple(chosen))
                for layers in ({}, all_layers(session, controls)):
                    median, size = redecode(session, replace(controls, layers=layers), preset)
                    seen = "with layers" if layers else ""
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
