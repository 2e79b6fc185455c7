"""Running methods over a data set and measuring what they find."""

import statistics
from collections.abc import Callable, Collection, Sequence
from dataclasses import astuple
from typing import Any

import numpy as np
import pandas as pd
from pydantic import Field

from methods.analysis.find import Found, Search, find_people
from methods.analysis.processes import Processes
from methods.analysis.shared_keypoints import SharedKeypoints, share_with_methods
from methods.data.coco import CocoKeypoints
from methods.data.reading import Reading
from methods.errors import DataError
from methods.method import Method
from methods.metrics.ap import KeypointAP, summarise
from methods.metrics.bootstrap import APInterval, bootstrap_interval
from methods.metrics.curves import OperatingPoint, curve
from methods.metrics.matching import match
from methods.metrics.results import Result
from methods.settings import Settings
from methods.skeletons import COCO17, Skeleton
from methods.types import Timing

SHOWN_AT = 0.5  # OKS from which a person who is shown counts as found


class Evaluation(Result):
    """What a method reached on a data set, and how it was measured. JSON leaves the detections out."""

    method: str
    data: str
    images: int
    people: int  # that count: no crowd, at least one labelled keypoint
    settings: dict[str, Any]
    input_size: int
    device: str
    batch_size: int
    ap: KeypointAP
    interval: APInterval
    timing: Timing  # median per image, which other programs disturb less than the mean
    parameters: int | None = None  # of the network
    cpu: float | None = None  # milliseconds of CPU time per image, median
    shown: OperatingPoint | None = None  # what one sees with the demo preset
    command: str | None = None
    reading: Reading | None = None  # of the annotations
    compared_on: str = ""  # a sentence, where method and data set have different keypoints
    skeleton: Skeleton = Field(default=COCO17, exclude=True, repr=False)  # of the detections
    detections: list[dict[str, Any]] = Field(default=[], exclude=True, repr=False)  # COCO results
    unread: list[int] = Field(default=[], exclude=True, repr=False)  # ids of images that cannot be read

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
) -> Evaluation:
    """Find people in every image of `data` and measure AP and AR with bootstrap intervals.

    `settings` defaults to the evaluation preset; for the others see `evaluate_together`.
    """
    search = Search(method, settings or method.Settings.evaluation(), method.Settings.demo())
    return evaluate_together([search], data, batch_size, progress, command, annotated_boxes)[0]


def evaluate_together(
    searches: Sequence[Search],
    data: CocoKeypoints,
    batch_size: int = 8,
    progress: Callable[[int, int], None] = lambda done, total: None,
    command: str | None = None,
    annotated_boxes: bool = False,
    processes: Processes | None = None,
) -> list[Evaluation]:
    """An Evaluation for each search, which is as if its method had been alone.

    `command` is kept as it is, to say how this was made. With `annotated_boxes` methods preview into the boxes of the
    labelled people, not into those that they find. For `progress` and `processes` see find_people. Raises DataError
    where there is no image, none can be read, or the keypoints are not those of the data set. Images that cannot be
    read are left out, as `reading` says.
    """
    if not len(data):
        raise DataError(f"{data.name} has no images; give annotations of at least one.")
    found = find_people(searches, data, batch_size, progress, annotated_boxes, processes)
    known = {one.image_id for one in found[0]}
    unread = [image.image_id for image in data if image.image_id not in known]
    read = without_unread(data, unread)
    judged = [_judge(*each, read, batch_size, command) for each in zip(searches, found, strict=True)]
    return [one.model_copy(update={"unread": unread}) for one in judged]


def without_unread(data: CocoKeypoints, unread: Collection[int]) -> CocoKeypoints:
    """The data set without the images of these ids, which could not be read; its `reading` says so."""
    return data.only({image.image_id for image in data} - set(unread), "that cannot be read")


def _judge(
    search: Search, found: Sequence[Found], data: CocoKeypoints, batch_size: int, command: str | None
) -> Evaluation:
    detections = [detection for one in found for detection in one.detections]
    shared = share_with_methods(data, [search.method.skeleton])
    matching = match(shared.data, shared.results(detections))
    return Evaluation(
        method=search.method.name,
        data=data.name,
        images=len(data),
        people=int(sum(image.people.labelled.sum() for image in shared.data)),
        settings=search.settings.model_dump(),
        input_size=search.method.input_size,
        device=str(search.method.device),
        batch_size=batch_size,
        parameters=search.method.parameters,
        ap=summarise(matching),
        interval=bootstrap_interval(matching),
        timing=median_timing([one.timing for one in found]),
        cpu=statistics.median(one.cpu for one in found),
        shown=_point(shared, [detection for one in found for detection in one.shown]) if search.shown else None,
        command=command,
        reading=data.reading,
        compared_on=shared.said,
        skeleton=search.method.skeleton,
        detections=detections,
    )


def median_timing(timings: Sequence[Timing]) -> Timing:
    """The median of each stage."""
    return Timing(*map(float, np.median([astuple(one) for one in timings], axis=0)))


def _point(shared: SharedKeypoints, detections: list[dict[str, Any]]) -> OperatingPoint:
    """All detections, at an OKS of SHOWN_AT."""
    return curve(match(shared.data, shared.results(detections), [SHOWN_AT]), SHOWN_AT).at(0.0)
