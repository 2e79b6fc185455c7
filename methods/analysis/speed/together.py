"""How long several methods take on one image when small ones share their body, against each of them alone."""

import statistics
import time
from collections.abc import Callable, Sequence

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict

from methods import weights
from methods.analysis.speed.prediction import build
from methods.catalog import check_input_size
from methods.method import Method


class Cost(BaseModel):
    """Medians over the rounds, in ms: CPU time of all threads together, and wall time."""

    model_config = ConfigDict(frozen=True)

    cpu: float
    wall: float


class TogetherSpeed(BaseModel):
    """What `benchmark_together` found, and on what."""

    model_config = ConfigDict(frozen=True)

    device: str
    threads: int
    torch: str
    input_size: int
    rounds: int
    random_weights: tuple[str, ...]  # variants without published weights; what they find costs more or less
    alone: dict[str, Cost]
    together: Cost
    ratio: float  # CPU time together as a share of the sum of each alone; median over the rounds
    command: str | None = None


def benchmark_together(
    names: Sequence[str],
    image: np.ndarray,
    input_size: int = 640,
    rounds: int = 9,
    device: str = "auto",
    command: str | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> TogetherSpeed:
    """Time `predict` of all methods on one RGB uint8 image [H, W, 3], one after the other, then each of them alone.

    Every round begins with no maps remembered, and so does each method alone: then it runs the body itself. All have
    the same `input_size` in pixels. `command` is kept as it is; `progress` gets the rounds done. Raises CatalogError.
    """
    check_input_size(input_size)
    methods = [build(name, "default", input_size, device) for name in names]
    _cost(methods, image)  # the first is slower
    together, alone = [], []
    for number in range(rounds):
        together.append(_cost(methods, image))
        alone.append([_cost([method], image) for method in methods])
        progress(number + 1)
    published = weights.read_manifest()
    return TogetherSpeed(
        device=str(methods[0].device),
        threads=torch.get_num_threads(),
        torch=torch.__version__,
        input_size=input_size,
        rounds=rounds,
        random_weights=tuple(name for name in names if name not in published),
        alone={name: _median(costs) for name, costs in zip(names, zip(*alone, strict=True), strict=True)},
        together=_median(together),
        ratio=statistics.median(
            one.cpu / sum(each.cpu for each in every) for one, every in zip(together, alone, strict=True)
        ),
        command=command,
    )


def _cost(methods: Sequence[Method], image: np.ndarray) -> Cost:
    """Of one run of the methods in turn."""
    for method in methods:
        method.forget()
    cpu, wall = time.process_time(), time.perf_counter()
    for method in methods:
        method.predict([image])
    return Cost(cpu=1000 * (time.process_time() - cpu), wall=1000 * (time.perf_counter() - wall))


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(cpu=statistics.median(one.cpu for one in costs), wall=statistics.median(one.wall for one in costs))
