"""How well scores of keypoints tell labelled ones from those without a label: visibility maps' or a method's own.

The area under the ROC curve is the probability that a labelled keypoint has a higher score than one without a label,
over all pairs of such keypoints. A keypoint is labelled where its flag is above 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from methods.data.coco import CocoKeypoints
from methods.errors import DataError
from methods.method import Method
from methods.metrics.results import Result, Score
from methods.metrics.roc import auc_interval, roc_auc
from methods.settings import Settings

BINS = 10  # of the histograms of scores


class Scores(Result):
    """Visibility scores of some keypoints; NaN where there are none. `histogram` counts them in equal bins of 0..1."""

    count: int
    mean: Score
    lower_quartile: Score
    median: Score
    upper_quartile: Score
    histogram: list[int]

    def to_pandas(self) -> pd.DataFrame:
        """One row without the histogram."""
        return pd.DataFrame([self.model_dump(exclude={"histogram"})])

    @classmethod
    def of(cls, values: np.ndarray) -> "Scores":
        quartiles = np.quantile(values, [0.25, 0.5, 0.75]) if len(values) else np.full(3, np.nan)
        mean = float(values.mean()) if len(values) else float("nan")
        histogram = np.histogram(values, BINS, (0, 1))[0].tolist()
        return cls(
            count=len(values),
            mean=mean,
            lower_quartile=quartiles[0],
            median=quartiles[1],
            upper_quartile=quartiles[2],
            histogram=histogram,
        )


class KeypointVisibility(Result):
    """One keypoint, or all: mean distance in cells over `peaks` labelled keypoints, and scores with and without a
    label."""

    keypoint: str
    peaks: int
    distance: Score
    labelled: Scores
    unlabelled: Scores
    auc: Score  # NaN where one of the two kinds is missing

    def to_pandas(self) -> pd.DataFrame:
        """One row, with the means of both kinds."""
        means = {"labelled": self.labelled.mean, "unlabelled": self.unlabelled.mean, "auc": self.auc}
        return pd.DataFrame([{"keypoint": self.keypoint, "peaks": self.peaks, "distance": self.distance} | means])


class VisibilityMaps(Result):
    """What `measure_visibility_maps` found, and how; `rows` are the keypoints and at last all of them together."""

    method: str
    weights: str | None
    data: str
    images: int
    people: int
    matched: int
    settings: dict[str, Any]
    input_size: int
    rows: list[KeypointVisibility]
    auc_low: Score  # 95 % interval of the last row's AUC, bootstrap over images
    auc_high: Score
    command: str | None = None

    def to_pandas(self) -> pd.DataFrame:
        """One row for each keypoint, at last all of them."""
        return pd.concat([row.to_pandas() for row in self.rows], ignore_index=True)


@dataclass(frozen=True, eq=False)
class LabelledPredictions:
    """Keypoints of P annotated people who are found, as a method scores them.

    labelled [P, K] bool; scores [P, K]: of visibility maps, or a method's own; distances [P, K] as `peak_distances`,
    NaN where there are no maps; image [P]: whose position in the data set it is.
    """

    labelled: np.ndarray
    scores: np.ndarray
    distances: np.ndarray
    image: np.ndarray

    @classmethod
    def joined(cls, parts: Sequence["LabelledPredictions"]) -> "LabelledPredictions":
        """Those of all images, in the data set's order."""
        image = np.repeat(np.arange(len(parts)), [len(part.image) for part in parts])
        return cls(
            np.concatenate([part.labelled for part in parts]),
            np.concatenate([part.scores for part in parts]),
            np.concatenate([part.distances for part in parts]),
            image,
        )


def summarise_maps(
    method: Method,
    data: CocoKeypoints,
    settings: Settings,
    judged: LabelledPredictions,
    weights: str | None = None,
    command: str | None = None,
) -> VisibilityMaps:
    """The result of what was judged in all images of `data`; raises DataError where nobody is found."""
    there, values, away = judged.labelled, judged.scores, judged.distances
    if not len(there):
        raise DataError(f"{method.name} finds nobody who is annotated in {data.name}; lower its pose_confidence.")
    keypoints = enumerate(data.skeleton.keypoints)
    rows = [keypoint_visibility(name, there[:, k], values[:, k], away[:, k]) for k, name in keypoints]
    low, high = auc_interval(there, values, judged.image, len(data))
    return VisibilityMaps(
        method=method.name,
        weights=weights,
        data=data.name,
        images=len(data),
        people=int(sum(image.people.labelled.sum() for image in data)),
        matched=len(there),
        settings=settings.model_dump(),
        input_size=method.input_size,
        rows=[*rows, keypoint_visibility("all", there.ravel(), values.ravel(), away.ravel())],
        auc_low=low,
        auc_high=high,
        command=command,
    )


def keypoint_visibility(
    keypoint: str, labelled: np.ndarray, scores: np.ndarray, distances: np.ndarray
) -> KeypointVisibility:
    """Summary of n keypoints: labelled [n] bool, scores [n] and distances [n] in cells (NaN: no peak)."""
    counted = distances[labelled & ~np.isnan(distances)]
    return KeypointVisibility(
        keypoint=keypoint,
        peaks=len(counted),
        distance=float(counted.mean()) if len(counted) else float("nan"),
        labelled=Scores.of(scores[labelled]),
        unlabelled=Scores.of(scores[~labelled]),
        auc=roc_auc(labelled, scores),
    )
