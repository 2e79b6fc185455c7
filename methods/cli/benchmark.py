"""`python -m methods benchmark`: speed, measured in pairs in one run."""

from typing import Annotated

import typer
from rich.console import Console

from methods.cli.common import Commands, DeviceOption, VariantArgument
from methods.cli.train import DataOption, RecipeOption

app = typer.Typer(cls=Commands, no_args_is_help=True, help="Measure speed.")


@app.command()
def train(
    variant: VariantArgument,
    data: DataOption,
    recipe: RecipeOption = "small",
    size: Annotated[int, typer.Option(help="Training size in pixels.")] = 256,
    rounds: Annotated[int, typer.Option(min=1, help="Pairs to take the median over.")] = 7,
    device: DeviceOption = "auto",
) -> None:
    """Training steps, loader included, as a share of bare forward and backward on random images, for each stage."""
    from methods.data.decoded import DecodedImages
    from methods.training.benchmark import benchmark_training
    from methods.training.recipe import find_recipe, read_recipe
    from methods.training.sources import read_mixture
    from methods.training.tasks import create_task
    from methods.training.trainer import Trainer, create_accelerator

    chosen = read_recipe(find_recipe(variant, recipe))
    trainer = Trainer(create_task(variant, chosen.loss), chosen, create_accelerator(chosen, device))
    console = Console()
    mixture = read_mixture(data, chosen)
    with console.status("decoding images"):
        decoded = DecodedImages(mixture.images, int(chosen.decoded_gb * 2**30))
    precision = trainer.accelerator.mixed_precision
    for number, stage in enumerate(chosen.stages, 1):
        with console.status(f"timing stage {number}"):
            speed = benchmark_training(trainer, mixture, decoded, stage, size, rounds)
        console.print(
            f"stage {number}: {speed.real:.1f} images/s in training, {speed.bare:.1f} bare forward and backward:"
            f" {speed.share:.0%} (medians over {speed.rounds} pairs; {size} px, batch {speed.batch_size}, {precision},"
            f" {trainer.accelerator.device})",
            soft_wrap=True,
        )
