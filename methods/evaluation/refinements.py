"""How often a top-down method looks at single people, with and without coarse-pose filtering (DetPoseNet, IV-D)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import torch
from pydantic import BaseModel, ConfigDict

from methods.data.coco import CocoKeypoints
from methods.detposenet.decode import DetPoseNetSettings
from methods.detposenet.filtering import Verdict
from methods.errors import DataError
from methods.evaluation.ap import KeypointAP
from methods.evaluation.difference import Difference, ap_gains
from methods.evaluation.matching import match
from methods.method import Method, Raw
from methods.ops.nms import box_nms

# IoU above which of two boxes the better stays; of the ways without filtering.
NMS = (0.5, 0.7, 0.9)
MOST_BOXES = 100  # of an image, as detectors on COCO are judged by


class Way(BaseModel):
    """One way of choosing boxes: how often somebody was looked at, and what that reached.

    `gain` is AP minus the filter's, with its 95 % interval, both from resampled photos in pairs.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    runs: int  # of the single-person network
    per_person: float  # runs for each labelled person
    ap: KeypointAP
    gain: float
    gain_low: float
    gain_high: float


class Refinements(BaseModel):
    """What `measure_refinements` found, and how; the first row is coarse-pose filtering."""

    model_config = ConfigDict(frozen=True)

    method: str
    detector: str  # whose boxes they are
    data: str
    images: int
    people: int
    settings: dict[str, Any]
    input_size: int
    rows: tuple[Way, ...]
    command: str | None = None

    def to_pandas(self) -> pd.DataFrame:
        """One row for each way."""
        return pd.DataFrame([row.model_dump(exclude={"ap"}) | row.ap.model_dump() for row in self.rows])


def measure_refinements(
    method: Method,
    data: CocoKeypoints,
    settings: DetPoseNetSettings | None = None,
    suppressions: Sequence[float] = NMS,
    progress: Callable[[int], None] = lambda done: None,
    command: str | None = None,
) -> Refinements:
    """Run a DetPoseNet over `data` with its filter, then on all boxes that suppression by IoU leaves, without it.

    A run is one crop seen by the third stage. `settings` defaults to the evaluation preset, at which every pose that is
    refined is also kept. `progress` is called with the number of images done. Raises DataError where the method is no
    DetPoseNet or there is no labelled person.
    """
    settings = settings or DetPoseNetSettings.evaluation()
    if method.Settings is not DetPoseNetSettings:
        raise DataError(f"{method.name} has no filter to be compared; give a variant of DetPoseNet.")
    people = int(sum(image.people.labelled.sum() for image in data))
    if not people:
        raise DataError(f"{data.name} has no labelled people; give annotations of at least one.")
    names = ["coarse-pose filtering", *(f"box IoU {value:g}" for value in suppressions)]
    runs: dict[str, int] = dict.fromkeys(names, 0)
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for done, image in enumerate(data, 1):
        pixels = image.read()
        raw = method.infer([pixels])[0]
        prediction = method.decode(raw, settings)
        runs[names[0]] += int(np.isin(prediction.evidence.verdicts, (Verdict.KEPT, Verdict.RECOVERED)).sum())
        found[names[0]] += prediction.poses.to_coco(image.image_id)
        boxes = boxes_found(raw)
        everything = refine_all(method, pixels, boxes[suppress(boxes, max(suppressions))])
        for name, value in zip(names[1:], suppressions, strict=True):
            some = leave(everything, value)
            runs[name] += int((some.outputs["scores"] >= 0).sum())
            found[name] += method.decode(some, settings).poses.to_coco(image.image_id)
        progress(done)
    gains = ap_gains({name: match(data, detections) for name, detections in found.items()})
    return Refinements(
        method=method.name,
        detector=method.detector.name if method.detector else method.name,
        data=data.name,
        images=len(data),
        people=people,
        settings=settings.model_dump(),
        input_size=method.input_size,
        rows=tuple(_way(name, runs[name], people, *gains[name]) for name in names),
        command=command,
    )


def boxes_found(raw: Raw) -> np.ndarray:
    """The first stage's boxes with their scores, [N, 5] in pixels of the original image, best first."""
    scores = raw.outputs["scores"]
    own = (raw.outputs["holders"] == torch.arange(len(scores))) & (scores >= 0)
    boxes = raw.frame.boxes_to_original(raw.outputs["boxes"][own].numpy())
    return np.concatenate([boxes, scores[own, None].numpy()], axis=1)


def suppress(boxes: np.ndarray, iou: float) -> np.ndarray:
    """Indices of boxes [N, 5] that suppression leaves, MOST_BOXES at most."""
    return box_nms(torch.from_numpy(boxes[:, :4]), torch.from_numpy(boxes[:, 4]), iou, MOST_BOXES).numpy()


def refine_all(method: Any, pixels: np.ndarray, boxes: np.ndarray) -> Raw:
    """Every one of boxes [N, 5] refined, without the filter."""
    before = method.filtered
    method.filtered = False
    try:
        return method.infer([pixels], boxes=[boxes])[0]
    finally:
        method.filtered = before


def leave(raw: Raw, iou: float) -> Raw:
    """`raw` as if only the boxes that suppression leaves had been refined."""
    outputs = raw.outputs
    own = (outputs["rows"] >= 0).nonzero()[:, 0]
    boxes = torch.cat([outputs["boxes"][own], outputs["scores"][own, None]], dim=1).numpy()
    scores = torch.full_like(outputs["scores"], -1)
    chosen = own[torch.from_numpy(suppress(boxes, iou))]
    scores[chosen] = outputs["scores"][chosen]
    return replace(raw, outputs=outputs | {"scores": scores})


def _way(name: str, runs: int, people: int, ap: KeypointAP, gain: Difference) -> Way:
    return Way(
        name=name,
        runs=runs,
        per_person=runs / people,
        ap=ap,
        gain=gain.difference,
        gain_low=gain.low,
        gain_high=gain.high,
    )
