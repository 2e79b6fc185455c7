"""`python -m methods study`: one effect, a paper's or our own, measured closely on our weights."""

import typer

from methods.cli.common import Commands
from methods.cli.study.precision import precision

app = typer.Typer(cls=Commands, no_args_is_help=True, help="Measure one effect closely, with our weights.")
app.command()(precision)
