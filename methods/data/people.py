"""Annotated people of one image as arrays."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from methods.data.reading import AREA_OF_BOX, Areas


@dataclass(frozen=True, eq=False)
class People:
    """N annotated people of one image, in the file's order; read-only arrays.

    boxes        [N, 4]     float32, x1, y1, x2, y2 in pixels
    keypoints    [N, K, 2]  float32, x, y in pixels; meaningless where visibility is 0
    visibility   [N, K]     uint8, COCO's flag: 0 absent, 1 occluded, 2 visible
    areas        [N]        float64, square pixels, as annotated
    is_crowd     [N]        bool; a region to ignore, not a person
    annotations  N          the file's own dictionaries, with whatever other fields they have
    """

    boxes: np.ndarray
    keypoints: np.ndarray
    visibility: np.ndarray
    areas: np.ndarray
    is_crowd: np.ndarray
    annotations: tuple[dict[str, Any], ...]

    def __post_init__(self) -> None:
        for array in (self.boxes, self.keypoints, self.visibility, self.areas, self.is_crowd):
            array.flags.writeable = False

    def __len__(self) -> int:
        return len(self.annotations)

    def __getitem__(self, index: np.ndarray | slice) -> "People":
        """People chosen by a boolean mask [N], an array of indices or a slice."""
        chosen = np.arange(len(self))[index]
        return People(
            self.boxes[chosen],
            self.keypoints[chosen],
            self.visibility[chosen],
            self.areas[chosen],
            self.is_crowd[chosen],
            tuple(self.annotations[i] for i in chosen),
        )

    @property
    def labelled(self) -> np.ndarray:
        """Which people count in COCO's evaluation, bool [N]: no crowd, at least one keypoint with a flag above 0."""
        return ~self.is_crowd & (self.visibility > 0).any(axis=1)


def people_of(annotations: Sequence[dict[str, Any]], num_keypoints: int) -> People:
    """From checked annotations of one image, each of that many keypoints."""
    boxes = np.array([a["bbox"] for a in annotations], dtype=np.float64).reshape(-1, 4)
    keypoints = np.array([a["keypoints"] for a in annotations], dtype=np.float32).reshape(-1, num_keypoints, 3)
    return People(
        np.concatenate([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]], axis=1).astype(np.float32),
        keypoints[..., :2].copy(),
        keypoints[..., 2].astype(np.uint8),
        np.array([_area(a) for a in annotations], dtype=np.float64),
        np.array([a.get("iscrowd") or False for a in annotations], dtype=bool),
        tuple(annotations),
    )


def taking(people: People, keypoints: list[int]) -> People:
    """The same people with some of their keypoints, by index."""
    cut = [
        {key: value for key, value in annotation.items() if key != "num_keypoints"}
        | {"keypoints": [annotation["keypoints"][3 * k + i] for k in keypoints for i in range(3)]}
        for annotation in people.annotations
    ]
    return replace(
        people,
        keypoints=people.keypoints[:, keypoints],
        visibility=people.visibility[:, keypoints],
        annotations=tuple(cut),
    )


def _area(annotation: dict[str, Any]) -> float:
    """As annotated; where that is missing or 0, which no person's is, AREA_OF_BOX of the box."""
    area = annotation.get("area") or 0
    return area if area > 0 else AREA_OF_BOX * annotation["bbox"][2] * annotation["bbox"][3]


def areas_of(everybody: Iterable[People]) -> Areas:
    """Where the areas of all these people come from."""
    given = [annotation.get("area") for people in everybody for annotation in people.annotations]
    missing = sum(area is None for area in given)
    zero = sum(area is not None and area <= 0 for area in given)
    return Areas(annotated=len(given) - missing - zero, missing=missing, zero=zero)
