"""PoseDet's ablations on given weights: coarse or refined poses (Table 4), suppression by OKS or by box (Table 5)."""

from collections.abc import Callable
from typing import Any, ClassVar

import pandas as pd

from methods.analysis.steps import Seen, StepEffect, measure_step
from methods.analysis.study import ABLATION_COLUMNS, Ablation, MethodStudy, TextTable, check, compare_ablations, facts
from methods.data.coco import CocoKeypoints
from methods.method import Method, Raw
from methods.metrics.results import score_text
from methods.posedet.decode import PoseDetSettings
from methods.types import Poses

COARSE, REFINED = "coarse poses", "refined poses"
THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
# What is compared with the first; the names are for people.
SUPPRESSION: dict[str, dict[str, Any]] = {
    **{f"box IoU {value:g}": {"suppress_by_box": True, "pose_iou": value} for value in THRESHOLDS},
    **{f"OKS {value:g}": {"suppress_by_box": False, "pose_oks": value} for value in THRESHOLDS},
}
NEEDED = "such choices; give a variant of PoseDet"


class Refinement(StepEffect):
    """Coarse and refined poses, each suppressed by how alike they are themselves.

    Keypoints are those of the same candidates, before and after the refinement.
    """

    step: ClassVar[str] = "refinement"
    hidden: ClassVar[tuple[str, ...]] = ("Added", "Rate")


class Choice(Ablation):
    """A way that is a change of settings."""

    changes: dict[str, Any]


class Suppression(MethodStudy):
    """What `compare_choices` found, and how; the settings are those before the changes."""

    rows: tuple[Choice, ...]

    def to_pandas(self) -> pd.DataFrame:
        """One row for each choice."""
        return pd.concat([row.to_pandas() for row in self.rows], ignore_index=True)

    def sentences(self) -> list[str]:
        """The best of each kind."""
        by_box, by_oks = ([row for row in self.rows if row.changes["suppress_by_box"] is by] for by in (True, False))
        best = [max(rows, key=lambda row: row.ap.ap) for rows in (by_oks, by_box) if rows]
        said = " and ".join(f"{score_text(row.ap.ap)} at {row.name}" for row in best)
        return [f"On {self.images} images AP is highest with {said}."]

    def tables(self) -> list[TextTable]:
        """The choices."""
        return [TextTable(("Suppression by", *ABLATION_COLUMNS), [row.cells() for row in self.rows])]


def measure_refinement(
    method: Method,
    data: CocoKeypoints,
    settings: PoseDetSettings | None = None,
    progress: Callable[[int], None] = lambda done: None,
    command: str | None = None,
) -> Refinement:
    """Run a PoseDet over `data` once; `settings` defaults to the evaluation preset.

    `progress` is called with the number of images done. Raises DataError where the method is no PoseDet or there is no
    labelled person.
    """
    check(method, PoseDetSettings, data, NEEDED)
    given = settings or PoseDetSettings.evaluation()
    coarse, refined = (given.model_copy(update={"refine": refine}) for refine in (False, True))

    def see(raw: Raw) -> Seen:
        found = method.decode(raw, refined)
        before = found.intermediate.coarse[found.intermediate.kept]
        same = Poses(found.poses.boxes, found.poses.scores, before, found.poses.keypoint_scores)
        return Seen({COARSE: method.decode(raw, coarse).poses, REFINED: found.poses}, same, found.poses)

    return measure_step(Refinement, method, data, refined, see, progress, command)


def compare_choices(
    method: Method,
    data: CocoKeypoints,
    choices: dict[str, dict[str, Any]] = SUPPRESSION,
    settings: PoseDetSettings | None = None,
    progress: Callable[[int], None] = lambda done: None,
    command: str | None = None,
) -> Suppression:
    """Run a PoseDet over `data` once and decode with each of the named changes to `settings` (default: evaluation).

    `progress` is called with the number of images done. Raises DataError where the method is no PoseDet or there is no
    labelled person.
    """
    check(method, PoseDetSettings, data, NEEDED)
    given = settings or PoseDetSettings.evaluation()
    ways = {name: given.model_copy(update=changes) for name, changes in choices.items()}
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in ways}
    for done, image in enumerate(data, 1):
        raw = method.infer([image.read()])[0]
        for name, way in ways.items():
            found[name] += method.decode(raw, way).poses.to_coco(image.image_id)
        progress(done)
    rows = [Choice(**dict(way), changes=choices[way.name]) for way in compare_ablations(data, found)[0]]
    return Suppression(**facts(method, data, given, command), rows=tuple(rows))
