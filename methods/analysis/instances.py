"""Every single error as a row, so that one can go and look at it."""

from enum import StrEnum

import numpy as np
import pandas as pd

from methods.analysis.error_types import Errors, Kind, nearest_people
from methods.metrics.matching import Matching
from methods.metrics.paired_people import NEAR

BACKGROUND, MISSED, SCORING = "background", "missed", "scoring"
KINDS = (*(kind.value for kind in Kind if kind is not Kind.GOOD), SCORING, BACKGROUND, MISSED)


class FalsePositive(StrEnum):
    """What a false detection is, by its highest OKS with anybody: that from which a person is found, or NEAR."""

    DUPLICATE = "duplicate"  # of a person whom another detection finds
    POOR_LOCALISATION = "poor localisation"  # of a person
    NOBODY = "nobody there"


def false_positives(matching: Matching, detections: np.ndarray, found_from: float = 0.5) -> dict[int, FalsePositive]:
    """What each of these false detections is, by its index; `found_from` is the OKS from which a person is found."""
    near, _, oks = nearest_people(matching)
    best = dict(zip(near.tolist(), oks.tolist(), strict=True))
    return {detection: _false_positive(best.get(detection, 0.0), found_from) for detection in detections.tolist()}


def _false_positive(oks: float, found_from: float) -> FalsePositive:
    if oks >= found_from:
        return FalsePositive.DUPLICATE
    return FalsePositive.POOR_LOCALISATION if oks >= NEAR else FalsePositive.NOBODY


def false_at(matching: Matching, oks: float, score: float) -> np.ndarray:
    """Indices of the false detections of at least a score at an OKS threshold, best first."""
    outcomes = matching.outcomes()
    return matching.detections.by_score[outcomes.false[matching.row(oks)] & (outcomes.scores >= score)]


def error_table(errors: Errors) -> pd.DataFrame:
    """One row for each wrong keypoint, false detection, person with a scoring error and person not found.

    Columns kind (of KINDS), image_id, person and detection (indices into the matching's ground truth and detections, -1
    for none), keypoint (empty where it is about a whole person), similarity with the keypoint's own place, score.
    """
    matching = errors.matching
    ground_truth, found = matching.ground_truth, matching.detections
    rows, keypoints = (errors.codes > Kind.GOOD.code).nonzero()
    parts = [
        pd.DataFrame(
            {
                "kind": [list(Kind)[code].value for code in errors.codes[rows, keypoints]],
                "person": errors.person[rows],
                "detection": errors.detection[rows],
                "keypoint": [ground_truth.skeleton.keypoints[keypoint] for keypoint in keypoints],
                "similarity": errors.similarity[rows, keypoints],
            }
        ),
        pd.DataFrame({"kind": SCORING, "person": errors.scoring}),
        pd.DataFrame({"kind": BACKGROUND, "detection": errors.background}),
        pd.DataFrame({"kind": MISSED, "person": errors.missed}),
    ]
    table = pd.concat(parts, ignore_index=True).astype({"keypoint": object})
    table = table.fillna({"person": -1, "detection": -1, "keypoint": ""}).astype({"person": int, "detection": int})
    of_person, of_detection = table["person"] >= 0, table["detection"] >= 0
    table["image_id"] = -1
    table.loc[of_person, "image_id"] = ground_truth.image_ids[ground_truth.image[table["person"][of_person]]]
    table.loc[of_detection, "image_id"] = ground_truth.image_ids[found.image[table["detection"][of_detection]]]
    table.loc[of_detection, "score"] = found.scores[table["detection"][of_detection]]
    return table[["kind", "image_id", "person", "detection", "keypoint", "similarity", "score"]]


def to_repair(errors: Errors, kind: str, person: int, detection: int) -> list[int]:
    """What `repaired_precision` has to repair to repair one row of `error_table`.

    Scoring is repaired with all detections that are nearest to the person.
    """
    if kind == SCORING:
        near, nearest, _ = nearest_people(errors.matching)
        return near[nearest == person].tolist()
    return [person if kind == MISSED else detection]
