"""Average precision and recall of keypoints (AP, AR), as COCO defines them; the same digits as pycocotools."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from pydantic import Field

from methods.data.coco import CocoKeypoints
from methods.metrics.curves import RECALLS, interpolate
from methods.metrics.matching import AREAS, OKS_THRESHOLDS, Matching, Outcomes, match
from methods.metrics.results import Result, Score, score_text

AT_50, AT_75 = (int(np.flatnonzero(oks == OKS_THRESHOLDS)[0]) for oks in (0.5, 0.75))


class KeypointAP(Result):
    """COCO's ten keypoint measures, each 0..1; NaN where undefined, because there is no such person in the ground
    truth.

    OKS 0.50:0.05:0.95, or at 0.50 or 0.75 alone; at most 20 people an image; medium people have an area of
    32^2..96^2 square pixels, large ones more.
    """

    ap: Score = Field(title="AP")
    ap50: Score = Field(title="AP50")
    ap75: Score = Field(title="AP75")
    ap_medium: Score = Field(title="AP medium")
    ap_large: Score = Field(title="AP large")
    ar: Score = Field(title="AR")
    ar50: Score = Field(title="AR50")
    ar75: Score = Field(title="AR75")
    ar_medium: Score = Field(title="AR medium")
    ar_large: Score = Field(title="AR large")

    @classmethod
    def from_values(cls, values: Sequence[float] | np.ndarray) -> "KeypointAP":
        """From ten numbers in the order of the fields, which is the order of pycocotools."""
        return cls(**dict(zip(cls.model_fields, map(float, values), strict=True)))

    @classmethod
    def titles(cls) -> dict[str, str]:
        """Field to the name that people read."""
        return {name: field.title or name for name, field in cls.model_fields.items()}

    def to_pandas(self) -> pd.DataFrame:
        """One row, a column for each measure."""
        return pd.DataFrame([self.model_dump()])

    def __str__(self) -> str:
        return ", ".join(f"{title} {score_text(getattr(self, name))}" for name, title in self.titles().items())


def keypoint_ap(data: CocoKeypoints, detections: Sequence[dict[str, Any]]) -> KeypointAP:
    """The ten measures of COCO results (Poses.to_coco) against a data set; see `match` and `summarise`."""
    return summarise(match(data, detections))


def summarise(matching: Matching) -> KeypointAP:
    """The ten measures of what `match` returned: 0 where there are people but no detections, NaN where no people."""
    found = area_outcomes(matching)
    return KeypointAP.from_values(measures(found, np.ones(len(matching.ground_truth.image_ids), dtype=int)))


def area_outcomes(matching: Matching) -> tuple[Outcomes, Outcomes, Outcomes]:
    """Outcomes for all, medium and large people from what `match` returned."""
    everyone, medium, large = (matching.outcomes(name) for name in AREAS)
    return everyone, medium, large


def measures(found: tuple[Outcomes, Outcomes, Outcomes], times: np.ndarray) -> np.ndarray:
    """The ten measures, in the order of KeypointAP, of a set in which image i is there `times[i]` times."""
    precisions, recalls = zip(*(precision_and_recall(one, times) for one in found), strict=True)
    return np.array([*_five(*precisions), *_five(*recalls)])


def precision_and_recall(found: Outcomes, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Interpolated precision [T, 101] and final recall [T]; NaN where there is nobody to find.

    A repeated image would bring copies of its detections. Counting each detection `times` over says the same where no
    other detection has its score, because precision is interpolated: only its value after the last copy matters. A true
    and a false detection of equal scores would alternate copy by copy; here the copies of each stay together.
    """
    thresholds = len(found.true)
    people = times @ found.people
    if people == 0:
        return np.full((thresholds, len(RECALLS)), np.nan), np.full(thresholds, np.nan)
    weight = times[found.image]
    true, false = (np.cumsum(one * weight, axis=1) for one in (found.true, found.false))
    recall = true[:, -1] / people if true.size else np.zeros(thresholds)
    return interpolate(true, false, people), recall


def _five(everyone: np.ndarray, medium: np.ndarray, large: np.ndarray) -> list[float]:
    """Means of curves [T, ...] in COCO's order: over all thresholds, at 0.5, at 0.75, medium people, large people."""
    return [float(part.mean()) for part in (everyone, everyone[AT_50], everyone[AT_75], medium, large)]
