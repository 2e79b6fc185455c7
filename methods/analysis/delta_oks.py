"""How much better one method finds each person than another: the difference of OKS (KAPAO's equation 13).

The OKS of a person is the highest that any detection of the image has with this person, of the twenty best detections;
that of an image is the sum over its people. In crowded images of which few people are annotated chance decides whether
they are among the twenty: `both_find` tells the images in which every person has more than 0.5 in both methods, as the
paper chooses its examples.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from methods.analysis.difference import check_same
from methods.metrics.ground_truth import GroundTruth
from methods.metrics.matching import Matching

FOUND = 0.5


@dataclass(frozen=True, eq=False)
class DeltaOks:
    """P people who count: indices [P] into the ground truth, and the OKS [P] of each with the first and second
    method."""

    ground_truth: GroundTruth
    person: np.ndarray
    first: np.ndarray
    second: np.ndarray

    @property
    def delta(self) -> np.ndarray:
        """First less second, [P], -1..1: positive where the first method is better."""
        return self.first - self.second

    def to_pandas(self) -> pd.DataFrame:
        """One row for each person, those where the first method is best before the second first."""
        columns = {
            "image_id": self.ground_truth.image_ids[self.ground_truth.image[self.person]],
            "person": self.ground_truth.place[self.person],
            "first": self.first,
            "second": self.second,
            "delta": self.delta,
        }
        return pd.DataFrame(columns).sort_values("delta", ascending=False, kind="stable", ignore_index=True)

    def by_image(self) -> pd.DataFrame:
        """One row for each image with somebody who counts: sums over people, and whether both methods find them all."""
        table = self.to_pandas()
        table["both_find"] = (table["first"] > FOUND) & (table["second"] > FOUND)
        how = {"person": "size", "first": "sum", "second": "sum", "delta": "sum", "both_find": "all"}
        images = table.groupby("image_id").agg(how).rename(columns={"person": "people"}).reset_index()
        return images.sort_values("delta", ascending=False, kind="stable", ignore_index=True)

    def to_json(self) -> str:
        """The table of `to_pandas` as JSON: a list of numbers for each column."""
        return self.to_pandas().to_json(orient="split", index=False)

    def __str__(self) -> str:
        better = [int((sign * self.delta > 0).sum()) for sign in (1, -1)]
        return (
            f"of {len(self.person)} people {better[0]} have a higher OKS with the first method and {better[1]} with the"
            f" second; sum of differences {self.delta.sum():+.2f}"
        )


def delta_oks(first: Matching, second: Matching) -> DeltaOks:
    """Compare two methods person by person; raises DataError where their data sets are not the same."""
    check_same(first, second)
    people = np.flatnonzero(first.ranges[first.index("all")].people)
    return DeltaOks(first.ground_truth, people, best_oks(first)[people], best_oks(second)[people])


def best_oks(matching: Matching) -> np.ndarray:
    """The highest OKS [P] of anybody's detection with each person; 0 where the image has none."""
    best = np.zeros(len(matching.ground_truth))
    np.maximum.at(best, matching.pairs.person, matching.pairs.oks)
    return best


def best_detection(matching: Matching) -> np.ndarray:
    """The detection [P] that has that OKS with each person, an index; -1 where the image has none."""
    best = np.full(len(matching.ground_truth), -1)
    order = np.argsort(matching.pairs.oks, kind="stable")
    best[matching.pairs.person[order]] = matching.pairs.detection[order]  # of several the last remains: the highest
    return best
