"""What visibility filtering changes in a method's keypoints: Tables 3 and 4 of the visibility metamodel, and beyond.

Compared are the keypoints as the method gives them, those that are left when the absent ones are dropped ("non-0"), and
when the occluded ones go too. Section 6 proposes to combine the confidences of both tasks instead: `cuts` compares
what is reached by keeping the keypoints of highest score, either the method's own or that times P(not absent), at the
recall of the hard filter.

The paper cuts people out "using the ground-truth" (section 4.2): with `annotated_boxes` a method that takes boxes looks
into those of the people with a label. Keypoints whose own score is below `confidence` go before anything is filtered.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict

from methods import catalog
from methods.data.coco import CocoKeypoints
from methods.errors import CatalogError
from methods.method import Method
from methods.metrics.mapk import THRESHOLDS, KeypointOutcomes, Mapk, keypoint_outcomes, measure_mapk
from methods.settings import Settings
from methods.types import Poses
from methods.visibility.filtering import above, annotate, combined_scores, leave_out, own_scores


class Cut(BaseModel):
    """Keeping all keypoints down to some score: precision at the hard filter's recall (NaN where that is not
    reached), and the average precision over all recalls."""

    model_config = ConfigDict(frozen=True)

    precision: float
    average_precision: float


class FilterEffect(BaseModel):
    """What `measure_filter` found, and how. `hard` is precision and recall of the hard filter, all keypoints
    together."""

    model_config = ConfigDict(frozen=True)

    method: str
    filter: str
    data: str
    images: int
    settings: dict[str, Any]
    annotated_boxes: bool
    confidence: float
    plain: Mapk
    without_absent: Mapk
    without_occluded: Mapk
    hard: tuple[float, float]
    own_cut: Cut
    combined_cut: Cut
    command: str | None = None


def check_filter(name: str) -> None:
    """Raises CatalogError where the variant `name` does not judge visibility."""
    if not catalog.family_of(name).filters:
        known = ", ".join(variant.name for each in catalog.families() if each.filters for variant in each.variants)
        raise CatalogError(f"{name} cannot judge the keypoints of other methods; give one of: {known}.")


def measure_filter(
    method: Method,
    metamodel: Method,
    data: CocoKeypoints,
    settings: Settings | None = None,
    progress: Callable[[int], None] | None = None,
    command: str | None = None,
    annotated_boxes: bool = False,
    confidence: float = 0.0,
) -> FilterEffect:
    """See the module; `settings` defaults to the demo preset. `progress` is called with the number of images done.

    Raises CatalogError for annotated boxes and a method that takes none.
    """
    settings = settings or method.Settings.demo()
    found: list[Poses] = []
    for image in data:
        pixels = image.read()
        boxes = [image.people.boxes[image.people.labelled]] if annotated_boxes else None
        (raw,) = method.infer([pixels], boxes=boxes)
        poses = above(method.decode(raw, settings).poses, confidence)
        found += annotate(metamodel, [pixels], [poses])
        if progress:
            progress(len(found))
    kept = [leave_out(poses) for poses in found]
    hard = precision_recall(keypoint_outcomes(data, kept))
    return FilterEffect(
        method=method.name,
        filter=metamodel.name,
        data=data.name,
        images=len(data),
        settings=settings.model_dump(),
        annotated_boxes=annotated_boxes,
        confidence=confidence,
        plain=measure_mapk(data, found),
        without_absent=measure_mapk(data, kept),
        without_occluded=measure_mapk(data, [leave_out(poses, occluded=True) for poses in found]),
        hard=hard,
        own_cut=cut(data, found, own_scores, hard[1]),
        combined_cut=cut(data, found, combined_scores, hard[1]),
        command=command,
    )


def precision_recall(outcomes: KeypointOutcomes) -> tuple[float, float]:
    """Precision and recall of all keypoints together, means over COCO's thresholds; NaN where undefined."""
    right = float((outcomes.similarity[:, None] >= THRESHOLDS).sum(axis=0).mean())
    predicted, labelled = len(outcomes.similarity), int(outcomes.labelled.sum())
    return right / predicted if predicted else float("nan"), right / labelled if labelled else float("nan")


def cut(data: CocoKeypoints, found: Sequence[Poses], scores: Callable[[Poses], np.ndarray], recall: float) -> Cut:
    """What keeping the keypoints of highest score reaches; see Cut."""
    outcomes = keypoint_outcomes(data, found, scores)
    order = np.argsort(-outcomes.score, kind="stable")
    right = (outcomes.similarity[order, None] >= THRESHOLDS).mean(axis=1).cumsum()
    precisions = right / np.arange(1, len(right) + 1)
    recalls = right / max(outcomes.labelled.sum(), 1)
    # Between scores recall rises in steps, so that a rounding error must not ask for one step more.
    reached = np.flatnonzero(recalls >= recall - 1e-9)
    steps = np.diff(recalls, prepend=0)
    return Cut(
        precision=float(precisions[reached[0]]) if len(reached) else float("nan"),
        average_precision=float((precisions * steps).sum()),
    )
