"""How far a method's predictions moves when its image gets worse; the prediction of the clean image is the
reference."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from methods.analysis.agreement import same_people
from methods.ops.oks import pose_oks


@dataclass(frozen=True)
class Drift:
    """What became of the people of the clean image.

    lost: share of them whom nobody found now resembles, 0..1; NaN where there were none. shift: median distance in
    pixels between a keypoint then and now, of those still found; oks: their mean OKS. Both NaN where nobody is left.
    new: people found now who were not there before.
    """

    lost: float
    shift: float
    oks: float
    new: int


def drift(clean: np.ndarray, found: np.ndarray, sigmas: Sequence[float] | np.ndarray) -> Drift:
    """Compare poses of the clean image [N, K, 2] with those of the worse one [M, K, 2], both in the clean one's pixels.

    People are matched by `same_people`. Keypoints that either prediction leaves out (NaN) do not count for the shift.
    """
    then, now = same_people([clean, found], sigmas)
    _, one, other = np.intersect1d(then, now, return_indices=True)
    new = len(now) - len(other)
    lost = 1 - len(one) / len(clean) if len(clean) else float("nan")
    if not len(one):
        return Drift(lost, float("nan"), float("nan"), new)
    distances = np.linalg.norm(clean[one] - found[other], axis=2)
    there = distances[~np.isnan(distances)]
    similarity = pose_oks(clean[one], found[other], np.asarray(sigmas)).diagonal()
    return Drift(lost, float(np.median(there)) if there.size else float("nan"), float(similarity.mean()), new)
