"""What leaving keypoints out costs: HybridPose's visibility maps against the threshold, beside another method's scores.

AP is that of the evaluation preset, where a keypoint below the threshold lies at 0, 0, as COCO counts one that is not
there. Which keypoints go is told of annotated people whom the method finds at the settings for looking, paired as
methods.hybridpose.studies.visibility_maps says; a keypoint without a label is absent.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from methods.analysis.study import (
    ABLATION_COLUMNS,
    Ablation,
    MethodStudy,
    TextTable,
    check,
    compare_ablations,
    facts,
    number_text,
    percent_text,
)
from methods.catalog import DETECTOR, create
from methods.data.coco import AnnotatedImage, CocoKeypoints
from methods.errors import DataError
from methods.hybridpose.decode import HybridPoseSettings
from methods.hybridpose.studies.visibility_maps import judge_image
from methods.method import Method
from methods.metrics.detections import BEST
from methods.metrics.labelled_keypoints import LabelledPredictions, VisibilityMaps, summarise_maps
from methods.metrics.results import Result, Score, score_text
from methods.metrics.roc import auc_interval, roc_auc
from methods.settings import Settings
from methods.types import Poses

THRESHOLDS = tuple(round(0.05 * i, 2) for i in range(13))


class ThresholdAblation(Ablation):
    """A way that leaves out keypoints whose score is below `threshold`; the shares of both kinds that it takes away."""

    threshold: float
    labelled_removed: Score
    absent_removed: Score


class Scorer(Result):
    """How well a method's scores of keypoints tell labelled from absent ones, of the people whom it finds.

    auc: probability that a labelled one has the higher score, with its 95% interval over images; `cut`: one threshold,
    whose gain is over leaving no keypoint out.
    """

    name: str
    people: int
    auc: Score
    auc_low: Score
    auc_high: Score
    cut: ThresholdAblation

    def to_pandas(self) -> pd.DataFrame:
        """One row."""
        row = self.model_dump(exclude={"cut"})
        return pd.concat([pd.DataFrame([row]), self.cut.to_pandas().drop(columns="name")], axis=1)

    @property
    def auc_text(self) -> str:
        """The area under the ROC curve with its interval."""
        return f"{score_text(self.auc)} ({score_text(self.auc_low)} to {score_text(self.auc_high)})"


class KeypointThresholds(MethodStudy):
    """What `measure_thresholds` found; settings are those for looking.

    scorers: the method at the threshold of its settings, and the other at the one that takes as many absent keypoints.
    """

    rows: tuple[ThresholdAblation, ...]
    scorers: tuple[Scorer, Scorer]
    maps: VisibilityMaps

    def to_pandas(self) -> pd.DataFrame:
        """One row for each threshold."""
        return pd.concat([row.to_pandas() for row in self.rows], ignore_index=True)

    def sentences(self) -> list[str]:
        """What the maps take away, and how the other's scores do."""
        own, other = self.scorers
        every = self.maps.rows[-1]
        return [
            f"On {self.images} images the visibility maps, at a threshold of {own.cut.threshold:g}, take away"
            f" {percent_text(own.cut.absent_removed)} of the keypoints without a label and"
            f" {percent_text(own.cut.labelled_removed)} of those with one, and AP changes by {own.cut.gain_text}.",
            f"They tell the two apart with a ROC AUC of {own.auc_text}; {other.name}'s own keypoint scores with"
            f" {other.auc_text}: a threshold that takes as many without a label takes"
            f" {percent_text(other.cut.labelled_removed)} of those with one, and AP changes by {other.cut.gain_text}.",
            f"The maps' peaks are {number_text(every.distance, 2)} cells from the keypoints; keypoints with a label"
            f" score {score_text(every.labelled.mean)}, the others {score_text(every.unlabelled.mean)}.",
        ]

    def tables(self) -> list[TextTable]:
        """Thresholds, scorers, keypoints."""
        thresholds = [(f"{row.threshold:g}", *_shares(row), *row.cells()[1:]) for row in self.rows]
        scorers = [
            (one.name, str(one.people), one.auc_text, f"{one.cut.threshold:.2f}", *_shares(one.cut), one.cut.gain_text)
            for one in self.scorers
        ]
        keypoints = [
            (
                row.keypoint.replace("_", " "),
                number_text(row.distance, 2),
                str(row.labelled.count),
                score_text(row.labelled.mean),
                str(row.unlabelled.count),
                score_text(row.unlabelled.mean),
                score_text(row.auc),
            )
            for row in self.maps.rows
        ]
        shares = ("Labelled gone", "Absent gone")
        return [
            TextTable(("Threshold", *shares, *ABLATION_COLUMNS), thresholds),
            TextTable(("Scores of", "People", "ROC AUC", "Threshold", *shares, "AP"), scorers),
            TextTable(("Keypoint", "Peak, cells", "Labelled", "Mean", "Absent", "Mean", "ROC AUC"), keypoints),
        ]


