"""How long a new curve takes from a kept matching, where nothing is matched again: what a slider waits for."""

import statistics
import time

import pandas as pd

from methods.analysis.speed.ap import PEOPLE, made_up
from methods.metrics.curves import curve
from methods.metrics.matching import OKS_THRESHOLDS, match
from methods.metrics.results import Result

IMAGES, DETECTIONS = 5000, 40_000  # all images of COCO val2017; eight detections in each


class CurveSpeed(Result):
    """CPU milliseconds on made-up data; medians and the slowest over `rounds` of all OKS thresholds.

    A curve is precision and recall at all scores, 101 interpolated precisions and the point of the highest F1; a point
    is another one on the same curve. `matching` is what is done once, before.
    """

    images: int
    people: int
    detections: int
    rounds: int
    matching: float
    curve: float
    slowest: float
    point: float
    command: str | None = None

    def to_pandas(self) -> pd.DataFrame:
        """One row."""
        return pd.DataFrame([self.model_dump(exclude={"command"})])


def benchmark_curve(
    images: int = IMAGES,
    people: int = PEOPLE,
    detections: int = DETECTIONS,
    rounds: int = 5,
    command: str | None = None,
) -> CurveSpeed:
    """Time curves at each of COCO's OKS thresholds in turn, `rounds` times over."""
    data, results = made_up(images, people, detections)
    started = time.process_time()
    matching = match(data, results)
    matched = time.process_time()
    curves, points = [], []
    for oks in list(OKS_THRESHOLDS) * rounds:
        before = time.process_time()
        found = curve(matching, oks)
        found.interpolated()
        found.best()
        between = time.process_time()
        found.at(0.5)
        curves.append(between - before)
        points.append(time.process_time() - between)
    return CurveSpeed(
        images=images,
        people=people,
        detections=detections,
        rounds=rounds,
        matching=1000 * (matched - started),
        curve=1000 * statistics.median(curves),
        slowest=1000 * max(curves),
        point=1000 * statistics.median(points),
        command=command,
    )
