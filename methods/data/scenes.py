"""The rendered sample scenes in data_samples/scenes, found by name: all of them, one set or one family of sets."""

from dataclasses import replace
from pathlib import Path

from methods.data.coco import AS_PERSON, CocoKeypoints
from methods.data.coco_content import EXPECTED, CocoContent
from methods.data.json_text import read_json
from methods.errors import DataError
from methods.skeletons import COCO17

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
    # Its place on this machine is nobody's business in a report that is published.
    content = CocoContent.of(read_json(annotations.read_bytes(), str(annotations), EXPECTED), annotations.name)
    sets = sorted({_set(image["file_name"]) for image in content.images})
    root, _, wanted = name.partition("/")
    chosen = [each for each in sets if _matches(each, wanted)] if root == NAME else []
    if not chosen:
        known = ", ".join(f"{NAME}/{each}" for each in sets)
        raise DataError(f"No sample scenes are called {name}; there are {NAME}, {known}.")
    # Before people are read, so that `reading` counts those of these scenes alone.
    images = [image for image in content.images if _set(image["file_name"]) in chosen]
    ids = {image["id"] for image in images}
    people = [each for each in content.annotations if each["image_id"] in ids]
    content = replace(content, images=images, images_listed=len(images), annotations=people)
    return CocoKeypoints.of(content, folder, COCO17, AS_PERSON).called(name)


def _set(file_name: str) -> str:
    return file_name.partition("/")[0]


def _matches(each: str, wanted: str) -> bool:
    return each != QUIZZES if not wanted else each == wanted or each.startswith(f"{wanted}-")
