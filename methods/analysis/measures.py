"""The measures beside OKS of one method on one data set, together."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from methods.metrics.angles import AngleErrors, measure_angles
from methods.metrics.endpoint_error import EndpointErrors, measure_endpoint_errors
from methods.metrics.matching import Matching
from methods.metrics.paired_people import pair_people
from methods.metrics.pck import Pck, measure_pck
from methods.metrics.results import Result
from methods.metrics.score_calibration import ScoreCalibration, score_calibration

COUNTED = (
    "PCK is the share of labelled keypoints no further off than that part of the person's size; keypoints that are left"
    " out, and all of people whom nobody finds, are wrong. End-point errors and angles are of keypoints that are found."
)
HEAD_LACKS = "The skeleton has no keypoints for a head's size, so that there is no PCKh."
TORSO_LACKS = "The skeleton has no shoulders and hips, so that there is no PCK of torso sizes."


class Measures(Result):
    """PCK against each reference that the skeleton has, end-point errors, joint angles and scores' calibration."""

    pck: tuple[Pck, ...]
    endpoint: EndpointErrors
    angles: AngleErrors
    calibration: ScoreCalibration

    def summary(self) -> dict[str, float]:
        """One number for each PCK threshold, error and calibration, by the names that tables have; who is missed."""
        found = {
            title: share for one in self.pck for title, share in zip(one.titles(), one.everything.shares, strict=True)
        }
        found |= {"median error px": self.endpoint.everything.median, "mean error px": self.endpoint.everything.mean}
        scores = {"ECE people": self.calibration.people, "ECE keypoints": self.calibration.keypoints}
        found |= {name: one.error if one else float("nan") for name, one in scores.items()}
        found |= {"ECE class-wise": self.calibration.class_error}
        return found | {"people found by nobody": self.pck[-1].missed}

    def sentences(self) -> list[str]:
        """What is counted, and what the skeleton lacks: the same for all methods on one data set."""
        there = {one.reference for one in self.pck}
        lacks = [text for name, text in (("head", HEAD_LACKS), ("torso", TORSO_LACKS)) if name not in there]
        return [COUNTED, *(one.sentence() for one in self.pck), *lacks, *filter(None, [self.angles.sentence()])]

    def to_pandas(self) -> pd.DataFrame:
        """One row: the summary."""
        return pd.DataFrame([self.summary()])


def measures_notes(measures: Mapping[str, Measures]) -> list[str]:
    """What is counted, and whose scores are not judged, by the methods' names: sentences."""
    first = next(iter(measures.values()), None)
    unjudged = [f"{name}: {said}" for name, one in measures.items() for said in one.calibration.notes]
    return [*(first.sentences() if first else []), *unjudged]


def measure(matching: Matching, results: Sequence[dict[str, Any]]) -> Measures:
    """Everything of one method; `results` are the COCO results that were matched."""
    people = pair_people(matching)
    return Measures(
        pck=measure_pck(people),
        endpoint=measure_endpoint_errors(people),
        angles=measure_angles(people),
        calibration=score_calibration(matching, results),
    )
