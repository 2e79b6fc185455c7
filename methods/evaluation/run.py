"""Running a method over a data set and measuring what it finds."""

import statistics
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from pydantic import Field

from methods.data.coco import CocoKeypoints
from methods.errors import DataError
from methods.evaluation.ap import KeypointAP, summarise
from methods.evaluation.bootstrap import APInterval, bootstrap_interval
from methods.evaluation.curves import OperatingPoint, curve
from methods.evaluation.find import Store, find_people
from methods.evaluation.matching import match
from methods.evaluation.processes import Processes
from methods.evaluation.results import Result
from methods.method import Method
from methods.settings import Settings
from methods.types import Timing

SHOWN_AT = 0.5  # OKS from which a person who is shown counts as found


class Evaluation(Result):
    """What a method reached on a data set, and how it was measured. JSON leaves the detections out."""

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
    timing: Timing  # median per image, which other programs disturb less than the mean
    cpu: float | None = None  # milliseconds of CPU time per image, median
    shown: OperatingPoint | None = None  # what one sees with the demo preset
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
    progress: Callable[[int, int], None] = lambda done, total: None,
    command: str | None = None,
    annotated_boxes: bool = False,
    store: Store | None = None,
    processes: Processes | None = None,
) -> Evaluation:
    """Find people in every image of `data` and measure AP and AR with bootstrap intervals.

    `settings` defaults to the evaluation preset. `command` is kept as it is, to say how this was made. With
    `annotated_boxes` the method looks into the boxes of the labelled people, not into those that it finds. For
    `progress`, `store` and `processes` see find_people. Raises DataError where there is no image, one cannot be read,
    or the joints are not those of the data set.
    """
    if not len(data):
        raise DataError(f"{data.name} has no images; give annotations of at least one.")
    settings = settings or method.Settings.evaluation()
    demo = method.Settings.demo()
    found = find_people(method, data, settings, batch_size, progress, annotated_boxes, store, processes, demo)
    detections = [detection for one in found for detection in one.detections]
    matching = match(data, detections)
    return Evaluation(
        method=method.name,
        data=data.name,
        images=len(data),
        people=int(sum(image.people.labelled.sum() for image in data)),
        settings=settings.model_dump(),
        input_size=method.input_size,
        device=str(method.device),
        batch_size=batch_size,
        ap=summarise(matching),
        interval=bootstrap_interval(matching),
        timing=_median([one.timing for one in found]),
        cpu=statistics.median(one.cpu for one in found),
        shown=_point(data, [detection for one in found for detection in one.shown]),
        command=command,
        detections=detections,
    )


def _point(data: CocoKeypoints, detections: list[dict[str, Any]]) -> OperatingPoint:
    """All detections, at an OKS of SHOWN_AT."""
    return curve(match(data, detections, [SHOWN_AT]), SHOWN_AT).at(0.0)


def _median(timings: list[Timing]) -> Timing:
    rows = np.array([[one.preprocess, one.forward, one.postprocess] for one in timings])
    return Timing(*map(float, np.median(rows, axis=0)))
