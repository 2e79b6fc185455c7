"""The rendered sample scenes in data_samples/scenes, found by name: all of them, one set or one family of sets."""

from dataclasses import replace
from pathlib import Path

from methods.data.coco import CocoKeypoints
from methods.errors import DataError

FOLDER = Path(__file__).resolve().parents[2] / "data_samples" / "scenes"
NAME = "scenes"
QUIZZES = "quizzes"  # minimal pairs to look at; measuring on all scenes leaves them out


def read_scenes(name: str = NAME, folder: Path = FOLDER) -> CocoKeypoints:
    """The scenes called `name`: "scenes" (all but the quizzes), or "scenes/" and a set or the start of some sets'
    names up to a hyphen: "scenes/single", "scenes/crowd-high", "scenes/crowd".

    Raises DataError where no scenes have that name or the scenes are not there.
    """
    annotations = folder / "scenes.json"
    if not annotations.is_file():
        raise DataError(f"There are no sample scenes at {folder}; take the folder data_samples along with the project.")
    data = CocoKeypoints.read(annotations, folder)
    sets = sorted({_set(image.file_name) for image in data})
    root, _, wanted = name.partition("/")
    chosen = [each for each in sets if _matches(each, wanted)] if root == NAME else []
    if not chosen:
        known = ", ".join(f"{NAME}/{each}" for each in sets)
        raise DataError(f"No sample scenes are called {name}; there are {NAME}, {known}.")
    return replace(data, name=name, images=tuple(image for image in data if _set(image.file_name) in chosen))


def _set(file_name: str) -> str:
    return file_name.partition("/")[0]


def _matches(each: str, wanted: str) -> bool:
    return each != QUIZZES if not wanted else each == wanted or each.startswith(f"{wanted}-")
