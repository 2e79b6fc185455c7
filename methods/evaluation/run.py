"""Running a method over a data set and measuring what it finds."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from methods.data.coco import CocoKeypoints
from methods.errors import DataError
from methods.evaluation.ap import KeypointAP, match, summarise
from methods.evaluation.bootstrap import APInterval, bootstrap_interval
from methods.method import Method
from methods.settings import Settings
from methods.types import Prediction, Timing


class Evaluation(BaseModel):
    """What a method reached on a data set, and how it was measured. JSON leaves the detections out."""

    model_config = ConfigDict(frozen=True)

    method: str
    data: str
    images: int
    people: int  # that count: no crowd, at least one labelled joint
    settings: dict[str, Any]
    input_size: int
    device: str
    batch_size: int
    ap: KeypointAP
    interval: APInterval
    timing: Timing  # mean per image
    command: str | None = None
    detections: list[dict[str, Any]] = Field(default=[], exclude=True, repr=False)  # COCO results

    def to_pandas(self) -> pd.DataFrame:
        """One row for each of the ten measures; columns measure, value, low, high."""
        columns = {"measure": KeypointAP.titles(), "value": self.ap.model_dump()}
        columns |= {"low": self.interval.low.model_dump(), "high": self.interval.high.model_dump()}
        return pd.DataFrame(columns).reset_index(drop=True)


def evaluate(
    method: Method,
    data: CocoKeypoints,
    settings: Settings | None = None,
    batch_size: int = 8,
    progress: Callable[[int], None] | None = None,
    command: str | None = None,
    annotated_boxes: bool = False,
) -> Evaluation:
    """Find people in every image of `data` and measure AP and AR with bootstrap intervals.

    `settings` defaults to the evaluation preset. At most `batch_size` images are in memory at a time; `progress` is
    called with the number of images done after each batch. `command` is kept as it is, to say how this was made. With
    `annotated_boxes` the method looks into the boxes of the labelled people, not into those that it finds.
    Raises DataError where there is no image, one cannot be read, or the joints are not those of the data set.
    """
    if not len(data):
        raise DataError(f"{data.name} has no images; give annotations of at least one.")
    settings = settings or method.Settings.evaluation()
    # Images of like shape one after another, so that a batch is one forward pass of one shape: over twice as fast.
    by_shape = sorted(data, key=lambda image: image.height / image.width)
    found: dict[int, Prediction] = {}
    for start in range(0, len(data), batch_size):
        batch = by_shape[start : start + batch_size]
        boxes = [image.people.boxes[image.people.labelled] for image in batch] if annotated_boxes else None
        for image, raw in zip(batch, method.infer([image.read() for image in batch], batch_size, boxes), strict=True):
            found[image.image_id] = replace(method.decode(raw, settings), evidence=None)
        if progress:
            progress(len(found))
    detections = [d for image in data for d in found[image.image_id].poses.to_coco(image.image_id)]
    evaluator = match(data, detections)
    return Evaluation(
        method=method.name,
        data=data.name,
        images=len(data),
        people=int(sum(image.people.labelled.sum() for image in data)),
        settings=settings.model_dump(),
        input_size=method.input_size,
        device=str(method.device),
        batch_size=batch_size,
        ap=summarise(evaluator),
        interval=bootstrap_interval(evaluator),
        timing=_mean([one.timing for one in found.values()]),
        command=command,
        detections=detections,
    )


def _mean(timings: list[Timing]) -> Timing:
    rows = np.array([[one.preprocess, one.forward, one.postprocess] for one in timings])
    return Timing(*map(float, rows.mean(axis=0)))
