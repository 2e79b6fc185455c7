"""Starts the workbench: `python app.py`, with `--open` in a new browser tab. A Space runs this file as it is."""

import shutil
import signal
import sys

from app.server.memory import use_few_arenas
from app.server.own_folder import claim

use_few_arenas()
FOLDER = claim()  # before Gradio is imported, which asks then where uploads go

from app.page import build, serving  # noqa: E402
from methods.errors import WorkbenchError  # noqa: E402

try:
    demo = build()
except WorkbenchError as error:
    sys.exit(str(error))

if __name__ == "__main__":
    for ended in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ended, lambda *_: sys.exit())
    try:
        demo.launch(inbrowser="--open" in sys.argv[1:], **serving())
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
