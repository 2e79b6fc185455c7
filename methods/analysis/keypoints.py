"""Which keypoints are hard: AP of each keypoint alone, and each keypoint's share in the OKS that people lose.

AP of a keypoint is COCO's AP of a data set in which only this keypoint is labelled, so that OKS is this keypoint's
similarity.

The OKS lost of a person is 1 less the OKS with the detection that means this person (see error_types), or 1 where none
does. Of a person who is found a keypoint loses (1 - its similarity) / the number of labelled keypoints, which adds up
to what the person loses; `lost` is the mean of that over all people. What is left is lost with the people not found.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from methods.analysis.error_types import NO_LABEL, Errors
from methods.metrics.ap import precision_and_recall
from methods.metrics.matching import Matching, Outcomes, area_ranges, match_ranges
from methods.metrics.results import Result, Score


class KeypointScore(Result):
    """One keypoint: in how many people it is labelled, its AP, and the OKS lost by it, a mean over all people."""

    keypoint: str
    labelled: int
    ap: Score
    lost: Score

    def to_pandas(self) -> pd.DataFrame:
        """One row."""
        return pd.DataFrame([self.model_dump()])


class KeypointScores(Result):
    """All keypoints in the skeleton's order; `mean_oks`, the `lost` of all keypoints and `not_found` add up to 1."""

    people: int
    mean_oks: Score
    not_found: Score
    rows: tuple[KeypointScore, ...]

    def to_pandas(self) -> pd.DataFrame:
        """One row for each keypoint."""
        return pd.concat([row.to_pandas() for row in self.rows], ignore_index=True)


def keypoint_scores(errors: Errors) -> KeypointScores:
    """Judge the detections of a matching keypoint by keypoint; NaN where there is nobody, or no label of the
    keypoint."""
    matching = errors.matching
    people = matching.ranges[matching.index("all")].people
    once = np.ones(len(matching.ground_truth.image_ids), dtype=int)
    aps = [precision_and_recall(outcomes, once)[0].mean() for outcomes in keypoint_outcomes(matching)]
    lost = lost_by_keypoint(errors)  # [M, K]
    count = int(people.sum())
    labelled = (matching.ground_truth.labelled & people[:, None]).sum(axis=0)
    rows = [
        KeypointScore(
            keypoint=name,
            labelled=int(labelled[k]),
            ap=float(aps[k]),
            lost=float(lost[:, k].sum() / count) if count else np.nan,
        )
        for k, name in enumerate(matching.ground_truth.skeleton.keypoints)
    ]
    return KeypointScores(
        people=count,
        mean_oks=float((1 - lost.sum(axis=1)).sum() / count) if count else np.nan,
        not_found=len(errors.missed) / count if count else np.nan,
        rows=tuple(rows),
    )


def keypoint_outcomes(matching: Matching) -> list[Outcomes]:
    """What becomes of the detections when one keypoint after the other is the only one that is labelled."""
    found = []
    for k in range(len(matching.ground_truth.skeleton)):
        visibility = np.zeros_like(matching.ground_truth.visibility)
        visibility[:, k] = matching.ground_truth.visibility[:, k]
        ignored = matching.ground_truth.ignored | (visibility[:, k] == 0)
        ground_truth = replace(matching.ground_truth, visibility=visibility, ignored=ignored)
        everyone = area_ranges(ground_truth, matching.detections)[0]
        found.append(match_ranges(ground_truth, matching.detections, [everyone], matching.thresholds).outcomes())
    return found


def lost_by_keypoint(errors: Errors) -> np.ndarray:
    """The OKS that each keypoint [M, K] of the people who are found loses; 0 without a label."""
    labelled = errors.codes != NO_LABEL
    return (1 - errors.similarity) * labelled / np.maximum(labelled.sum(axis=1, keepdims=True), 1)
