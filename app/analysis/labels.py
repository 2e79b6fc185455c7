"""Cards of labels that are probably wrong: the annotation, and what the methods have in common."""

from collections.abc import Sequence

import numpy as np

from app.analysis.card import Card, Figure
from app.analysis.crops import wide_region_of
from app.analysis.dataset import Dataset
from app.analysis.instances import Images, keypoints_of
from app.limits import CASES
from methods.analysis.label_error import Kind, LabelError

AGREED = "#d98200"  # of a pose that is no single method's
ALL = "all kinds"
FILE = "labels-to-look-at.json"


def chosen_doubts(dataset: Dataset, kind: str) -> list[LabelError]:
    """The doubts of one kind, or of all, the most probable first; raises DataError where there is only one run."""
    return [one for one in dataset.label_errors.errors if kind in (ALL, one.kind.value)]


def doubt_cards(dataset: Dataset, doubts: Sequence[LabelError]) -> list[Card]:
    """A card for each of the first CASES."""
    images = Images(dataset)
    return [_card(dataset, one, images) for one in doubts[:CASES]]


def _card(dataset: Dataset, doubt: LabelError, images: Images) -> Card:
    image = dataset.images[doubt.image_id]
    annotated = [keypoints_of(dataset.ground_truth, each) for each in (doubt.person, doubt.other) if each >= 0]
    people = [Figure(each) for each in annotated]
    if doubt.kind is not Kind.DOUBLED:
        people.append(Figure(agreed_pose(doubt), AGREED, "found"))
    known = "" if doubt.annotation_id is None else f"annotation {doubt.annotation_id}, "
    area = wide_region_of([one.keypoints for one in people], (image.width, image.height))
    lines = [doubt.reason, f"{known}{image.file_name}"]
    return Card(images.get(image.image_id), area, people, f"{doubt.kind.value}, {doubt.score:.2f}", lines)


def agreed_pose(doubt: LabelError) -> np.ndarray:
    """The doubt's pose as keypoints [K, 2]; NaN where there is none."""
    triples = np.array(doubt.pose).reshape(-1, 3)
    return np.where(triples[:, 2:] > 0, triples[:, :2], np.nan)
