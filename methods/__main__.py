"""`python -m methods`: the command line."""

import typer

from methods.cli.common import Commands
from methods.cli.predict import predict
from methods.cli.variants import variants

app = typer.Typer(
    name="python -m methods",
    help="Find people's joints in photos with several methods, and measure and compare them.",
    cls=Commands,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(predict)
app.command()(variants)

if __name__ == "__main__":
    app()
