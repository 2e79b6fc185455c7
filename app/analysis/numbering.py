"""Who is who: one person has one number in every method's prediction, and keeps it while thresholds move."""

from collections.abc import Mapping, Sequence

import numpy as np

from app.limits import KNOWN
from methods.analysis.agreement import same_people
from methods.skeletons import COCO17
from methods.types import Poses, Prediction, Timing

NOBODY = np.zeros((0, len(COCO17), 2), np.float32)


def number_people(known: np.ndarray, predictions: Mapping[str, Prediction]) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """For each method the numbers [N] of its people, and the poses [M, K, 2] of everybody who has a number from now on.

    People numbered before, `known`, take part in the matching as one more method, ahead of the others. New people are
    numbered by their best score and the first KNOWN are remembered: low thresholds show hundreds of uncertain ones, and
    those beyond are numbered anew each time.
    """
    poses = [prediction.poses for prediction in predictions.values()]
    numbers = same_people([known, *(found.keypoints for found in poses)], COCO17.sigmas)
    ranked, new = _by_score(numbers[1:], poses, len(known))
    return dict(zip(predictions, ranked, strict=True)), np.concatenate([known, new])[:KNOWN]


def number_candidates(
    known: np.ndarray, shown: Mapping[str, np.ndarray], candidates: Mapping[str, Poses]
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """The same for everybody whom the methods find at any threshold, of whom the first ones have numbers already.

    shown: for each method the numbers [n] of the first n of its `candidates`, which stay; the others get none
    of these.
    """
    rest = {name: poses[len(shown[name]) :] for name, poses in candidates.items()}
    numbers, known = number_people(known, {name: Prediction(poses, Timing(0, 0, 0)) for name, poses in rest.items()})
    free = max([len(known), *(int(each.max(initial=-1)) + 1 for each in [*shown.values(), *numbers.values()])])
    for name, given in numbers.items():
        for row in np.flatnonzero(np.isin(given, shown[name])):  # like somebody whom this method shows already
            given[row] = free
            if free == len(known) < KNOWN:
                known = np.concatenate([known, rest[name].keypoints[[row]]])
            free += 1
    return {name: np.concatenate([shown[name], given]) for name, given in numbers.items()}, known


def follow(known: np.ndarray, found: Mapping[str, Prediction], numbers: Mapping[str, np.ndarray]) -> np.ndarray:
    """Known people [N, K, 2] at the places where the first method that saw them has them now."""
    moved = known.copy()
    for name in reversed(list(found)):
        seen = numbers[name] < len(moved)
        moved[numbers[name][seen]] = found[name].poses.keypoints[seen]
    return moved


def _by_score(numbers: Sequence[np.ndarray], poses: Sequence[Poses], known: int) -> tuple[list[np.ndarray], np.ndarray]:
    """For each method the numbers [N] with those from `known` on handed out anew, to the best score first; and the best
    pose [M, K, 2] of each of the M people who have those."""
    ids = np.concatenate([np.zeros(0, int), *numbers])
    scores = np.concatenate([np.zeros(0), *(found.scores for found in poses)])
    best_first = np.argsort(-scores, kind="stable")
    best_first = best_first[ids[best_first] >= known]
    new, first = np.unique(ids[best_first], return_index=True)
    order = np.argsort(first)
    rank = np.arange(known + len(new))
    rank[new[order]] = known + np.arange(len(new))
    keypoints = np.concatenate([NOBODY, *(found.keypoints for found in poses)])
    return [rank[each] for each in numbers], keypoints[best_first[first[order]]]
