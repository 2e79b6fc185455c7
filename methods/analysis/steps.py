"""What a method's last step changes: AP before and after it, how far it moves which keypoints, and whether for better.

Distances and shares are of people who are found after the step: poses matched with an annotated person at an OKS of
0.5. A keypoint has moved where the step puts it anywhere else; it is added where it was nowhere before.
"""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, NamedTuple, TypeVar

import numpy as np
import pandas as pd

from methods.analysis.difference import Difference, ap_gains, keypoint_differences
from methods.analysis.study import (
    ABLATION_COLUMNS,
    FOUND_AT,
    Ablation,
    MethodStudy,
    TextTable,
    compare_ablations,
    facts,
    number_text,
    percent_text,
)
from methods.data.coco import CocoKeypoints
from methods.method import Method, Raw
from methods.metrics.matching import Matching, match
from methods.metrics.results import Result, Score, signed_text
from methods.settings import Settings
from methods.types import Poses

ALL = "all"  # what the last of the keypoints' rows is called


class Seen(NamedTuple):
    """One image: the poses of each way that is compared, and the same people's, in the same order, about the step."""

    ways: dict[str, Poses]
    before: Poses
    after: Poses


class KeypointShift(Result):
    """What the step does to one keypoint of found people, or to all.

    moved and added are shares of these keypoints; pixels and percent are medians over those moved, the latter in % of
    the square root of the person's box area; nearer: the share of moved and labelled ones that come nearer to their
    annotation. rate: how many keypoints of all poses the step changes for each labelled one of the data (Figure 4,
    right, of KAPAO). gain: AP of this keypoint alone, after less before, with its 95% interval; of all, that of OKS.
    """

    keypoint: str
    moved: Score
    added: Score
    pixels: Score
    percent: Score
    nearer: Score
    rate: Score
    gain: Score
    gain_low: Score
    gain_high: Score

    def to_pandas(self) -> pd.DataFrame:
        """One row."""
        return pd.DataFrame([self.model_dump()])

    def cells(self) -> dict[str, str]:
        """Column to text."""
        return {
            "Keypoint": self.keypoint.replace("_", " "),
            "Moved": percent_text(self.moved),
            "Added": percent_text(self.added),
            "Median px": number_text(self.pixels, 2),
            "Median %": number_text(self.percent, 2),
            "Nearer": percent_text(self.nearer),
            "Rate": number_text(self.rate, 2),
            "AP gain": signed_text(self.gain),
            "95% interval": f"{signed_text(self.gain_low)} to {signed_text(self.gain_high)}",
        }


class StepEffect(MethodStudy):
    """What `measure_step` found: the ways, the keypoints and at last all of them together."""

    step: ClassVar[str]  # the subject of a sentence
    hidden: ClassVar[tuple[str, ...]]  # columns of KeypointShift.cells that say nothing of this step

    rows: tuple[Ablation, ...]
    keypoints: tuple[KeypointShift, ...]

    def to_pandas(self) -> pd.DataFrame:
        """One row for each keypoint, at last all of them."""
        return pd.concat([row.to_pandas() for row in self.keypoints], ignore_index=True)

    def way(self, name: str) -> Ablation:
        """The way of that name."""
        return next(row for row in self.rows if row.name == name)

    def sentences(self) -> list[str]:
        """How much moves, and what that brings."""
        every = self.keypoints[-1]
        added = f" and adds {percent_text(every.added)} that were not there" if every.added > 0 else ""
        return [
            f"On {self.images} images {self.step} moves {percent_text(every.moved)} of found people's keypoints{added};"
            f" half of those moved go farther than {number_text(every.pixels, 1)} px"
            f" ({number_text(every.percent, 1)}% of the square root of the box area), and of those with a label"
            f" {percent_text(every.nearer)} come nearer to it.",
            f"AP of the same people changes by {signed_text(every.gain)}"
            f" ({signed_text(every.gain_low)} to {signed_text(every.gain_high)}).",
        ]

    def tables(self) -> list[TextTable]:
        """The ways, then the keypoints."""
        cells = [row.cells() for row in self.keypoints]
        shown = [name for name in cells[0] if name not in self.hidden]
        rows = [tuple(each[name] for name in shown) for each in cells]
        ways = [row.cells() for row in self.rows]
        return [TextTable(("Poses", *ABLATION_COLUMNS), ways), TextTable(tuple(shown), rows)]


