"""`python -m methods study`: one effect, a paper's or our own, measured closely on our weights."""

import typer

from methods.cli.common import Commands
from methods.cli.study.detposenet import refinements
from methods.cli.study.posedet import refinement, suppression, suppression_bound
from methods.cli.study.precision import precision
from methods.cli.study.visibility import visibility, visibility_filter
from methods.cli.study.visibility_maps import visibility_maps

app = typer.Typer(cls=Commands, no_args_is_help=True, help="Measure one effect closely, with our weights.")
app.command()(precision)
app.command()(visibility_maps)
app.command()(refinement)
app.command()(suppression)
app.command()(suppression_bound)
app.command()(visibility)
app.command()(visibility_filter)
app.command()(refinements)
