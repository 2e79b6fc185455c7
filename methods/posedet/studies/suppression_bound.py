"""What non-maximum suppression costs a perfect method: its upper bound on ground truth (Figure 3 of PoseDet).

Every annotated person is a detection with the right keypoints and the same score; what suppression takes away is lost.
People are compared by the keypoints that are labelled of both, since unlabelled ones lie nowhere, and boxes are those
annotated.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch
from pydantic import BaseModel, ConfigDict

from methods.analysis.crowding import LEVELS, crowded
from methods.data.coco import CocoKeypoints, People
from methods.metrics.ap import keypoint_ap
from methods.ops.nms import box_nms
from methods.ops.oks import extent_area, oks
from methods.types import Poses

THRESHOLDS = tuple(round(0.1 * i, 1) for i in range(1, 10))


class Bound(BaseModel):
    """Upper bounds of AP at one threshold, on the images of one level of crowding, and who is lost of `people`."""

    model_config = ConfigDict(frozen=True)

    level: str
    images: int
    people: int
    threshold: float
    ap_oks: float
    ap_box: float
    lost_oks: int
    lost_box: int


class SuppressionBound(BaseModel):
    """What `measure_bounds` found; levels as in methods.analysis.crowding, and all images."""

    model_config = ConfigDict(frozen=True)

    data: str
    rows: tuple[Bound, ...]
    command: str | None = None

    def to_pandas(self) -> pd.DataFrame:
        """One row for each level and threshold."""
        return pd.DataFrame([row.model_dump() for row in self.rows], columns=list(Bound.model_fields))


def measure_bounds(
    data: CocoKeypoints, thresholds: Sequence[float] = THRESHOLDS, command: str | None = None
) -> SuppressionBound:
    """See the module. Levels without images are left out."""
    parts = {level: crowded(data, *limits) for level, limits in LEVELS.items()}
    parts["easy"] = crowded(data, -np.inf, LEVELS["easy"][1])
    rows = [
        _bound(level, part, threshold)
        for level, part in {**parts, "all": data}.items()
        if len(part)
        for threshold in thresholds
    ]
    return SuppressionBound(data=data.name, rows=tuple(rows), command=command)


def survivors_by_oks(people: People, threshold: float, sigmas: np.ndarray) -> list[int]:
    """Who of N labelled people stay, in order: those not more alike than `threshold` to one who stays."""
    areas, labelled = (
        extent_area(np.where((people.visibility > 0)[..., None], people.keypoints, np.nan)),
        people.visibility > 0,
    )
    kept: list[int] = []
    for i in range(len(people)):
        before = people.keypoints[kept]
        alike = oks(people.keypoints[[i]], before, (areas[i] + areas[kept]) / 2, sigmas, labelled[i] & labelled[kept])
        if not (alike > threshold).any():
            kept.append(i)
    return kept


def survivors_by_box(people: People, threshold: float) -> list[int]:
    """The same by the overlap of their boxes."""
    scores = torch.linspace(1, 0, len(people))
    return box_nms(torch.from_numpy(people.boxes.copy()), scores, threshold, limit=len(people)).tolist()


def _bound(level: str, data: CocoKeypoints, threshold: float) -> Bound:
    sigmas = np.array(data.skeleton.sigmas)
    by_oks, by_box, people = [], [], 0
    for image in data:
        chosen = image.people[image.people.labelled]
        people += len(chosen)
        by_oks += _detections(image.image_id, chosen[np.array(survivors_by_oks(chosen, threshold, sigmas), dtype=int)])
        by_box += _detections(image.image_id, chosen[np.array(survivors_by_box(chosen, threshold), dtype=int)])
    return Bound(
        level=level,
        images=len(data),
        people=people,
        threshold=threshold,
        ap_oks=keypoint_ap(data, by_oks).ap,
        ap_box=keypoint_ap(data, by_box).ap,
        lost_oks=people - len(by_oks),
        lost_box=people - len(by_box),
    )


def _detections(image_id: int, people: People) -> list[dict]:
    count, keypoints = people.visibility.shape
    return Poses(people.boxes, np.ones(count), people.keypoints, np.ones((count, keypoints))).to_coco(image_id)
