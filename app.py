"""Starts the workbench: `python app.py`, with `--open` in a new browser tab. A Space runs this file as it is."""

import sys

from app.start import start

if __name__ == "__main__":
    start(open_browser="--open" in sys.argv[1:])
