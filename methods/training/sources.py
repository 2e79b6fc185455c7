"""The data sets that a recipe names, found under one folder."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from methods.catalog import Variant
from methods.data.augment import Augment
from methods.data.batch import TrainingImages
from methods.data.coco import CocoKeypoints
from methods.data.crops import TrainingCrops, has_somebody, one_by_one
from methods.data.decoded import DecodedImages
from methods.data.labels import labelled_only
from methods.data.mixture import Mixture, Source
from methods.errors import DataError, SettingsError
from methods.training.recipe import Recipe


def read_folder(data: Path, folder: str, split: str) -> CocoKeypoints:
    """`data`/`folder`/annotations_`split`.json with the images or tar shards beside it; raises DataError."""
    place = data / folder
    if not place.is_dir():
        raise DataError(f"There is no data set {folder} in {data}; give --data the folder that holds it.")
    return CocoKeypoints.read(place / f"annotations_{split}.json", place)


def read_mixture(data: Path, recipe: Recipe) -> Mixture:
    """The recipe's training images; raises DataError where one of the data sets is missing or malformed.

    For crops, images without anybody to cut out are left out; where they are of everybody, each of the others is there
    once for each of its people.
    """
    sources = []
    for name, weight in recipe.sources.items():
        images = read_folder(data, name, recipe.split)
        if name in recipe.labelled_only:
            images = labelled_only(images)
        if recipe.crops and recipe.crops.everybody:
            images = replace(images, images=tuple(one for image in images for one in one_by_one(image)))
        elif recipe.crops:
            images = replace(images, images=tuple(filter(has_somebody, images)))
        sources.append(Source(images, weight))
    return Mixture(sources)


def check_skeleton(data: CocoKeypoints | Mixture, variants: Sequence[Variant]) -> None:
    """Raise SettingsError where a variant is to learn from, or be judged by, people of other keypoints than its own."""
    for variant in variants:
        if data.skeleton.keypoints != variant.skeleton.keypoints:
            raise SettingsError(
                f"{variant.name} finds the keypoints of {variant.skeleton.name}, but the data have those of"
                f" {data.skeleton.name}; give data or a variant with the same."
            )


def training_samples(
    mixture: Mixture, decoded: DecodedImages, augment: Augment, recipe: Recipe
) -> TrainingImages | TrainingCrops:
    """The samples of a stage: crops where the recipe asks for them, else whole images."""
    if recipe.crops:
        return TrainingCrops(mixture, decoded, augment, recipe.seed, recipe.crops)
    return TrainingImages(mixture, decoded, augment, recipe.seed, recipe.unlabelled == "learn")


def read_validation(data: Path, recipe: Recipe) -> CocoKeypoints:
    """The recipe's validation images; raises DataError."""
    return read_folder(data, recipe.validation.folder, recipe.validation.split)
