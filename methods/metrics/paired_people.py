"""Whom detections mean, and how far their keypoints are from the annotated ones: what PCK, end-point errors and joint
angles begin with.

A detection means the person with whom COCO's matching pairs it at an OKS of at least NEAR, whatever its score.
"""

from dataclasses import dataclass

import numpy as np

from methods.metrics.matching import Matching, match_ranges
from methods.skeletons import Skeleton

NEAR = 0.1  # OKS from which a detection is taken to mean a person


@dataclass(frozen=True, eq=False)
class PairedPeople:
    """P people that count, with at least one labelled keypoint, and the detections that mean them.

    person     [P]        index into the ground truth
    detection  [P]        index into the detections; -1 where none means this person
    annotated  [P, K, 2]  pixels; NaN without a label
    found      [P, K, 2]  pixels; NaN where nobody is found, or the detection has no such keypoint
    boxes      [P, 4]     the annotated ones: x1, y1, width, height in pixels
    """

    skeleton: Skeleton
    person: np.ndarray
    detection: np.ndarray
    annotated: np.ndarray
    found: np.ndarray
    boxes: np.ndarray

    @property
    def labelled(self) -> np.ndarray:
        """Which keypoints [P, K] have a label."""
        return np.isfinite(self.annotated).all(axis=2)

    @property
    def distances(self) -> np.ndarray:
        """Pixels from the annotated keypoints to those found, [P, K]; NaN where either is not there."""
        return np.linalg.norm(self.found - self.annotated, axis=2)

    @property
    def missed(self) -> int:
        """How many people no detection means."""
        return int((self.detection < 0).sum())


def match_near(matching: Matching) -> Matching:
    """The same detections and people matched at an OKS of NEAR alone, for the range of all people."""
    everyone = matching.ranges[matching.index("all")]
    return match_ranges(matching.ground_truth, matching.detections, [everyone], [NEAR], matching.pairs)


def pair_people(matching: Matching) -> PairedPeople:
    """Everybody who counts with the detection that means them, whatever the thresholds of the matching."""
    ground_truth, detections = matching.ground_truth, matching.detections
    detection, person = match_near(matching).matched(NEAR)
    people = np.flatnonzero(matching.ranges[matching.index("all")].people & ground_truth.labelled.any(axis=1))
    partner = np.full(len(ground_truth), -1)
    partner[person] = detection
    partner = partner[people]
    keypoints = np.where(detections.there[..., None], detections.keypoints, np.nan)
    nobody = np.full((1, *ground_truth.keypoints.shape[1:]), np.nan)
    return PairedPeople(
        ground_truth.skeleton,
        people,
        partner,
        np.where(ground_truth.labelled[people][..., None], ground_truth.keypoints[people], np.nan),
        np.concatenate([keypoints, nobody])[partner],  # -1 is nobody
        ground_truth.boxes[people],
    )
