"""`python -m methods publish`: make a training's best weights those of the variant."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from methods.cli.common import VariantArgument
from methods.cli.train import DataOption


def publish(
    variant: VariantArgument,
    run: Annotated[Path, typer.Argument(metavar="FOLDER", help="What `train` wrote.")],
    data: DataOption,
    further: Annotated[
        str | None,
        typer.Option("--as", metavar="NAME", help="Publish as weights of that name beside the variant's, for a study."),
    ] = None,
) -> None:
    """Put a training's best weights into weights/ with measured numbers, a model card and a manifest entry."""
    from methods.training.publish import publish as write
    from methods.training.recipe import read_recipe
    from methods.training.sources import read_validation
    from methods.training.trainer import RECIPE

    recipe = read_recipe(run / RECIPE)
    console = Console()
    with console.status("measuring"):
        path = write(variant, run, recipe, read_validation(data, recipe), further=further)
    console.print(f"Wrote {path} and {path.with_suffix('.md').name}; the manifest has its entry.", soft_wrap=True)
