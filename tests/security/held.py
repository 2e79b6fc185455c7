"""The page with two quick methods whose networks wait while a test says so: `python tests/security/held.py`.

In the folder HELD lie: `hold`, while which no network ends; `runs`, a line for each run of a network, the width of the
photo; `alive`, rewritten at SIGUSR1: what of visitors is in memory, and how many runs wait. LIMITS, JSON, replaces some
of app.limits.
"""

import gc
import json
import os
import runpy
import signal
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from app import limits, own_folder  # noqa: E402

vars(limits).update(json.loads(os.environ.get("LIMITS", "{}")))

FOLDER = Path(os.environ.get("HELD", ""))
MARK = "visitor-4711"  # in the name of a test's photo


def alive() -> dict[str, int]:
    """How many of some kinds of things are in memory, how many texts that have MARK in them, and how many runs wait."""
    things = gc.get_objects()
    kinds = [type(each).__name__ for each in things]
    texts = {id(text): text for each in things for text in gc.get_referents(each) if isinstance(text, str | bytes)}
    marked = [text for text in texts.values() if (MARK if isinstance(text, str) else MARK.encode()) in text]
    return {
        **{kind: kinds.count(kind) for kind in ("Visit", "Session", "Given")},
        "marked": len(marked),
        "waiting": len(sys.modules["app.models"].NETWORKS._jobs),
    }


def write_alive(*_: object) -> None:
    """Answer SIGUSR1; for the first time before anybody came, so that what is there then is looked through no more."""
    gc.collect()
    (FOLDER / "alive.new").write_text(json.dumps(alive()))
    (FOLDER / "alive.new").rename(FOLDER / "alive")
    if not gc.get_freeze_count():
        gc.freeze()


def offer_held_methods() -> None:
    """Put the two methods in place of all those whose weights come with the workbench."""
    from app import models
    from tests.app.conftest import FakeMethod

    class HeldMethod(FakeMethod):
        """Waits before each answer."""

        def infer(self, images, *more, **named):
            with (FOLDER / "runs").open("a") as runs:
                runs.write(f"{images[0].shape[1]}\n")
            while (FOLDER / "hold").exists():
                time.sleep(0.01)
            return super().infer(images, *more, **named)

    methods = {name: HeldMethod(name) for name in ("movenet-multipose", "yolo11n-pose")}
    for method in methods.values():
        models.run_in_one_thread(method)
    models.offered = lambda: methods


if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, write_alive)
    own = own_folder.claim()
    own_folder.claim = lambda: own  # app.py does as here: before Gradio is imported
    offer_held_methods()
    runpy.run_path(str(ROOT / "app.py"), run_name="__main__")
