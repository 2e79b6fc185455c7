"""Starts the page and serves it until the process is asked to end."""

import shutil
import signal
import sys

from app.server.memory import use_few_arenas
from app.server.own_folder import claim
from methods.errors import WorkbenchError

ENDINGS = ("SIGTERM", "SIGHUP")  # of these, those that the system has


def start(open_browser: bool = False) -> None:
    """Build the page, serve it, and take its files away at the end. Ends with one sentence where weights are wrong."""
    use_few_arenas()
    folder = claim()
    from app.page import build, serving  # only now: Gradio asks where uploads go when it is imported

    try:
        page = build()
    except WorkbenchError as error:
        sys.exit(str(error))
    for ending in ENDINGS:
        if hasattr(signal, ending):
            signal.signal(getattr(signal, ending), lambda *_: sys.exit())
    try:
        page.launch(inbrowser=open_browser, **serving(page))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
