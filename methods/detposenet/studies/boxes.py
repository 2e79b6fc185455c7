"""What DetPoseNet's third stage makes of better and worse boxes (Table II), and how good boxes are (Table III).

The same detector's boxes: after suppression, as Faster R-CNN gives them; without those that are nobody's (false
positives); with those of people whom it misses (false negatives) added; and the annotated boxes alone. Beside them is
coarse-pose filtering, which the paper finds to be nearly as good as annotated boxes.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import torch
from torchvision.ops import box_iou

from methods.analysis.study import ABLATION_COLUMNS, Ablation, MethodStudy, TextTable, check, compare_ablations, facts
from methods.data.coco import CocoKeypoints
from methods.detposenet.decode import DetPoseNetSettings
from methods.detposenet.studies.filtering import FILTER, boxes_found, only, refine_all, suppress
from methods.method import Method
from methods.metrics.box_ap import box_ap
from methods.metrics.results import Score, score_text
from methods.top_down import with_scores

SUPPRESSED_AT = 0.5  # IoU above which of two of the detector's boxes the better stays, as in Faster R-CNN
SAME = 0.5  # IoU with a person's annotated box from which a box is theirs
TRUE, DETECTED, NO_FALSE, NO_MISSED = (
    "annotated boxes",
    "the detector's boxes",
    "without false positives",
    "without false negatives",
)


class BoxChoice(Ablation):
    """AP of poses with some choice of boxes, and of the boxes themselves."""

    box_ap: Score


class BoxChoices(MethodStudy):
    """What `measure_boxes` found, and how; the first row is annotated boxes."""

    rows: tuple[BoxChoice, ...]

    def to_pandas(self) -> pd.DataFrame:
        """One row for each choice."""
        return pd.concat([row.to_pandas() for row in self.rows], ignore_index=True)

    def sentences(self) -> list[str]:
        """Table II's comparison of annotated boxes, the detector's and the filter's, and ours beside it."""
        reached = {row.name: score_text(row.ap.ap) for row in self.rows}
        return [
            f"On {self.images} images AP is {reached[TRUE]} in annotated boxes, {reached[DETECTED]} in the detector's"
            f" and {reached[FILTER]} after coarse-pose filtering; the paper has 0.781, 0.750 and 0.773 on COCO val.",
            f"Without false positives it is {reached[NO_FALSE]}, without false negatives {reached[NO_MISSED]}; the"
            " paper has 0.753 and 0.761.",
        ]

    def tables(self) -> list[TextTable]:
        """The choices."""
        rows = []
        for row in self.rows:
            name, *scores = row.cells()
            rows.append((name, score_text(row.box_ap), *scores))
        return [TextTable(("Boxes", "Box AP", *ABLATION_COLUMNS), rows)]


def measure_boxes(
    method: Method,
    data: CocoKeypoints,
    settings: DetPoseNetSettings | None = None,
    progress: Callable[[int], None] = lambda done: None,
    command: str | None = None,
) -> BoxChoices:
    """Run a DetPoseNet over `data` with its filter, and its third stage on all boxes that the other rows need.

    `settings` defaults to the evaluation preset. `progress` is called with the number of images done. Raises DataError
    where the method is no DetPoseNet or there is no labelled person.
    """
    check(method, DetPoseNetSettings, data, "boxes to choose from; give a variant of DetPoseNet")
    settings = settings or DetPoseNetSettings.evaluation()
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in (TRUE, DETECTED, NO_FALSE, NO_MISSED, FILTER)}
    for done, image in enumerate(data, 1):
        pixels = image.read()
        raw = method.infer([pixels])[0]
        found[FILTER] += method.decode(raw, settings).poses.to_coco(image.image_id)
        detected = boxes_found(raw)
        detected = detected[suppress(detected, SUPPRESSED_AT)]
        true = image.people.boxes[image.people.labelled]
        everything = refine_all(method, pixels, np.concatenate([with_scores(true), detected]))
        for name, chosen in choices(true, detected).items():
            found[name] += method.decode(only(everything, chosen), settings).poses.to_coco(image.image_id)
        progress(done)
    rows = [BoxChoice(**dict(way), box_ap=box_ap(data, found[way.name])) for way in compare_ablations(data, found)[0]]
    return BoxChoices(**facts(method, data, settings, command), rows=tuple(rows))


def choices(true: np.ndarray, detected: np.ndarray) -> dict[str, np.ndarray]:
    """By name which of annotated boxes [T, 4] and, after them, detected ones [N, 5], best first, count: bool [T + N].

    A detected box is the person's whose annotated one is most like it, at least SAME, of those whom no better box has.
    """
    overlaps = box_iou(torch.from_numpy(true), torch.from_numpy(detected[:, :4])).numpy()
    met, right = np.zeros(len(true), dtype=bool), np.zeros(len(detected), dtype=bool)
    for number, overlap in enumerate(overlaps.T):
        free = np.where(met, -1.0, overlap)
        if len(free) and free.max() >= SAME:
            met[free.argmax()] = right[number] = True
    nobody, everybody = np.zeros_like(met), np.ones_like(met)
    all_detected = np.ones_like(right)
    return {
        TRUE: np.concatenate([everybody, ~all_detected]),
        DETECTED: np.concatenate([nobody, all_detected]),
        NO_FALSE: np.concatenate([nobody, right]),
        NO_MISSED: np.concatenate([~met, all_detected]),
    }
