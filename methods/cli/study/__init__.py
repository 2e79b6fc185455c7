"""`python -m methods study`: one finding of a paper, measured on our weights."""

import typer

from methods.cli.common import Commands

app = typer.Typer(cls=Commands, no_args_is_help=True, help="Repeat a paper's finding with our weights.")
