"""Where each method works on its curve, as one slider says, and how long it takes on this machine."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import numpy as np

from app.analysis.dataset import Dataset, Run
from methods.analysis.instances import FalsePositive
from methods.analysis.keypoint_points import KeypointPoint
from methods.analysis.run import Evaluation, median_timing
from methods.method import Method
from methods.metrics.curves import OperatingPoint
from methods.types import Timing

By = Literal["best F1", "recall", "score"]
BEST: By = "best F1"


def operating_points(dataset: Dataset, oks: float, by: By, value: float) -> dict[str, OperatingPoint]:
    """Each method's point of the best F1, at one score, or at the score where it reaches one recall."""
    curves = {name: run.curve(oks) for name, run in dataset.runs.items()}
    if by == BEST:
        return {name: one.best() for name, one in curves.items()}
    return {name: one.at_recall(value) if by == "recall" else one.at(value) for name, one in curves.items()}


def false_positive_kinds(run: Run, point: OperatingPoint) -> list[int]:
    """How many of a point's false positives are of each kind, in the order of FalsePositive."""
    counts = Counter(run.false_positives_at(point).values())
    return [counts[kind] for kind in FalsePositive]


def filtered_points(
    dataset: Dataset, points: Mapping[str, OperatingPoint], threshold: float
) -> dict[str, KeypointPoint]:
    """Where the points of keypoints lie without those that are wrong with a chance above the threshold; of methods
    whose results say."""
    curves = {name: run.filtered_keypoint_curve(threshold) for name, run in dataset.runs.items()}
    return {name: one.at(points[name].score) for name, one in curves.items() if one is not None}


def timed(
    dataset: Dataset,
    methods: Mapping[str, Method],
    images: Sequence[np.ndarray],
    progress: Callable[[str], None] = lambda name: None,
) -> dict[str, Evaluation]:
    """Each method's accuracy on the dataset, with its median time for one of the images, RGB uint8 [H, W, 3], here.

    Of methods that are on the dataset; `progress` gets the name of each before it runs.
    """
    found = {}
    for name, method in methods.items():
        if name not in dataset.runs:
            continue
        progress(name)
        method.predict(images[:1])  # the first is slower
        method.forget()
        found[name] = _evaluation(dataset, name, method, [method.predict([image])[0].timing for image in images])
    return found


def _evaluation(dataset: Dataset, name: str, method: Method, times: Sequence[Timing]) -> Evaluation:
    run = dataset.runs[name]
    return Evaluation(
        method=name,
        data=dataset.data.name,
        images=len(dataset.data),
        people=int((~dataset.ground_truth.ignored).sum()),
        settings=method.Settings.evaluation().model_dump(),
        input_size=method.input_size,
        device=str(method.device),
        batch_size=1,
        parameters=method.parameters,
        ap=run.ap,
        interval=run.interval,
        timing=median_timing(times),
    )
