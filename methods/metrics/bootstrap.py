"""How far AP may be off because a validation set is small: the bootstrap over images (Efron, 1979)."""

import warnings
from collections.abc import Iterator
from hashlib import sha256

import numpy as np
from pydantic import BaseModel, ConfigDict

from methods.metrics.ap import KeypointAP, area_outcomes, measures
from methods.metrics.matching import Matching

LEVEL = 0.95
RESAMPLES = 1000


class APInterval(BaseModel):
    """Between `low` and `high` lies each measure in `level` of the resamples."""

    model_config = ConfigDict(frozen=True)

    low: KeypointAP
    high: KeypointAP
    level: float
    resamples: int
    seed: int


def bootstrap_interval(
    matching: Matching, resamples: int = RESAMPLES, seed: int = 0, level: float = LEVEL
) -> APInterval:
    """Percentile interval of each measure over resampled image sets; the same seed gives the same interval.

    Resamples in which a measure is undefined (no person of that size) do not count for it.
    """
    low, high = percentiles(bootstrap_samples(matching, resamples, seed), level)
    return APInterval(
        low=KeypointAP.from_values(low),
        high=KeypointAP.from_values(high),
        level=level,
        resamples=resamples,
        seed=seed,
    )


def bootstrap_samples(matching: Matching, resamples: int = RESAMPLES, seed: int = 0) -> np.ndarray:
    """The ten measures [resamples, 10] of as many image sets of the same size, drawn with replacement.

    `matching` comes from `match`, with at least one image; nothing is matched again.
    """
    found = area_outcomes(matching)
    known: dict[bytes, np.ndarray] = {}  # of few images many draws are the same
    samples = []
    for times in draws(len(matching.ground_truth.image_ids), resamples, seed):
        drawn = sha256(times.tobytes()).digest()  # short, for of many images the draws themselves are large
        if drawn not in known:
            known[drawn] = measures(found, times)
        samples.append(known[drawn])
    return np.array(samples)


def draws(images: int, resamples: int = RESAMPLES, seed: int = 0) -> Iterator[np.ndarray]:
    """How often each image is in each resample, [images] at a time.

    Draws depend only on the seed and the number of images, so the rows of two methods on the same data set are pairs.
    """
    generator = np.random.default_rng(seed)
    share = np.full(images, 1 / images)
    for _ in range(resamples):
        yield generator.multinomial(images, share)


def percentiles(samples: np.ndarray, level: float = LEVEL) -> tuple[np.ndarray, np.ndarray]:
    """The bounds between which lies the share `level` of the samples along the first axis; NaN samples do not count."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "All-NaN slice encountered", RuntimeWarning)
        low, high = np.nanquantile(samples, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high
