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
CAPTIONS = {  # what to look at
    "bus": "People before a bus, one cut off by the border: who puts keypoints where the image has ended?",
    "zidane": "Two men from the waist up: which methods give them knees all the same?",
    "astronaut": "One person, half length: move the confidence of keypoints and see whose hidden ones go first.",
    "single": "One person alone, the easy case: click the person and compare keypoint by keypoint.",
    "pairs": "Two people near each other: whose hand is whose?",
    "crowd-low": "A loose crowd: who is found by all methods, and who by some only?",
    "crowd-middle": "A crowd: look where one person covers another.",
    "crowd-high": "A dense crowd: switch the ground truth on and count who is missed.",
    "behind-objects": "People behind things: which methods place keypoints that cannot be seen?",
    "cut-off": "People cut off by the border: what becomes of the keypoints that are not in the image?",
    "driver": "At the steering wheel: hips and legs are hidden; the tab Visibility takes such keypoints out.",
    "tiny": "Tiny people: lower the confidence, and see who was found but not shown.",
}
CREDIT = "rendered for this workbench, CC0 1.0; keypoints are known exactly"


@dataclass(frozen=True)
class Offer:
    """An image to click on: `name` for links and tests, `title` for people, `caption` says what to look at;
    `ground_truth` where it is known."""

    name: str
    title: str
    path: Path
    credit: str
    caption: str = ""
    ground_truth: People | None = None


@cache
def offers() -> tuple[Offer, ...]:
    """Images first, then scenes in the order of TITLES; the scenes are left out where the folder is not there."""
    images = [Offer(each.name, each.title, each.path, each.credit, CAPTIONS[each.name]) for each in samples()]
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
    people = scene.people[scene.people.labelled]
    return Offer(f"{NAME}-{name}", TITLES[name], FOLDER / scene.file_name, CREDIT, CAPTIONS[name], people)
