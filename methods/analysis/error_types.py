"""What is wrong with each keypoint and each detection, after Ronchi and Perona (ICCV 2017).

A detection is judged against the person with whom COCO's matching pairs it at an OKS of at least NEAR. Each keypoint
that has a label there is, by its similarity s = exp(-d^2 / (2 s^2 k^2)) with places in the image:

good       s >= 0.85 with its own place
jitter     0.5 <= s < 0.85
inversion  s < 0.5, but at least 0.5 with the mirrored keypoint of the same person, and not less than with anybody
           else's
swap       s < 0.5, but at least 0.5 with that keypoint, or its mirror image, of another person
miss       s < 0.5, and near none of these
left out   the detection has no such keypoint (COCO writes 0, 0)

A detection that pairs with nobody is a background false positive, a person who pairs with none a false negative. A
person has a scoring error where, among the detections nearest to this person, the best score is not at the highest OKS.

Other than in the authors' coco-analyze, what is nearest decides only where a keypoint is far from its own place, as the
paper defines it, and a keypoint that is not there is no prediction at 0, 0.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from methods.metrics.matching import Matching
from methods.metrics.paired_people import NEAR, match_near
from methods.metrics.similarity import keypoint_similarity

GOOD_FROM, JITTER_FROM = 0.85, 0.5


class Kind(StrEnum):
    """What became of a keypoint; Errors.codes are positions in this list, NO_LABEL where there is nothing to say."""

    GOOD = "good"
    JITTER = "jitter"
    INVERSION = "inversion"
    SWAP = "swap"
    MISS = "miss"
    LEFT_OUT = "left out"

    @property
    def code(self) -> int:
        return list(Kind).index(self)


NO_LABEL = -1


@dataclass(frozen=True, eq=False)
class Errors:
    """M detections with the people they mean, what became of their keypoints, and who has no partner.

    detection   [M]     index into matching.detections
    person      [M]     index into matching.ground_truth
    codes       [M, K]  Kind.code, or NO_LABEL
    similarity  [M, K]  with the keypoint's own place
    background  [F]     detections that mean nobody; those that are ignored are left out
    missed      [N]     people whom nobody means
    scoring     [S]     people with a scoring error
    """

    matching: Matching
    detection: np.ndarray
    person: np.ndarray
    codes: np.ndarray
    similarity: np.ndarray
    background: np.ndarray
    missed: np.ndarray
    scoring: np.ndarray

    def counts(self) -> pd.Series:
        """How many keypoints are of each kind, then background false positives, false negatives and scoring errors."""
        keypoints = {kind.value: int((self.codes == kind.code).sum()) for kind in Kind}
        people = {"background": len(self.background), "missed": len(self.missed), "scoring": len(self.scoring)}
        return pd.Series(keypoints | people)

    def by_keypoint(self) -> pd.DataFrame:
        """One row for each keypoint of the skeleton: how often it is of each kind."""
        rows = {kind.value: (self.codes == kind.code).sum(axis=0) for kind in Kind}
        return pd.DataFrame({"keypoint": self.matching.ground_truth.skeleton.keypoints} | rows)

    def to_pandas(self) -> pd.DataFrame:
        """One row for each keypoint that is wrong: where it is, of which kind, and how similar to its own place."""
        rows, keypoints = np.nonzero(self.codes > Kind.GOOD.code)
        detection, person = self.detection[rows], self.person[rows]
        found, ground_truth = self.matching.detections, self.matching.ground_truth
        return pd.DataFrame(
            {
                "image_id": ground_truth.image_ids[found.image[detection]],
                "detection": found.position[detection],
                "person": ground_truth.place[person],
                "keypoint": np.array(ground_truth.skeleton.keypoints, dtype=object)[keypoints],
                "kind": np.array([kind.value for kind in Kind], dtype=object)[self.codes[rows, keypoints]],
                "similarity": self.similarity[rows, keypoints],
                "score": found.scores[detection],
            }
        )


def find_errors(matching: Matching) -> Errors:
    """What is wrong with the detections of a matching, whatever its OKS thresholds; its range of all people counts."""
    everyone = matching.ranges[matching.index("all")]
    near = match_near(matching)
    detection, person = near.matched(NEAR)
    found = near.outcomes()
    by_score = matching.detections.by_score
    own = keypoint_similarity(matching.detections.keypoints[detection], matching.ground_truth, person)
    return Errors(
        matching,
        detection,
        person,
        _codes(matching, detection, person, own),
        own,
        np.sort(by_score[found.false[0]]),
        np.setdiff1d(np.flatnonzero(everyone.people), person),
        _scoring_errors(matching, everyone.people),
    )


def _codes(matching: Matching, detection: np.ndarray, person: np.ndarray, own: np.ndarray) -> np.ndarray:
    mirrored = _elsewhere(matching, detection, person, person, mirrored=True)
    others = _others(matching, detection, person)
    codes = np.full(own.shape, Kind.MISS.code)
    codes[others >= JITTER_FROM] = Kind.SWAP.code
    codes[(mirrored >= JITTER_FROM) & (mirrored >= others)] = Kind.INVERSION.code
    codes[own >= JITTER_FROM] = Kind.JITTER.code
    codes[own >= GOOD_FROM] = Kind.GOOD.code
    codes[~matching.detections.there[detection]] = Kind.LEFT_OUT.code
    codes[~matching.ground_truth.labelled[person]] = NO_LABEL
    return codes


def _others(matching: Matching, detection: np.ndarray, person: np.ndarray) -> np.ndarray:
    """The highest similarity [M, K] of each keypoint with that keypoint, or its mirror image, of anybody else there."""
    row = np.full(len(matching.detections), -1)
    row[detection] = np.arange(len(detection))
    partner = np.append(person, -1)[row]  # [D]
    pairs = matching.pairs
    chosen = (row[pairs.detection] >= 0) & (partner[pairs.detection] != pairs.person)
    which, someone = pairs.detection[chosen], pairs.person[chosen]
    best = np.zeros((len(detection), len(matching.ground_truth.skeleton)))
    for mirrored in (False, True):
        np.maximum.at(best, row[which], _elsewhere(matching, which, partner[which], someone, mirrored))
    return best


def _elsewhere(
    matching: Matching, detection: np.ndarray, person: np.ndarray, someone: np.ndarray, mirrored: bool
) -> np.ndarray:
    """Similarity [Q, K] of detections' keypoints with someone's, or with their mirror images; 0 where unlabelled.

    A keypoint that has no mirror image is not similar to itself when `mirrored`.
    """
    ground_truth = matching.ground_truth
    found, labelled = matching.detections.keypoints[detection], ground_truth.labelled[someone]
    order = np.array(ground_truth.skeleton.flip_order)
    if not mirrored:
        return np.where(labelled, keypoint_similarity(found, ground_truth, someone), 0.0)
    # Mirroring what is found and mirroring back compares each keypoint with the place of its mirror image.
    similar = keypoint_similarity(found[:, order], ground_truth, someone)[:, order]
    return np.where(labelled[:, order] & (order != np.arange(len(order))), similar, 0.0)


def nearest_people(matching: Matching) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The detections that are near somebody, the person nearest to each, and their OKS: three arrays of one length."""
    near = matching.pairs.at_least(NEAR)
    order = np.lexsort((-near.oks, near.detection))
    detection, first = np.unique(near.detection[order], return_index=True)
    return detection, near.person[order][first], near.oks[order][first]


def _scoring_errors(matching: Matching, people: np.ndarray) -> np.ndarray:
    detection, nearest, oks = nearest_people(matching)
    chosen = people[nearest]
    table = pd.DataFrame(
        {"person": nearest[chosen], "oks": oks[chosen], "score": matching.detections.scores[detection[chosen]]}
    )
    most_similar = table.sort_values("oks", ascending=False, kind="stable").groupby("person")["score"].first()
    best_score = table.groupby("person")["score"].max()
    return most_similar.index[(most_similar < best_score).to_numpy()].to_numpy(dtype=int)
