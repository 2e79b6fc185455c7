"""`python -m methods preview`: see what a recipe shows to the network."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from methods.cli.common import VariantArgument
from methods.cli.train import DataOption, RecipeOption


def preview(
    variant: VariantArgument,
    data: DataOption,
    recipe: RecipeOption,
    output: Annotated[Path, typer.Option(help="Where to write the sheet (PNG).")] = Path("sheet.png"),
    stage: Annotated[int, typer.Option(min=1, help="Which stage of the recipe.")] = 1,
    samples: Annotated[int, typer.Option(min=1, max=60, help="How many images.")] = 18,
) -> None:
    """Draw augmented training images with their labels on one sheet."""
    import cv2

    from methods.data.batch import EpochBatches
    from methods.data.decoded import DecodedImages
    from methods.data.sheet import contact_sheet
    from methods.errors import SettingsError
    from methods.training.recipe import find_recipe, read_recipe
    from methods.training.sources import read_mixture, training_samples

    chosen = read_recipe(find_recipe([variant], recipe))
    if stage > len(chosen.stages):
        raise SettingsError(f"The recipe has {len(chosen.stages)} stages; there is no stage {stage}.")
    part = chosen.stages[stage - 1]
    mixture = read_mixture(data, chosen)
    images = training_samples(mixture, DecodedImages(mixture.images, memory=0), part.augment, chosen)
    keys = next(iter(EpochBatches(mixture, 0, chosen.seed, samples, part.sizes)))
    sheet = contact_sheet([images[key] for key in keys], mixture.skeleton)
    if not cv2.imwrite(str(output), cv2.cvtColor(sheet, cv2.COLOR_RGB2BGR)):
        raise SettingsError(f"The sheet cannot be written to {output}; give a PNG file in a folder that exists.")
    Console().print(
        f"{len(keys)} images of stage {stage} in {output}. Discs are visible keypoints, rings occluded ones, small ones"
        " count less; blue is the person's left, orange the right; crossed red boxes are ignored."
    )
