"""PCK: the share of annotated keypoints that a method puts no further off than a part of the person's size.

Counted is every labelled keypoint of everybody whose size can be had: one that the method leaves out, and all of a
person whom nobody means (see paired_people), are wrong. The total is of all keypoints together, so that those that are
labelled more often weigh more, as MPII's. A keypoint exactly at the threshold is right.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from methods.metrics.paired_people import PairedPeople
from methods.metrics.results import Result, Score
from methods.skeletons import normal_name

# From the top of the head to the neck, as skeletons call these; and from ear to ear for those that have neither.
HEAD_SEGMENTS = (
    ("head_top", "upper_neck"),
    ("head_top", "head_bottom"),
    ("head_top", "neck"),
    ("head", "neck"),
    ("head", "neck_base"),
    ("left_ear", "right_ear"),
)
TORSO_DIAGONALS = (("left_shoulder", "right_hip"), ("right_shoulder", "left_hip"))


@dataclass(frozen=True)
class Reference:
    """What distances are compared with: the thresholds that tables have, and those of the curve."""

    name: str
    unit: str
    thresholds: tuple[float, ...]
    curve: tuple[float, ...]


def _steps(highest: float, count: int) -> tuple[float, ...]:
    return tuple(round(highest * step / count, 10) for step in range(count + 1))


HEAD = Reference("head", "head sizes", (0.1, 0.5), _steps(1, 20))
TORSO = Reference("torso", "torso sizes", (0.1, 0.2), _steps(0.5, 20))
BOX = Reference("box", "longer sides of the box", (0.05, 0.2), _steps(0.4, 40))
PIXELS = Reference("pixels", "px", (5, 10, 20), _steps(40, 40))
REFERENCES = (HEAD, TORSO, BOX, PIXELS)


class KeypointPck(Result):
    """One keypoint: in how many people it is labelled, and the share that is right at each of Pck.thresholds."""

    keypoint: str
    labelled: int
    shares: tuple[Score, ...]

    def to_pandas(self) -> pd.DataFrame:
        """One row."""
        return pd.DataFrame([self.model_dump()])


class Pck(Result):
    """PCK against one reference; `means` says in words what that is. NaN where no keypoint counts.

    people: whose size can be had; without_size: who is left out because it cannot; missed: of the people those whom
    nobody means, all of whose keypoints are wrong. `curve` is of all keypoints, at `curve_at`.
    """

    reference: str
    unit: str
    means: str
    people: int
    without_size: int
    missed: int
    thresholds: tuple[float, ...]
    everything: KeypointPck
    keypoints: tuple[KeypointPck, ...]
    curve_at: tuple[float, ...]
    curve: tuple[Score, ...]

    def titles(self) -> list[str]:
        """What tables call the thresholds."""
        if self.reference == PIXELS.name:
            return [f"PCK at {value:g} px" for value in self.thresholds]
        short = "PCKh" if self.reference == HEAD.name else f"PCK {self.reference}"
        return [f"{short}@{value:g}" for value in self.thresholds]

    def sentence(self) -> str:
        """What distances are compared with, and how many people count."""
        without = f"; {self.without_size} without are left out" if self.without_size else ""
        return f"{self.means} ({self.people} people{without})."

    def to_pandas(self) -> pd.DataFrame:
        """A row for each keypoint, at last all of them; a column for each threshold."""
        rows = [*self.keypoints, self.everything]
        table = pd.DataFrame([row.shares for row in rows], columns=self.titles())
        table.insert(0, "keypoint", [row.keypoint for row in rows])
        table.insert(1, "labelled", [row.labelled for row in rows])
        return table


def measure_pck(people: PairedPeople) -> tuple[Pck, ...]:
    """PCK against each of REFERENCES that the skeleton has the keypoints for; see the module."""
    found = []
    for reference in REFERENCES:
        sizes, means = _sizes(people, reference)
        if means:
            found.append(_measure(people, reference, sizes, means))
    return tuple(found)


def _measure(people: PairedPeople, reference: Reference, sizes: np.ndarray, means: str) -> Pck:
    counted = np.isfinite(sizes) & (sizes > 0)
    labelled = people.labelled[counted]
    with np.errstate(invalid="ignore"):
        relative = people.distances[counted] / sizes[counted, None]
    labels = labelled.sum(axis=0)

    def shares(k: slice | int) -> tuple[float, ...]:
        total = int(labels[k].sum())
        right = [int((relative[:, k] <= threshold).sum()) for threshold in reference.thresholds]  # NaN is wrong
        return tuple(count / total if total else np.nan for count in right)

    names = [name.replace("_", " ") for name in people.skeleton.keypoints]
    total = int(labels.sum())
    return Pck(
        reference=reference.name,
        unit=reference.unit,
        means=means,
        people=int(counted.sum()),
        without_size=int((~counted).sum()),
        missed=int((people.detection[counted] < 0).sum()),
        thresholds=reference.thresholds,
        everything=KeypointPck(keypoint="all", labelled=total, shares=shares(slice(None))),
        keypoints=tuple(
            KeypointPck(keypoint=name, labelled=int(labels[k]), shares=shares(k)) for k, name in enumerate(names)
        ),
        curve_at=reference.curve,
        curve=tuple(int((relative <= at).sum()) / total if total else np.nan for at in reference.curve),
    )


def _sizes(people: PairedPeople, reference: Reference) -> tuple[np.ndarray, str]:
    """Pixels [P] for one unit of the reference, NaN where they cannot be had; and what that is, "" where no person
    of that skeleton can have it."""
    if reference is PIXELS:
        return np.ones(len(people.person)), "PCK in px: pixels of the image"
    if reference is BOX:
        return people.boxes[:, 2:].max(axis=1, initial=0), "PCK box: the longer side of the annotated box"
    known = {normal_name(name): k for k, name in enumerate(people.skeleton.keypoints)}
    if reference is HEAD:
        head = next((ends for ends in HEAD_SEGMENTS if set(ends) <= set(known)), None)
        if head is None:
            return np.zeros(0), ""
        named = " to ".join(end.replace("_", " ") for end in head)
        stands = ", which stands for the head's size and is short from the side" if head == HEAD_SEGMENTS[-1] else ""
        return _lengths(people, [known[end] for end in head]), f"PCKh: the distance from {named}{stands}"
    diagonals = [ends for ends in TORSO_DIAGONALS if set(ends) <= set(known)]
    if not diagonals:
        return np.zeros(0), ""
    lengths = np.stack([_lengths(people, [known[end] for end in ends]) for ends in diagonals])
    # One diagonal where only one is labelled, else the mean of both.
    there = np.isfinite(lengths)
    mean = np.where(there, lengths, 0).sum(axis=0) / np.maximum(there.sum(axis=0), 1)
    means = "PCK torso: the distance from a shoulder to the opposite hip, the mean of both where labelled"
    return np.where(there.any(axis=0), mean, np.nan), means


def _lengths(people: PairedPeople, ends: list[int]) -> np.ndarray:
    one, other = (people.annotated[:, end] for end in ends)
    return np.linalg.norm(one - other, axis=1)
