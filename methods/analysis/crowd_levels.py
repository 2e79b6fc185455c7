"""CrowdPose's measures: AP and AR, and AP of images that are little, fairly and very crowded (Li et al., CVPR 2019).

The numbers of papers come from crowdposetools, which differs from COCO's evaluation in two ways: a person's area is
0.53 times that of the box whatever the file says, and the levels begin at crowd indices of 0.2 and 0.8 (the paper says
0.1).
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from pydantic import Field

from methods.analysis.crowding import crowd_index
from methods.data.coco import CocoKeypoints
from methods.data.reading import AREA_OF_BOX
from methods.metrics.ap import AT_50, AT_75, precision_and_recall
from methods.metrics.detections import Detections
from methods.metrics.ground_truth import GroundTruth
from methods.metrics.matching import Matching, Range, area_ranges, match_ranges
from methods.metrics.results import Result, Score

BOUNDS = {"easy": (-np.inf, 0.2), "medium": (0.2, 0.8), "hard": (0.8, np.inf)}  # from, up to but not including


class CrowdAP(Result):
    """CrowdPose's nine measures, each 0..1; NaN where there is nobody to find. `images` counts them by level."""

    ap: Score = Field(title="AP")
    ap50: Score = Field(title="AP50")
    ap75: Score = Field(title="AP75")
    ar: Score = Field(title="AR")
    ar50: Score = Field(title="AR50")
    ar75: Score = Field(title="AR75")
    ap_easy: Score = Field(title="AP easy")
    ap_medium: Score = Field(title="AP medium")
    ap_hard: Score = Field(title="AP hard")
    images: dict[str, int]

    def to_pandas(self) -> pd.DataFrame:
        """One row, a column for each measure."""
        return pd.DataFrame([self.model_dump(exclude={"images"})])


def crowd_ap(data: CocoKeypoints, results: Sequence[dict[str, Any]]) -> CrowdAP:
    """The measures of COCO results against any data set; its images' indices are the file's where it gives them."""
    matching = match_levels(data, results)
    once = np.ones(len(data), dtype=int)
    curves, recalls = precision_and_recall(matching.outcomes(), once)
    levels = {f"ap_{name}": precision_and_recall(matching.outcomes(name), once)[0].mean() for name in BOUNDS}
    level = levels_of(data)
    return CrowdAP(
        ap=curves.mean(),
        ap50=curves[AT_50].mean(),
        ap75=curves[AT_75].mean(),
        ar=recalls.mean(),
        ar50=recalls[AT_50],
        ar75=recalls[AT_75],
        images={name: int((level == name).sum()) for name in BOUNDS},
        **levels,
    )


def match_levels(data: CocoKeypoints, results: Sequence[dict[str, Any]]) -> Matching:
    """Match for all images and for those of each level: ranges "all", "easy", "medium" and "hard"."""
    ground_truth = GroundTruth.of(data)
    ground_truth = replace(ground_truth, areas=ground_truth.boxes[:, 3] * ground_truth.boxes[:, 2] * AREA_OF_BOX)
    detections = Detections.of(results, ground_truth)
    everyone = area_ranges(ground_truth, detections)[0]
    level = levels_of(data)
    ranges = [
        Range(
            name,
            everyone.people & (level[ground_truth.image] == name),
            everyone.detections & (level[detections.image] == name),
        )
        for name in BOUNDS
    ]
    return match_ranges(ground_truth, detections, [everyone, *ranges])


def levels_of(data: CocoKeypoints) -> np.ndarray:
    """Each image's level, in the order of image ids (that of GroundTruth.image_ids)."""
    images = sorted(data, key=lambda image: image.image_id)
    indices = [crowd_index(image.people) if image.crowd_index is None else image.crowd_index for image in images]
    named = [next(name for name, (low, high) in BOUNDS.items() if low <= index < high) for index in indices]
    return np.array(named, dtype=object)