Kind = TypeVar("Kind", bound=StepEffect)


def measure_step(
    kind: type[Kind],
    method: Method,
    data: CocoKeypoints,
    settings: Settings,
    see: Callable[[Raw], Seen],
    progress: Callable[[int], None],
    command: str | None,
) -> Kind:
    """Run the method over `data` once; `see` says of each image what it finds before and after the step.

    `progress` is called with the number of images done.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    earlier: list[dict[str, Any]] = []
    later: list[dict[str, Any]] = []
    pairs: list[tuple[Poses, Poses]] = []
    for done, image in enumerate(data, 1):
        seen = see(method.infer([image.read()])[0])
        for name, poses in seen.ways.items():
            found.setdefault(name, []).extend(poses.to_coco(image.image_id))
        earlier += seen.before.to_coco(image.image_id)
        later += seen.after.to_coco(image.image_id)
        pairs.append((seen.before, seen.after))
        progress(done)
    before, after = match(data, earlier), match(data, later)
    overall = ap_gains({"before": before, "after": after})["after"][1]
    gains = [*keypoint_differences(before, after), overall]
    ways, _ = compare_ablations(data, found)
    shifts = keypoint_shifts(after, pairs, gains)
    return kind(**facts(method, data, settings, command), rows=tuple(ways), keypoints=shifts)


def keypoint_shifts(
    matching: Matching, pairs: Sequence[tuple[Poses, Poses]], gains: Sequence[Difference]
) -> tuple[KeypointShift, ...]:
    """One row for each keypoint and one for all.

    `matching` is of the poses after the step; `pairs` are the poses before and after it of each image, in the order in
    which they were matched; `gains` belong to the rows.
    """
    ground_truth = matching.ground_truth
    num_keypoints = len(ground_truth.skeleton)
    before, after = (
        np.concatenate([np.zeros((0, num_keypoints, 2)), *(pair[i].keypoints for pair in pairs)]) for i in (0, 1)
    )
    boxes = np.concatenate([np.zeros((0, 4)), *(pair[1].boxes for pair in pairs)])
    sides = np.sqrt((boxes[:, 2:] - boxes[:, :2]).clip(min=0).prod(axis=1))  # [D]
    far = np.linalg.norm(after - before, axis=2)  # [D, K], NaN where one of the two is nowhere
    added = np.isnan(before).any(axis=2) & ~np.isnan(after).any(axis=2)
    changed = added | (far > 0)
    labels = (ground_truth.labelled & ~ground_truth.ignored[:, None]).sum(axis=0)

    detection, person = matching.matched(FOUND_AT)
    position = matching.detections.position[detection]
    misses = [np.linalg.norm(points[position] - ground_truth.keypoints[person], axis=2) for points in (before, after)]
    relative = 100 * far[position] / np.maximum(sides[position, None], 1e-6)
    moved, labelled = far[position] > 0, ground_truth.labelled[person]
    columns = [np.arange(k, k + 1) for k in range(num_keypoints)] + [np.arange(num_keypoints)]
    rows = []
    for name, gain, k in zip([*ground_truth.skeleton.keypoints, ALL], gains, columns, strict=True):
        judged = moved[:, k] & labelled[:, k]
        rows.append(
            KeypointShift(
                keypoint=name,
                moved=_mean(moved[:, k]),
                added=_mean(added[position][:, k]),
                pixels=_median(far[position][:, k][moved[:, k]]),
                percent=_median(relative[:, k][moved[:, k]]),
                nearer=_mean((misses[1] < misses[0])[:, k][judged]),
                rate=float(changed[:, k].sum() / labels[k].sum()) if labels[k].sum() else np.nan,
                gain=gain.difference,
                gain_low=gain.low,
                gain_high=gain.high,
            )
        )
    return tuple(rows)


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if values.size else np.nan


def _median(values: np.ndarray) -> float:
    return float(np.median(values)) if values.size else np.nan
