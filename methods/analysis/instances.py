"""Every single mistake as a row, so that one can go and look at it."""

import pandas as pd

from methods.analysis.error_types import Kind, Mistakes, nearest_people

BACKGROUND, MISSED, SCORING = "background", "missed", "scoring"
KINDS = (*(kind.value for kind in Kind if kind is not Kind.GOOD), SCORING, BACKGROUND, MISSED)


def mistake_table(mistakes: Mistakes) -> pd.DataFrame:
    """One row for each wrong keypoint, false detection, person with a scoring error and person not found.

    Columns kind (of KINDS), image_id, person and detection (indices into the matching's truth and detections, -1 for
    none), keypoint (empty where it is about a whole person), similarity with the keypoint's own place, score.
    """
    matching = mistakes.matching
    truth, found = matching.truth, matching.detections
    rows, keypoints = (mistakes.codes > Kind.GOOD.code).nonzero()
    parts = [
        pd.DataFrame(
            {
                "kind": [list(Kind)[code].value for code in mistakes.codes[rows, keypoints]],
                "person": mistakes.person[rows],
                "detection": mistakes.detection[rows],
                "keypoint": [truth.skeleton.keypoints[keypoint] for keypoint in keypoints],
                "similarity": mistakes.similarity[rows, keypoints],
            }
        ),
        pd.DataFrame({"kind": SCORING, "person": mistakes.scoring}),
        pd.DataFrame({"kind": BACKGROUND, "detection": mistakes.background}),
        pd.DataFrame({"kind": MISSED, "person": mistakes.missed}),
    ]
    table = pd.concat(parts, ignore_index=True).astype({"keypoint": object})
    table = table.fillna({"person": -1, "detection": -1, "keypoint": ""}).astype({"person": int, "detection": int})
    of_person, of_detection = table["person"] >= 0, table["detection"] >= 0
    table["image_id"] = -1
    table.loc[of_person, "image_id"] = truth.image_ids[truth.image[table["person"][of_person]]]
    table.loc[of_detection, "image_id"] = truth.image_ids[found.image[table["detection"][of_detection]]]
    table.loc[of_detection, "score"] = found.scores[table["detection"][of_detection]]
    return table[["kind", "image_id", "person", "detection", "keypoint", "similarity", "score"]]


def to_repair(mistakes: Mistakes, kind: str, person: int, detection: int) -> list[int]:
    """What `repaired_precision` has to repair to repair one row of `mistake_table`.

    Scoring is repaired with all detections that are nearest to the person.
    """
    if kind == SCORING:
        near, nearest, _ = nearest_people(mistakes.matching)
        return near[nearest == person].tolist()
    return [person if kind == MISSED else detection]
