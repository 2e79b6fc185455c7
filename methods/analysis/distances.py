"""How far apart any two methods put the same people's keypoints. Ground truth has no part in it, only images.

People of two methods are the same where their poses are alike, the most alike pair first, nobody twice: OKS of at least
0.5 over the keypoints that both have, three at least. A distance is in % of the square root of the mean area of both
boxes; a keypoint that one of the two leaves out has none. The median is over all keypoints of all pairs in all images.
"""

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from methods.analysis.study import Study, TextTable, labelled_people, number_text
from methods.data.coco import CocoKeypoints
from methods.errors import DataError
from methods.method import Method
from methods.metrics.bootstrap import draws, percentiles
from methods.metrics.results import Result, Score
from methods.ops.oks import extent_area, keypoint_oks
from methods.skeletons import COCO17
from methods.types import Poses

SAME_PERSON, SHARED = 0.5, 3  # OKS, and keypoints that both have


class Distance(Result):
    """Two methods: how many people and keypoints they share, and the median distance, with its 95% interval, in %."""

    first: str
    second: str
    people: int
    keypoints: int
    median: Score
    low: Score
    high: Score

    def to_pandas(self) -> pd.DataFrame:
        """One row."""
        return pd.DataFrame([self.model_dump()])


class Distances(Study):
    """What `measure_distances` found: every two methods, and how many people each finds."""

    found: dict[str, int]
    settings: dict[str, dict[str, Any]]
    input_sizes: dict[str, int]
    pairs: tuple[Distance, ...]

    def heading(self) -> str:
        """Methods and data."""
        counts = ", ".join(f"{name} {count}" for name, count in self.found.items())
        return f"{self.images} images of {self.data}, demo presets; people found: {counts}"

    def to_pandas(self) -> pd.DataFrame:
        """One row for each pair."""
        return pd.concat([pair.to_pandas() for pair in self.pairs], ignore_index=True)

    def sentences(self) -> list[str]:
        """The two that are most alike."""
        known = [pair for pair in self.pairs if not np.isnan(pair.median)]
        if not known:
            return ["No two methods find the same person."]
        near = min(known, key=lambda pair: pair.median)
        return [
            f"Nearest are {near.first} and {near.second}: half of the keypoints of {near.people} people whom both find"
            f" are less than {near.median:.1f}% of the square root of the box area apart"
            f" ({number_text(near.low, 1)} to {number_text(near.high, 1)})."
        ]

    def tables(self) -> list[TextTable]:
        """The medians as a symmetric matrix, then every pair."""
        names = list(self.found)
        medians = {frozenset((pair.first, pair.second)): number_text(pair.median, 1) for pair in self.pairs}
        matrix = [(one, *(medians.get(frozenset((one, other)), "") for other in names)) for one in names]
        pairs = [
            (
                f"{pair.first}, {pair.second}",
                number_text(pair.median, 2),
                f"{number_text(pair.low, 2)} to {number_text(pair.high, 2)}",
                str(pair.people),
            )
            for pair in self.pairs
        ]
        return [
            TextTable(("Median, %", *names), matrix),
            TextTable(("Pair", "Median, %", "95% interval", "People"), pairs),
        ]


def measure_distances(
    methods: Sequence[Method],
    data: CocoKeypoints,
    progress: Callable[[int], None] = lambda done: None,
    command: str | None = None,
) -> Distances:
    """Run all `methods` on one image after the other, so that a body that several share is run once for each.

    `progress` is called with the number of images done. Raises DataError where there are not two methods of different
    names, or no images.
    """
    names = [method.name for method in methods]
    if len(set(names)) < 2 or len(set(names)) < len(names):
        raise DataError("Distances are between different methods; name at least two, each once.")
    if not len(data):
        raise DataError(f"{data.name} has no images; give annotations of at least one.")
    pairs = list(combinations(range(len(methods)), 2))
    apart: list[list[np.ndarray]] = [[] for _ in pairs]  # for each pair and image, the distances [n, K]
    found = dict.fromkeys(names, 0)
    for done, image in enumerate(data, 1):
        pixels = image.read()
        poses = [method.predict([pixels])[0].poses for method in methods]
        for name, one in zip(names, poses, strict=True):
            found[name] += len(one)
        for row, (i, j) in zip(apart, pairs, strict=True):
            row.append(distances(poses[i], poses[j]))
        progress(done)
    return Distances(
        data=data.name,
        images=len(data),
        people=labelled_people(data),
        command=command,
        found=found,
        settings={method.name: method.Settings.demo().model_dump() for method in methods},
        input_sizes={method.name: method.input_size for method in methods},
        pairs=tuple(_distance(names[i], names[j], row) for row, (i, j) in zip(apart, pairs, strict=True)),
    )


def distances(first: Poses, second: Poses) -> np.ndarray:
    """Distances [n, K] in % between the keypoints of n people whom both find; NaN where one of them has none."""
    one, other = same_people(first.keypoints, second.keypoints)
    areas = (_areas(first)[one] + _areas(second)[other]) / 2
    far = np.linalg.norm(first.keypoints[one].astype(float) - second.keypoints[other], axis=2)
    return 100 * far / np.sqrt(np.maximum(areas, 1e-6))[:, None]


def same_people(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Who of poses [N, K, 2] is who of [M, K, 2], as the module says: indices into both, of the same length."""
    areas = (extent_area(first)[:, None] + extent_area(second)) / 2
    alike = keypoint_oks(first[:, None], second[None], areas, np.array(COCO17.sigmas)).sum(axis=2)  # [N, M]
    shared = (~np.isnan(first[:, None] - second[None]).any(axis=3)).sum(axis=2)
    alike = np.where(shared >= SHARED, alike / np.maximum(shared, 1), 0.0)
    pairs: list[tuple[int, int]] = []
    for place in np.argsort(-alike, axis=None, kind="stable"):
        i, j = divmod(int(place), len(second))
        if alike[i, j] < SAME_PERSON:
            break
        if all(i != a and j != b for a, b in pairs):
            pairs.append((i, j))
    found = np.array(pairs, dtype=int).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def _areas(poses: Poses) -> np.ndarray:
    return (poses.boxes[:, 2:] - poses.boxes[:, :2]).clip(min=0).prod(axis=1)


def _distance(first: str, second: str, parts: list[np.ndarray]) -> Distance:
    people = sum(len(part) for part in parts)
    image = np.repeat(np.arange(len(parts)), [part.size for part in parts])
    values = np.concatenate([part.ravel() for part in parts])
    image, values = image[~np.isnan(values)], values[~np.isnan(values)]
    low, high = (np.nan, np.nan) if not len(values) else percentiles(_medians(values, image, len(parts)))
    return Distance(
        first=first,
        second=second,
        people=people,
        keypoints=len(values),
        median=float(np.median(values)) if len(values) else np.nan,
        low=float(low),
        high=float(high),
    )


def _medians(values: np.ndarray, image: np.ndarray, images: int) -> np.ndarray:
    """The median of values [n] with resampled images; NaN where none of them has one."""
    order = np.argsort(values)
    values, image = values[order], image[order]
    medians = []
    for times in draws(images):
        below = np.cumsum(times[image])
        middle = np.searchsorted(below, below[-1] / 2)
        medians.append(values[middle] if below[-1] else np.nan)
    return np.array(medians)
