"""What the page offers to try it on: installed images, and one rendered scene of each set, whose ground truth is
known."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from methods.data.coco import AnnotatedImage, People
from methods.data.scenes import FOLDER, NAME, read_scenes
from methods.errors import DataError
from methods.samples import samples

TITLES = {
    "single": "Rendered: one person",
    "pairs": "Rendered: two people near each other",
    "crowd-low": "Rendered: a loose crowd",
    "crowd-middle": "Rendered: a crowd",
    "crowd-high": "Rendered: a dense crowd",
    "behind-objects": "Rendered: people behind things",
    "cut-off": "Rendered: cut off by the border",
    "driver": "Rendered: at the steering wheel",
    "tiny": "Rendered: tiny people",
}
CREDIT = "rendered for this workbench, CC0 1.0; keypoints are known exactly"


@dataclass(frozen=True)
class Offer:
    """An image to click on: `name` for links and tests, `title` for people; `ground_truth` where it is known."""

    name: str
    title: str
    path: Path
    credit: str
    ground_truth: People | None = None


@cache
def offers() -> tuple[Offer, ...]:
    """Images first, then scenes in the order of TITLES; the scenes are left out where the folder is not there."""
    images = [Offer(each.name, each.title, each.path, each.credit) for each in samples()]
    try:
        scenes = read_scenes()
    except DataError:
        return tuple(images)
    first: dict[str, AnnotatedImage] = {}
    for scene in scenes:
        first.setdefault(scene.file_name.partition("/")[0], scene)
    rendered = [_rendered(name, first[name]) for name in TITLES if name in first]
    return (*images, *rendered)


def find_offer(name: str) -> Offer | None:
    """The offer of that name."""
    return next((each for each in offers() if each.name == name), None)


def _rendered(name: str, scene: AnnotatedImage) -> Offer:
    return Offer(f"{NAME}-{name}", TITLES[name], FOLDER / scene.file_name, CREDIT, scene.people[scene.people.labelled])
