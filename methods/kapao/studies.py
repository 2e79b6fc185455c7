"""What KAPAO's fusion of keypoint objects with pose objects brings (Table 4 and, by keypoint, Figure 4, right).

And how large the boxes of keypoint objects should be in training (Figure 4, left).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from methods.analysis.steps import Seen, StepEffect, measure_step
from methods.analysis.study import ABLATION_COLUMNS, Ablation, MethodStudy, TextTable, check, compare_ablations, facts
from methods.data.coco import CocoKeypoints
from methods.kapao.decode import KapaoSettings
from methods.kapao.loss import Gains
from methods.method import Method, Raw
from methods.metrics.results import score_text
from methods.types import Poses

ALONE, FUSED = "pose objects alone", "fused poses"
CONFIDENCES = (0.05, 0.1, 0.2, 0.4, 0.6, 0.8)  # of keypoint objects


class Fusion(StepEffect):
    """Pose objects alone, poses fused at the chosen settings, and fused at other confidences of keypoint objects."""

    step: ClassVar[str] = "fusion"
    hidden: ClassVar[tuple[str, ...]] = ("Added",)


def measure_fusion(
    method: Method,
    data: CocoKeypoints,
    settings: KapaoSettings | None = None,
    confidences: Sequence[float] = CONFIDENCES,
    progress: Callable[[int], None] = lambda done: None,
    command: str | None = None,
) -> Fusion:
    """Run a KAPAO over `data` once; `settings` defaults to the evaluation preset.

    `progress` is called with the number of images done. Raises DataError where the method is no KAPAO or there is no
    labelled person.
    """
    check(method, KapaoSettings, data, "keypoint objects to be fused; give a variant of KAPAO")
    chosen: KapaoSettings = settings or method.Settings.evaluation()  # type: ignore[assignment]
    others = {
        f"keypoint confidence {value:g}": chosen.model_copy(update={"keypoint_confidence": value})
        for value in confidences
        if value != chosen.keypoint_confidence
    }

    def see(raw: Raw) -> Seen:
        found = method.decode(raw, chosen)
        objects = found.intermediate
        unknown = np.full(objects.pose_keypoints.shape[:2], np.nan)
        alone = Poses(objects.pose_boxes, objects.pose_scores, objects.pose_keypoints, unknown)
        ways = {ALONE: alone, FUSED: found.poses}
        ways |= {name: method.decode(raw, other).poses for name, other in others.items()}
        return Seen(ways, alone, found.poses)

    return measure_step(Fusion, method, data, chosen, see, progress, command)


class KeypointSizes(MethodStudy):
    """AP of one network by the size of keypoint objects' boxes that it was trained with; gains are over the paper's."""

    rows: tuple[Ablation, ...]

    def to_pandas(self) -> pd.DataFrame:
        """One row for each size."""
        return pd.concat([row.to_pandas() for row in self.rows], ignore_index=True)

    def sentences(self) -> list[str]:
        """The best, which the paper finds at 5%."""
        best = max(self.rows, key=lambda row: row.ap.ap)
        return [
            f"On {self.images} images AP is highest with {score_text(best.ap.ap)} at {best.name}; the paper's is 5%."
        ]

    def tables(self) -> list[TextTable]:
        """The sizes."""
        return [TextTable(("Trained with", *ABLATION_COLUMNS), [row.cells() for row in self.rows])]


def compare_keypoint_sizes(
    methods: Mapping[float, Method],
    data: CocoKeypoints,
    settings: KapaoSettings | None = None,
    progress: Callable[[int], None] = lambda done: None,
    command: str | None = None,
) -> KeypointSizes:
    """Run KAPAOs over `data`, by the b_s / max(w, h) that each was trained with; `settings` default to evaluation.

    Gains are over Table 5's size or, where it is not among them, the smallest. `progress` is called with the number of
    images done. Raises DataError where a method is no KAPAO or there is no labelled person.
    """
    for method in methods.values():
        check(method, KapaoSettings, data, "keypoint objects; give weights of a KAPAO")
    sizes = sorted(methods, key=lambda size: (size != Gains.keypoint_size, size))
    found: dict[str, list[dict[str, Any]]] = {f"boxes of {size:.3g} of the input": [] for size in sizes}
    first = methods[sizes[0]]
    chosen: KapaoSettings = settings or first.Settings.evaluation()  # type: ignore[assignment]
    for done, image in enumerate(data, 1):
        pixels = image.read()
        for size, results in zip(sizes, found.values(), strict=True):
            results += methods[size].predict([pixels], chosen)[0].poses.to_coco(image.image_id)
        progress(done)
    return KeypointSizes(**facts(first, data, chosen, command), rows=tuple(compare_ablations(data, found)[0]))