def measure_thresholds(
    method: Method,
    other: Method,
    data: CocoKeypoints,
    settings: HybridPoseSettings | None = None,
    thresholds: Sequence[float] = THRESHOLDS,
    progress: Callable[[int], None] = lambda done: None,
    command: str | None = None,
) -> KeypointThresholds:
    """Run a HybridPose and a method that scores keypoints over `data`, image by image in turn.

    `settings`, for looking, default to the demo preset. `progress` is called with the number of images done. Raises
    DataError where the method is no HybridPose or one of the two finds nobody who is annotated.
    """
    check(method, HybridPoseSettings, data, "visibility maps; give a variant of HybridPose")
    settings = settings or HybridPoseSettings.demo()
    own, beside = Scored(method, settings), Scored(other, other.Settings.demo())
    for done, image in enumerate(data, 1):
        pixels = image.read()
        own.add(image, pixels)
        beside.add(image, pixels)
        progress(done)
    chosen = settings.visibility_threshold
    rows = own.compare(data, sorted({*thresholds, 0.0, chosen}))
    cut = next(row for row in rows if row.threshold == chosen)
    return KeypointThresholds(
        **facts(method, data, settings, command),
        rows=rows,
        scorers=(own.judge(data, cut), beside.judge(data, beside.cut_like(data, cut))),
        maps=summarise_maps(method, data, settings, own.keypoints),
    )


class Scored:
    """What one method finds: scores of annotated people's keypoints at `shown`, and everybody for AP."""

    def __init__(self, method: Method, shown: Settings) -> None:
        self.method, self.shown = method, shown
        self.parts: list[LabelledPredictions] = []
        self.everybody: dict[int, Poses] = {}  # by image id, with all their keypoints

    def add(self, image: AnnotatedImage, pixels: np.ndarray) -> None:
        """Look at one more image of the data set, in its order."""
        raw = self.method.infer([pixels])[0]
        self.parts.append(judge_image(image, self.method.decode(raw, self.shown)))
        poses = self.method.decode(raw, self.method.Settings.evaluation()).poses
        self.everybody[image.image_id] = poses[:BEST]

    @property
    def keypoints(self) -> LabelledPredictions:
        """Those of all images; raises DataError where nobody is found."""
        judged = LabelledPredictions.joined(self.parts)
        if not len(judged.image):
            raise DataError(f"{self.method.name} finds nobody who is annotated; lower its pose_confidence.")
        return judged

    def compare(self, data: CocoKeypoints, thresholds: Sequence[float]) -> tuple[ThresholdAblation, ...]:
        """AP at each threshold, the first of which is 0, and what it takes away."""
        judged = self.keypoints
        found = {f"{value:g}": self._results(value) for value in thresholds}
        gone = [judged.scores < value for value in thresholds]
        return tuple(
            ThresholdAblation(
                **dict(way),
                threshold=value,
                labelled_removed=_share(below[judged.labelled]),
                absent_removed=_share(below[~judged.labelled]),
            )
            for way, value, below in zip(compare_ablations(data, found)[0], thresholds, gone, strict=True)
        )

    def cut_like(self, data: CocoKeypoints, cut: ThresholdAblation) -> ThresholdAblation:
        """The threshold that takes away as large a share of absent keypoints as another method's."""
        judged = self.keypoints
        absent = np.sort(judged.scores[~judged.labelled]).astype(np.float32)
        count = round(np.nan_to_num(cut.absent_removed) * len(absent))
        # Just above the last score that is to go, in the precision in which scores are compared.
        value = float(np.nextafter(absent[count - 1], np.float32(2))) if count else 0.0
        return self.compare(data, sorted({0.0, value}))[-1]

    def judge(self, data: CocoKeypoints, cut: ThresholdAblation) -> Scorer:
        """How well the scores tell the two kinds apart."""
        judged = self.keypoints
        low, high = auc_interval(judged.labelled, judged.scores, judged.image, len(data))
        return Scorer(
            name=self.method.name,
            people=len(judged.image),
            auc=roc_auc(judged.labelled.ravel(), judged.scores.ravel()),
            auc_low=low,
            auc_high=high,
            cut=cut,
        )

    def _results(self, threshold: float) -> list[dict[str, Any]]:
        results = []
        for image_id, poses in self.everybody.items():
            results += leave_out(poses, threshold).to_coco(image_id)
        return results


def leave_out(poses: Poses, threshold: float) -> Poses:
    """The same people without the keypoints whose score is below `threshold`."""
    keypoints = np.where((poses.keypoint_scores < threshold)[..., None], np.nan, poses.keypoints)
    return Poses(poses.boxes, poses.scores, keypoints, poses.keypoint_scores, poses.visibility)


def _shares(way: ThresholdAblation) -> tuple[str, str]:
    return percent_text(way.labelled_removed), percent_text(way.absent_removed)


def _share(chosen: np.ndarray) -> float:
    return float(chosen.mean()) if chosen.size else float("nan")


def measure_beside_detector(method: Method, data: CocoKeypoints, **named: Any) -> KeypointThresholds:
    """`measure_thresholds`, where the other keypoint scores are those of DETECTOR."""
    return measure_thresholds(method, create(DETECTOR, str(method.device)), data, **named)
