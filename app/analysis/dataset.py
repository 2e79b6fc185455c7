"""A dataset to judge on: annotations, images where there are some, and what several methods found in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from methods.analysis.coco_analyze import coco_analyze_costs
from methods.analysis.delta_oks import best_detection, best_oks
from methods.analysis.difference import Comparison, Samples, compare_samples, sample
from methods.analysis.error_types import Errors, find_errors
from methods.analysis.instances import FalsePositive, error_table, false_at, false_positives
from methods.analysis.keypoint_points import KeypointCurve, keypoint_curve, not_wrong
from methods.analysis.keypoints import KeypointScores, keypoint_scores
from methods.analysis.label_error import LabelErrors
from methods.analysis.label_errors import find_label_errors
from methods.analysis.measures import Measures, measure
from methods.analysis.people import people_table
from methods.analysis.repair import ErrorCosts, error_costs
from methods.analysis.run import Evaluation
from methods.analysis.slices import SliceScores, slice_scores
from methods.data.coco import AnnotatedImage, CocoKeypoints
from methods.figures.style import method_colours
from methods.metrics.ap import KeypointAP, summarise
from methods.metrics.bootstrap import APInterval, bootstrap_interval
from methods.metrics.curves import Curve, OperatingPoint, curve
from methods.metrics.ground_truth import GroundTruth
from methods.metrics.matching import Matching, match

OUR_RULES = "Keypoints put where they are annotated"
RULES = {OUR_RULES: error_costs, "coco-analyze, as KAPAO's Figure 8": coco_analyze_costs}


@dataclass(frozen=True, eq=False)
class Run:
    """COCO results of one method, matched with the data set; everything else is computed once, when it is asked for."""

    detections: Sequence[dict[str, Any]]
    matching: Matching
    evaluation: Evaluation | None = None
    _curves: dict[float, Curve] = field(default_factory=dict)
    _costs: dict[tuple[float, str], ErrorCosts] = field(default_factory=dict)
    _filtered: dict[float, KeypointCurve | None] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        data: CocoKeypoints,
        detections: Sequence[dict[str, Any]],
        evaluation: Evaluation | None = None,
    ) -> "Run":
        """Raises DataError where the detections do not fit the data set."""
        return cls(detections, match(data, detections), evaluation)

    @cached_property
    def ap(self) -> KeypointAP:
        return summarise(self.matching)

    @cached_property
    def interval(self) -> APInterval:
        return bootstrap_interval(self.matching)

    @cached_property
    def errors(self) -> Errors:
        return find_errors(self.matching)

    @cached_property
    def error_table(self) -> pd.DataFrame:
        return error_table(self.errors)

    @cached_property
    def false_positives(self) -> dict[int, FalsePositive]:
        """What each detection is that pairs with nobody."""
        return false_positives(self.matching, self.errors.background)

    def false_positives_at(self, point: OperatingPoint) -> dict[int, FalsePositive]:
        """What each of the operating point's false positives is."""
        return false_positives(self.matching, false_at(self.matching, point.oks, point.score), point.oks)

    @cached_property
    def keypoints(self) -> KeypointScores:
        return keypoint_scores(self.errors)

    @cached_property
    def measures(self) -> Measures:
        """PCK, end-point errors, joint angles and scores' calibration."""
        return measure(self.matching, self.detections)

    @cached_property
    def keypoint_curve(self) -> KeypointCurve:
        return keypoint_curve(self.errors)

    def filtered_keypoint_curve(self, threshold: float) -> KeypointCurve | None:
        """Without the keypoints that are wrong with a chance above the threshold; None where the detections do not
        say."""
        if threshold not in self._filtered:
            kept = not_wrong(self.errors, self.detections, threshold)
            self._filtered[threshold] = None if kept is None else keypoint_curve(self.errors, kept)
        return self._filtered[threshold]

    @cached_property
    def slices(self) -> SliceScores:
        return slice_scores(self.matching)

    @cached_property
    def samples(self) -> dict[str, Samples]:
        return sample(self.matching)

    @cached_property
    def best_oks(self) -> np.ndarray:
        return best_oks(self.matching)

    @cached_property
    def best_detection(self) -> np.ndarray:
        return best_detection(self.matching)

    @property
    def keypoint_count(self) -> int:
        return len(self.matching.ground_truth.skeleton)

    def oks(self, detection: int, person: int) -> float:
        """Of one detection with one person of the same image; 0 for no detection."""
        pairs = self.matching.pairs
        return float(pairs.oks[(pairs.detection == detection) & (pairs.person == person)].sum())

    def curve(self, oks: float) -> Curve:
        """Precision against recall at one OKS threshold."""
        if oks not in self._curves:
            self._curves[oks] = curve(self.matching, oks)
        return self._curves[oks]

    def costs(self, oks: float, rules: str = OUR_RULES) -> ErrorCosts:
        """What each error type costs at one OKS threshold, by the rules of one of RULES."""
        if (oks, rules) not in self._costs:
            self._costs[oks, rules] = RULES[rules](self.matching, oks, self.errors)
        return self._costs[oks, rules]


@dataclass(frozen=True, eq=False)
class Dataset:
    """A data set and the runs on it, by name; `has_images` is False where only annotations were given.

    `report` says in sentences what was made of a visitor's files; the sample scenes need none.
    """

    data: CocoKeypoints
    has_images: bool
    runs: dict[str, Run]
    report: tuple[str, ...] = ()

    @cached_property
    def images(self) -> dict[int, AnnotatedImage]:
        """Images by id."""
        return {image.image_id: image for image in self.data}

    @cached_property
    def colours(self) -> dict[str, str]:
        """Of the methods, in charts on light and dark ground alike."""
        return method_colours(self.runs)

    @cached_property
    def ground_truth(self) -> GroundTruth:
        return GroundTruth.of(self.data)

    @cached_property
    def people(self) -> pd.DataFrame:
        """`people_table` with the images' names, and each run's OKS of everybody."""
        table = people_table(self.ground_truth)
        table.insert(1, "file_name", [self.images[image_id].file_name for image_id in table["image_id"]])
        for name, run in self.runs.items():
            table[f"OKS {name}"] = run.best_oks[table.index].round(3)
        return table

    @cached_property
    def label_errors(self) -> LabelErrors:
        """Labels that are probably wrong, after all runs; raises DataError where there is only one."""
        return find_label_errors(self.data, {name: run.matching for name, run in self.runs.items()})


def compare_runs(dataset: Dataset, names: tuple[str, str]) -> Comparison:
    """Second less first, in everything, with paired intervals."""
    first, second = (dataset.runs[name].samples for name in names)
    return compare_samples(dataset.ground_truth, first, second, names)
