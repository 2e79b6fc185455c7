"""How long non-maximum suppression takes, by OKS and by box, on made-up candidates."""

import statistics
import time
from collections.abc import Callable, Sequence

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict

from methods.ops.nms import box_nms, oks_nms
from methods.ops.oks import extents, pose_oks
from methods.skeletons import COCO17

COUNTS = (30, 100, 300, 1000)
OKS, IOU = 0.4, 0.5  # thresholds
WIDTH, PERSON, JITTER = (
    640,
    50,
    4,
)  # px: the photo, the deviation of a person's joints and of candidates from each other
CANDIDATES_EACH = 25  # of a person in a crowd, as a detector gives
SIGMAS = np.array(COCO17.sigmas)


class SuppressionTime(BaseModel):
    """Medians in ms of CPU time, which other programs do not change, for `candidates`; OKS leaves `kept` of them.

    `greedy` is the definition as it is written down: every OKS first, then pose by pose.
    """

    model_config = ConfigDict(frozen=True)

    kind: str
    candidates: int
    kept: int
    oks: float
    box: float
    greedy: float


class SuppressionSpeed(BaseModel):
    """What `benchmark_suppression` found."""

    model_config = ConfigDict(frozen=True)

    rounds: int
    rows: tuple[SuppressionTime, ...]
    command: str | None = None


def benchmark_suppression(
    counts: Sequence[int] = COUNTS, rounds: int = 9, command: str | None = None
) -> SuppressionSpeed:
    """Time suppression with one thread, `rounds` times each, on candidates for a crowd and on ones all different."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        rows = [
            _measure(kind, count, make(np.random.default_rng(0), count), rounds)
            for kind, make in (("a crowd", in_a_crowd), ("all different", all_different))
            for count in counts
        ]
    finally:
        torch.set_num_threads(threads)
    return SuppressionSpeed(rounds=rounds, rows=tuple(rows), command=command)


def all_different(generator: np.random.Generator, count: int) -> np.ndarray:
    """Poses [count, 17, 2] anywhere in the photo, which is the most work: nobody is suppressed."""
    return generator.uniform(0, WIDTH, (count, 1, 2)) + generator.normal(0, PERSON, (count, len(SIGMAS), 2))


def in_a_crowd(generator: np.random.Generator, count: int) -> np.ndarray:
    """Poses [count, 17, 2] of CANDIDATES_EACH for each person on average, as a detector gives them."""
    people = all_different(generator, max(count // CANDIDATES_EACH, 1))
    chosen = people[generator.integers(0, len(people), count)]
    return chosen + generator.normal(0, JITTER, chosen.shape)


def greedy(poses: np.ndarray, scores: np.ndarray, threshold: float) -> list[int]:
    """The definition of suppression by OKS."""
    alike = pose_oks(poses, poses, SIGMAS) > threshold
    kept: list[int] = []
    for i in np.argsort(-scores, kind="stable").tolist():
        if not alike[i, kept].any():
            kept.append(i)
    return kept


def _measure(kind: str, count: int, poses: np.ndarray, rounds: int) -> SuppressionTime:
    scores = np.random.default_rng(1).random(count)
    boxes, tensor = torch.from_numpy(extents(poses)), torch.from_numpy(scores)
    return SuppressionTime(
        kind=kind,
        candidates=count,
        kept=len(oks_nms(poses, scores, SIGMAS, OKS, count)),
        oks=_median(lambda: oks_nms(poses, scores, SIGMAS, OKS, count), rounds),
        box=_median(lambda: box_nms(boxes, tensor, IOU, count), rounds),
        greedy=_median(lambda: greedy(poses, scores, OKS), 1),
    )


def _median(work: Callable[[], object], rounds: int) -> float:
    work()  # the first is slower
    times = []
    for _ in range(rounds):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return statistics.median(times) * 1000
