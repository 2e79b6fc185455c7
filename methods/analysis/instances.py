"""Every single error as a row, so that one can go and look at it."""

from enum import StrEnum

import pandas as pd

from methods.analysis.error_types import Errors, Kind, nearest_people
from methods.metrics.paired_people import NEAR

BACKGROUND, MISSED, SCORING = "background", "missed", "scoring"
DUPLICATE_FROM = 0.5
KINDS = (*(kind.value for kind in Kind if kind is not Kind.GOOD), SCORING, BACKGROUND, MISSED)


class FalsePositive(StrEnum):
    """What a detection is that pairs with nobody, by its highest OKS with anybody: NEAR, and COCO's least threshold."""

    DUPLICATE = "duplicate"  # of a person who has a detection of their own
    POOR_LOCALISATION = "poor localisation"  # of such a person
    NOBODY = "nobody there"


def false_positives(errors: Errors) -> dict[int, FalsePositive]:
    """What each of `errors.background` is, by the detection's index."""
    near, _, oks = nearest_people(errors.matching)
    best = dict(zip(near.tolist(), oks.tolist(), strict=True))
    return {detection: _false_positive(best.get(detection, 0.0)) for detection in errors.background.tolist()}


def _false_positive(oks: float) -> FalsePositive:
    if oks >= DUPLICATE_FROM:
        return FalsePositive.DUPLICATE
    return FalsePositive.POOR_LOCALISATION if oks >= NEAR else FalsePositive.NOBODY


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
