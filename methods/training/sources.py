"""The data sets that a recipe names, found under one folder."""

from pathlib import Path

from methods.data.coco import CocoKeypoints
from methods.data.mixture import Mixture, Source
from methods.errors import DataError
from methods.training.recipe import Recipe


def read_folder(data: Path, folder: str, split: str) -> CocoKeypoints:
    """`data`/`folder`/annotations_`split`.json with the photos or tar shards beside it; raises DataError."""
    place = data / folder
    if not place.is_dir():
        raise DataError(f"There is no data set {folder} in {data}; give --data the folder that holds it.")
    return CocoKeypoints.read(place / f"annotations_{split}.json", place)


def read_mixture(data: Path, recipe: Recipe) -> Mixture:
    """The recipe's training images; raises DataError where one of the data sets is missing or malformed."""
    return Mixture([Source(read_folder(data, name, recipe.split), weight) for name, weight in recipe.sources.items()])


def read_validation(data: Path, recipe: Recipe) -> CocoKeypoints:
    """The recipe's validation images; raises DataError."""
    return read_folder(data, recipe.validation.folder, recipe.validation.split)
