"""`pose-workbench`: the page and the lab, beside every command of `python -m methods`."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from methods.__main__ import app as main
from methods.errors import WorkbenchError

LAB = Path(__file__).resolve().parent / "lab" / "main.py"


@main.command("app")
def open_page(
    no_open: Annotated[bool, typer.Option("--no-open", help="Only serve the page; open no browser.")] = False,
) -> None:
    """Open the page in a browser; it works offline and is reached from this computer alone."""
    from app.start import start  # only here: it takes seconds, which the other commands should not cost

    start(open_browser=not no_open)


@main.command("lab")
def open_lab() -> None:
    """Open the lab for data sets and results files in a browser. Needs the extra `lab`."""
    if not find_spec("streamlit"):
        raise WorkbenchError("The lab needs Streamlit, which is not installed; run: pip install streamlit")
    raise typer.Exit(subprocess.run([sys.executable, "-m", "streamlit", "run", str(LAB)]).returncode)
