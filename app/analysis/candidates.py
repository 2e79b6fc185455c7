"""Whom a method finds at any threshold: what a slider's every position shows, worked out at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.limits import LOWEST_CONFIDENCE
from methods.settings import Settings
from methods.types import Poses, Prediction


@dataclass(frozen=True, eq=False)
class Version:
    """Somebody as found at pose confidences above `above` (-1: at any) and up to `up_to`; `poses` holds them alone."""

    above: float
    up_to: float
    poses: Poses


@dataclass(frozen=True, eq=False)
class Candidates:
    """Everybody whom one method finds at a pose confidence of LOWEST_CONFIDENCE or more, best score first.

    poses: the N people at that confidence, with their numbers [N] and every keypoint that a higher keypoint threshold
    would leave out; versions: for each of the N how they are found at which confidences, the highest first. All hold
    for settings that are `loose` when loosened.
    """

    loose: Settings
    poses: Poses
    versions: tuple[tuple[Version, ...], ...]
    numbers: np.ndarray

    def holds(self, poses: Poses) -> bool:
        """Whether the poses are the first ones of these, as at any higher confidence; their keypoints may differ."""
        count = len(poses)
        return np.array_equal(self.poses.scores[:count], poses.scores) and np.array_equal(
            self.poses.boxes[:count], poses.boxes
        )


def loosened(settings: Settings) -> Settings | None:
    """The same settings with the filters of people and keypoints as low as they go; None for those without filters."""
    if settings.people_filter not in type(settings).model_fields:
        return None
    lowest: dict[str, Any] = {settings.people_filter: LOWEST_CONFIDENCE}
    if settings.keypoint_filter:
        lowest[settings.keypoint_filter] = 0.0
    return settings.model_copy(update=lowest)


def find_versions(
    decode: Callable[[Settings], Prediction], loose: Settings
) -> tuple[Poses, tuple[tuple[Version, ...], ...]]:
    """`poses` and `versions` of Candidates; `decode` applies settings to one image's raw outputs.

    Where people interact, such as KAPAO's pose objects that compete for keypoint objects, it is called once for each
    number of people that a threshold lets in.
    """
    lowest = decode(loose).poses
    scores = [float(score) for score in lowest.scores]
    levels = sorted({score for score in scores if score > loose.people_interact_above}, reverse=True)
    below = [*levels[1:], loose.people_interact_above] if levels else []
    stages = [  # the people shown at confidences above the first and up to the second number
        (least, most, decode(loose.model_copy(update={loose.people_filter: (least + most) / 2})).poses)
        for most, least in zip(levels, below, strict=True)
    ]
    return lowest, tuple(_versions(lowest, row, score, stages) for row, score in enumerate(scores))


def _versions(
    lowest: Poses, row: int, score: float, stages: Sequence[tuple[float, float, Poses]]
) -> tuple[Version, ...]:
    """One person's versions, those in which nothing differs joined."""
    joined: list[Version] = []
    alone = [(least, most, poses[[row]]) for least, most, poses in stages if row < len(poses)]
    last = alone[-1][0] if alone else score
    for least, most, poses in [*alone, (-1.0, last, lowest[[row]])]:
        if joined and joined[-1].poses == poses:
            joined[-1] = Version(least, joined[-1].up_to, poses)
        else:
            joined.append(Version(least, most, poses))
    return tuple(joined)
