"""How far a method's predictions move when its image gets worse, from where they should be."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from methods.ops.oks import extent_area, oks

FOUND = 0.5  # OKS from which on somebody counts as found, the least that COCO counts


@dataclass(frozen=True)
class Drift:
    """What became of the people of the reference.

    lost: share of them whom nobody found now resembles with an OKS of FOUND, 0..1; NaN where there are none. shift:
    median distance in pixels between a keypoint there and now, of those still found; oks: their mean OKS. Both NaN
    where nobody is left. new: people found now who are nobody of the reference.
    """

    lost: float
    shift: float
    oks: float
    new: int


def drift(
    reference: np.ndarray,
    found: np.ndarray,
    sigmas: Sequence[float] | np.ndarray,
    areas: np.ndarray | None = None,
    keypoints: Sequence[int] | None = None,
) -> Drift:
    """Compare poses found in a worse image [M, K, 2] with where they should be [N, K, 2], in the same pixels.

    reference: annotated keypoints with their people's areas [N] in square pixels, or what the method finds in the clean
    image, whose size is that of the keypoints' extents; NaN for keypoints that do not count. People are matched one to
    one, so that the sum of OKS is the largest. keypoints: the indices of those whose shift counts, all by default; one
    that the prediction leaves out (NaN) does not.
    """
    if areas is None:
        scale = (extent_area(found)[:, None] + extent_area(reference)) / 2
    else:
        scale = np.broadcast_to(areas, (len(found), len(reference)))
    labelled = ~np.isnan(reference).any(axis=2)
    similarity = oks(found, reference, scale, np.asarray(sigmas), labelled)
    rows, people = linear_sum_assignment(similarity, maximize=True)
    alike = similarity[rows, people] >= FOUND
    rows, people = rows[alike], people[alike]
    new = len(found) - len(rows)
    lost = 1 - len(rows) / len(reference) if len(reference) else float("nan")
    if not len(rows):
        return Drift(lost, float("nan"), float("nan"), new)
    chosen = slice(None) if keypoints is None else list(keypoints)
    distances = np.linalg.norm(reference[people] - found[rows], axis=2)[:, chosen]
    there = distances[~np.isnan(distances)]
    shift = float(np.median(there)) if there.size else float("nan")
    return Drift(lost, shift, float(similarity[rows, people].mean()), new)
