"""Starts the workbench: `python app.py`, with `--open` in a new browser tab. A Space runs this file as it is."""

import sys

from app.page import build, serving
from methods.errors import WorkbenchError

try:
    demo = build()
except WorkbenchError as error:
    sys.exit(str(error))

if __name__ == "__main__":
    demo.launch(inbrowser="--open" in sys.argv[1:], **serving())
