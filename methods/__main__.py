"""`python -m methods`: the command line."""

import typer

from methods.cli import benchmark, study, weights
from methods.cli.common import Commands
from methods.cli.compare import compare
from methods.cli.convert import convert
from methods.cli.evaluate import evaluate
from methods.cli.label_errors import label_errors
from methods.cli.predict import predict
from methods.cli.preview import preview
from methods.cli.publish import publish
from methods.cli.scene_results import scene_results
from methods.cli.train import train
from methods.cli.variants import variants

app = typer.Typer(
    name="python -m methods",
    help="Find people's keypoints in images with several methods, and measure and compare them.",
    cls=Commands,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(predict)
app.command()(evaluate)
app.command()(compare)
app.command()(convert)
app.command()(label_errors)
app.command()(variants)
app.add_typer(weights.app, name="weights")
app.command()(preview)
app.command()(train)
app.command()(publish)
app.command()(scene_results)
app.add_typer(benchmark.app, name="benchmark")
app.add_typer(study.app, name="study")

if __name__ == "__main__":
    app()
