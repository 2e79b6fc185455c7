"""How far AP may be off because a validation set is small: the bootstrap over images (Efron, 1979)."""

import warnings
from dataclasses import dataclass

import numpy as np
from pycocotools.cocoeval import COCOeval, Params
from pydantic import BaseModel, ConfigDict

from methods.evaluation.ap import KeypointAP

LEVEL = 0.95
RESAMPLES = 1000

COCO_PARAMS = Params("keypoints")
AT_50, AT_75 = (int(np.flatnonzero(COCO_PARAMS.iouThrs == threshold)[0]) for threshold in (0.5, 0.75))


class APInterval(BaseModel):
    """Between `low` and `high` lies each measure in `level` of the resamples."""

    model_config = ConfigDict(frozen=True)

    low: KeypointAP
    high: KeypointAP
    level: float
    resamples: int
    seed: int


def bootstrap_interval(
    evaluator: COCOeval, resamples: int = RESAMPLES, seed: int = 0, level: float = LEVEL
) -> APInterval:
    """Percentile interval of each measure over resampled image sets; the same seed gives the same interval.

    Resamples in which a measure is undefined (no person of that size) do not count for it.
    """
    samples = bootstrap_samples(evaluator, resamples, seed)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "All-NaN slice encountered", RuntimeWarning)
        low, high = np.nanquantile(samples, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return APInterval(
        low=KeypointAP.from_values(low),
        high=KeypointAP.from_values(high),
        level=level,
        resamples=resamples,
        seed=seed,
    )


def bootstrap_samples(evaluator: COCOeval, resamples: int = RESAMPLES, seed: int = 0) -> np.ndarray:
    """The ten measures [resamples, 10] of as many image sets of the same size, drawn with replacement.

    `evaluator` comes from `match`, with at least one image; nothing is matched again. Draws depend only on the seed
    and the number of images, so the rows of two methods on the same data set are pairs.
    """
    images = len(evaluator.params.imgIds)
    found = outcomes(evaluator)
    generator = np.random.default_rng(seed)
    share = np.full(images, 1 / images)
    return np.array([measures(found, generator.multinomial(images, share)) for _ in range(resamples)])


@dataclass(frozen=True)
class Outcomes:
    """What became of D detections, best first, at the T OKS thresholds; people of one range of areas, I images."""

    image: np.ndarray  # [D] position of the detection's image in params.imgIds
    true: np.ndarray  # [T, D] bool
    false: np.ndarray  # [T, D] bool; neither true nor false: ignored
    people: np.ndarray  # [I] how many can be found


def outcomes(evaluator: COCOeval) -> tuple[Outcomes, Outcomes, Outcomes]:
    """Outcomes for all, medium and large people from what `match` returned."""
    everyone, medium, large = (_outcomes(evaluator, area) for area in range(len(COCO_PARAMS.areaRng)))
    return everyone, medium, large


def measures(found: tuple[Outcomes, Outcomes, Outcomes], times: np.ndarray) -> np.ndarray:
    """The ten measures, in the order of KeypointAP, of a set in which image i is there `times[i]` times."""
    precisions, recalls = zip(*(_curve(one, times) for one in found), strict=True)
    return np.array([*_five(*precisions), *_five(*recalls)])


def _outcomes(evaluator: COCOeval, area: int) -> Outcomes:
    images = len(evaluator.params.imgIds)
    entries = evaluator.evalImgs[area * images : (area + 1) * images]
    people = np.array([0 if entry is None else np.sum(entry["gtIgnore"] == 0) for entry in entries], dtype=int)
    kept = [(i, entry) for i, entry in enumerate(entries) if entry is not None]
    none = np.zeros((len(COCO_PARAMS.iouThrs), 0), bool)
    matched = np.concatenate([none, *(entry["dtMatches"] > 0 for _, entry in kept)], axis=1)
    ignored = np.concatenate([none, *(entry["dtIgnore"].astype(bool) for _, entry in kept)], axis=1)
    image = np.repeat([i for i, _ in kept], [len(entry["dtScores"]) for _, entry in kept]).astype(int)
    scores = np.array([score for _, entry in kept for score in entry["dtScores"]])
    order = np.argsort(-scores, kind="stable")
    return Outcomes(image[order], (matched & ~ignored)[:, order], (~matched & ~ignored)[:, order], people)


def _curve(found: Outcomes, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Interpolated precision [T, R] and final recall [T], as COCOeval.accumulate has them.

    A repeated image would bring copies of its detections with equal scores. Counting each detection `times` over
    says the same, because precision is interpolated: only its value after the last copy matters.
    """
    thresholds, levels = len(COCO_PARAMS.iouThrs), COCO_PARAMS.recThrs
    people = times @ found.people
    if people == 0:
        return np.full((thresholds, len(levels)), np.nan), np.full(thresholds, np.nan)
    weight = times[found.image]
    true = np.cumsum(found.true * weight, axis=1)
    false = np.cumsum(found.false * weight, axis=1)
    recall = true / people
    precision = true / (true + false + np.spacing(1))
    best_after = np.maximum.accumulate(precision[:, ::-1], axis=1)[:, ::-1]
    padded = np.pad(best_after, ((0, 0), (0, 1)))  # a recall never reached has precision 0
    index = np.array([np.searchsorted(one, levels) for one in recall])
    return np.take_along_axis(padded, index, axis=1), recall[:, -1] if recall.size else np.zeros(thresholds)


def _five(everyone: np.ndarray, medium: np.ndarray, large: np.ndarray) -> list[float]:
    """Means of curves [T, ...] in COCO's order: over all thresholds, at 0.5, at 0.75, medium people, large people."""
    return [float(part.mean()) for part in (everyone, everyone[AT_50], everyone[AT_75], medium, large)]
