"""Joint angles: the angle in the image at elbow, shoulder, hip and knee, and by how many degrees a method is off.

Bias and limits of agreement are Bland and Altman's (The Lancet, 1986): the mean of found less annotated angles, and
that mean plus and minus 1.96 standard deviations, between which 95 % of normally distributed differences lie. Counted
are angles of people whom a detection means (see paired_people) with all three keypoints labelled and found. They are
angles of the projection, 0..180 degrees, not those of the body in space.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from methods.metrics.paired_people import PairedPeople
from methods.metrics.results import Result, Score
from methods.skeletons import Skeleton, normal_name

LIMITS = 1.96  # standard deviations
# The joint at which the angle is, between the keypoints at the ends of the two limbs.
JOINTS = {
    "elbow": ("shoulder", "wrist"),
    "shoulder": ("elbow", "hip"),
    "hip": ("shoulder", "knee"),
    "knee": ("hip", "ankle"),
}
OTHER_NAMES = {"foot": "ankle"}  # of Human3.6M


@dataclass(frozen=True, eq=False)
class AnglePairs:
    """Angles at one joint in degrees, as annotated and as found, n each; `person` [n] indexes the ground truth."""

    joint: str
    person: np.ndarray
    annotated: np.ndarray
    found: np.ndarray

    @property
    def difference(self) -> np.ndarray:
        """Found less annotated, [n]."""
        return self.found - self.annotated


class AngleError(Result):
    """How far off the angle at one joint is, in degrees: NaN without any, limits and deviation with fewer than two.

    annotated: angles whose three keypoints are labelled; found: those of them that are found.
    """

    joint: str
    annotated: int
    found: int
    bias: Score
    deviation: Score
    low: Score
    high: Score
    mean_absolute: Score  # of the differences without their signs

    def to_pandas(self) -> pd.DataFrame:
        """One row."""
        return pd.DataFrame([self.model_dump()])


class AngleErrors(Result):
    """The angles that the skeleton has; `left_out` names those of which it lacks a keypoint."""

    rows: tuple[AngleError, ...]
    left_out: tuple[str, ...]

    def to_pandas(self) -> pd.DataFrame:
        """One row for each joint."""
        columns = {
            "bias": "bias °",
            "deviation": "deviation °",
            "low": "limits from °",
            "high": "limits to °",
            "mean_absolute": "mean absolute °",
        }
        tables = [row.to_pandas() for row in self.rows]
        table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(AngleError.model_fields))
        return table.rename(columns=columns)

    def sentence(self) -> str:
        """Which angles the skeleton lacks; "" where it has all."""
        return f"Keypoints are missing for the angles at {', '.join(self.left_out)}." if self.left_out else ""


def measure_angles(people: PairedPeople) -> AngleErrors:
    """Bias and limits of agreement at each joint; see the module."""
    joints, left_out = _joints(people.skeleton)
    rows = []
    for pairs in angle_pairs(people):
        annotated = np.isfinite(_angles(people.annotated, joints[pairs.joint])).sum()
        rows.append(_error(pairs, int(annotated)))
    return AngleErrors(rows=tuple(rows), left_out=left_out)


def angle_pairs(people: PairedPeople) -> list[AnglePairs]:
    """Every angle that is both annotated and found, joint by joint."""
    found = []
    for joint, keypoints in _joints(people.skeleton)[0].items():
        annotated, predicted = (_angles(each, keypoints) for each in (people.annotated, people.found))
        both = np.isfinite(annotated) & np.isfinite(predicted)
        found.append(AnglePairs(joint, people.person[both], annotated[both], predicted[both]))
    return found


def _error(pairs: AnglePairs, annotated: int) -> AngleError:
    difference = pairs.difference
    bias = float(difference.mean()) if len(difference) else np.nan
    deviation = float(difference.std(ddof=1)) if len(difference) > 1 else np.nan
    return AngleError(
        joint=pairs.joint,
        annotated=annotated,
        found=len(difference),
        bias=bias,
        deviation=deviation,
        low=bias - LIMITS * deviation,
        high=bias + LIMITS * deviation,
        mean_absolute=float(abs(difference).mean()) if len(difference) else np.nan,
    )


def _joints(skeleton: Skeleton) -> tuple[dict[str, tuple[int, int, int]], tuple[str, ...]]:
    """The joints with a skeleton's keypoints (one end, the joint, the other end), and those it lacks one for."""
    known = {normal_name(name): k for k, name in enumerate(skeleton.keypoints)}
    for name, other in OTHER_NAMES.items():
        known |= {f"{side}_{other}": known[f"{side}_{name}"] for side in ("left", "right") if f"{side}_{name}" in known}
    there, left_out = {}, []
    for joint, (one, other) in JOINTS.items():
        for side in ("left", "right"):
            names = [f"{side}_{part}" for part in (one, joint, other)]
            if all(name in known for name in names):
                first, middle, last = (known[name] for name in names)
                there[f"{side} {joint}"] = (first, middle, last)
            else:
                left_out.append(f"{side} {joint}")
    return there, tuple(left_out)


def _angles(keypoints: np.ndarray, ends: tuple[int, int, int]) -> np.ndarray:
    """Degrees [P], 0..180, at the middle one of three keypoints; NaN where one is not there or two are in one place."""
    one, middle, other = (keypoints[:, end] for end in ends)
    first, second = one - middle, other - middle
    cross = first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]
    angle = np.degrees(np.arctan2(abs(cross), (first * second).sum(axis=1)))
    long = (np.linalg.norm(first, axis=1) > 0) & (np.linalg.norm(second, axis=1) > 0)
    return np.where(long, angle, np.nan)
