"""Whether scores are as high as their detections are often right: reliability of people's and of keypoints' scores.

A person's score is right where COCO's matching gives the detection somebody at an OKS of at least FOUND; detections
that are ignored do not count. A keypoint's score is right where the detection means somebody (see paired_people) who
has that keypoint labelled, at a keypoint similarity of at least RIGHT; keypoints without a label, and those of
detections that mean nobody, do not count, as nobody knows where they should be. A keypoint whose score is 0 has none.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from methods.metrics.calibration import CalibrationBin, calibration_bins, calibration_error
from methods.metrics.matching import Matching, match_ranges
from methods.metrics.paired_people import pair_people
from methods.metrics.results import Result, Score
from methods.metrics.similarity import keypoint_similarity

FOUND, RIGHT = 0.5, 0.5  # OKS, and similarity of one keypoint
NO_PROBABILITIES = (
    "{what} scores are not all from 0 to 1, so that they cannot be compared with how often they are right."
)
NO_SCORES = "No keypoint of somebody found has a score."


class Reliability(Result):
    """One kind of score: how many, the expected calibration error, mean score, how often it is right, and the bins.

    NaN without any.
    """

    name: str
    count: int
    error: Score
    score: Score
    right: Score
    bins: tuple[CalibrationBin, ...]

    def to_pandas(self) -> pd.DataFrame:
        """One row without the bins."""
        return pd.DataFrame([self.model_dump(exclude={"bins"})])

    @classmethod
    def of(cls, name: str, scores: np.ndarray, right: np.ndarray) -> "Reliability":
        """From scores [n] and whether each is right [n]."""
        bins = calibration_bins(scores, right)
        means = (float(scores.mean()), float(right.mean())) if len(scores) else (np.nan, np.nan)
        return cls(
            name=name, count=len(scores), error=calibration_error(bins), score=means[0], right=means[1], bins=bins
        )


class ScoreCalibration(Result):
    """People's scores, all keypoints' together, and each keypoint's, None or nothing where `notes` say why.

    `class_error` is the mean of the keypoints' own errors, of those that have any score: where some keypoints are
    believed too much and others too little, it is higher than the error of all together.
    """

    people: Reliability | None
    keypoints: Reliability | None
    each_keypoint: tuple[Reliability, ...]
    class_error: Score
    notes: tuple[str, ...]

    def to_pandas(self) -> pd.DataFrame:
        """One row for people, one for all keypoints, and one for each."""
        rows = [*filter(None, [self.people, self.keypoints]), *self.each_keypoint]
        tables = [row.to_pandas() for row in rows]
        columns = [name for name in Reliability.model_fields if name != "bins"]
        table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)
        titles = {"name": "score of", "error": "ECE", "score": "mean score", "right": "right"}
        return table.rename(columns=titles)


def score_calibration(matching: Matching, results: Sequence[dict[str, Any]]) -> ScoreCalibration:
    """Of the COCO results that were matched; see the module."""
    notes = []
    scores, right = _people(matching)
    people = Reliability.of("people", scores, right) if _are_probabilities(scores) else None
    if not people:
        notes.append(NO_PROBABILITIES.format(what="People's"))
    values, correct, counted = _keypoints(matching, results)
    if not _are_probabilities(values[counted]):
        notes.append(NO_PROBABILITIES.format(what="Keypoints'"))
    elif not counted.any():
        notes.append(NO_SCORES)
    if not counted.any() or not _are_probabilities(values[counted]):
        return ScoreCalibration(people=people, keypoints=None, each_keypoint=(), class_error=np.nan, notes=tuple(notes))
    each = tuple(
        Reliability.of(name.replace("_", " "), values[counted[:, k], k], correct[counted[:, k], k])
        for k, name in enumerate(matching.ground_truth.skeleton.keypoints)
    )
    return ScoreCalibration(
        people=people,
        keypoints=Reliability.of("all keypoints", values[counted], correct[counted]),
        each_keypoint=each,
        class_error=float(np.mean([one.error for one in each if one.count])),
        notes=tuple(notes),
    )


def _people(matching: Matching) -> tuple[np.ndarray, np.ndarray]:
    """Scores [n] of the detections that are not ignored, and which find somebody [n]."""
    everyone = matching.ranges[matching.index("all")]
    outcomes = match_ranges(matching.ground_truth, matching.detections, [everyone], [FOUND], matching.pairs).outcomes()
    counted = outcomes.true[0] | outcomes.false[0]
    return outcomes.scores[counted], outcomes.true[0, counted]


def _keypoints(matching: Matching, results: Sequence[dict[str, Any]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores [P, K] of the keypoints of people who are found, which are right, and which count."""
    pairs = pair_people(matching)
    chosen = pairs.detection >= 0
    detection, person = pairs.detection[chosen], pairs.person[chosen]
    num_keypoints = len(matching.ground_truth.skeleton)
    rows = [results[position]["keypoints"][2::3] for position in matching.detections.position[detection]]
    scores = np.array(rows, dtype=np.float64).reshape(-1, num_keypoints)
    similarity = keypoint_similarity(matching.detections.keypoints[detection], matching.ground_truth, person)
    there = np.isfinite(pairs.distances[chosen])
    return scores, similarity >= RIGHT, there & (scores != 0)


def _are_probabilities(scores: np.ndarray) -> bool:
    return bool(((scores >= 0) & (scores <= 1)).all())
