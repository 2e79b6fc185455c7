"""`python -m methods study`: one effect, a paper's or our own, measured closely on our weights."""

import typer

from methods.cli.common import Commands
from methods.cli.study.detposenet import coarse_to_refined, filtering
from methods.cli.study.distances import distances
from methods.cli.study.hybridpose import self_correlation, visibility_maps
from methods.cli.study.kapao import fusion
from methods.cli.study.posedet import refinement, suppression, suppression_bound
from methods.cli.study.precision import precision
from methods.cli.study.visibility import visibility, visibility_filter

app = typer.Typer(cls=Commands, no_args_is_help=True, help="Measure one effect closely, with our weights.")
app.command()(distances)
app.command()(precision)
app.command()(fusion)
app.command()(visibility_maps)
app.command()(self_correlation)
app.command()(refinement)
app.command()(suppression)
app.command()(suppression_bound)
app.command()(filtering)
app.command()(coarse_to_refined)
app.command()(visibility)
app.command()(visibility_filter)
