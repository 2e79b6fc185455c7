"""What HybridPose's self-correlation loss brings: two networks, trained without it and with it (section 4.4).

The loss brings keypoint distribution maps (equations 6 and 7), which are drawn where keypoints are regressed, and
visibility maps together: `distance` is equation 8, 1 less the squared correlation of the two over all cells of a scale
in all images. What the paper reports of it is how far a map's peak is from its regressed keypoint (Figure 6) and how
high maps are there (Figure 7), both of labelled keypoints; see methods.hybridpose.studies.visibility_maps.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import torch

from methods.analysis.difference import Difference, Samples, ap_gains, differences
from methods.analysis.study import MethodStudy, TextTable, check, facts, number_text
from methods.catalog import create
from methods.data.coco import AnnotatedImage, CocoKeypoints
from methods.hybridpose.decode import HybridPoseSettings
from methods.hybridpose.distributions import distribution_maps
from methods.hybridpose.loss import EPSILON, FLOOR
from methods.hybridpose.studies.visibility_maps import judge_image
from methods.method import Method
from methods.metrics.bootstrap import draws
from methods.metrics.labelled_keypoints import LabelledPredictions
from methods.metrics.matching import match
from methods.metrics.results import signed_text
from methods.metrics.roc import roc_auc
from methods.pose_grid.grid import STRIDES
from methods.weights import resolve

SUMS = 6  # what `correlation_sums` adds up
PEAKS, HEIGHT, OTHERS, AUC = (
    "peak from keypoint, cells",
    "visibility of labelled keypoints",
    "visibility of other keypoints",
    "ROC AUC, labelled against not",
)
DISTANCES = (*(f"distance of equation 8, stride {stride}" for stride in STRIDES), "distance of equation 8, mean")


class SelfCorrelation(MethodStudy):
    """What `measure_self_correlation` found; `without` and `trained` name the two networks' weights.

    rows: AP with the evaluation preset, then the measures of people found at the settings; each of the network with the
    loss less the one without, with 95% intervals from the same resampled images for both.
    """

    without: str
    trained: str
    matched: tuple[int, int]  # annotated people found by the one without, and by the one with
    rows: tuple[Difference, ...]

    def to_pandas(self) -> pd.DataFrame:
        """One row for each measure."""
        return pd.concat([row.to_pandas() for row in self.rows], ignore_index=True)

    def row(self, name: str) -> Difference:
        """The measure of that name."""
        return next(row for row in self.rows if row.name == name)

    def sentences(self) -> list[str]:
        """The paper's two numbers, equation 8, and what else changes."""
        peak, height, others, distance, auc, ap = (
            self.row(name) for name in (PEAKS, HEIGHT, OTHERS, DISTANCES[-1], AUC, "AP")
        )
        return [
            f"On {self.images} images visibility maps trained with the self-correlation loss are"
            f" {number_text(height.second, 2)} high at labelled keypoints, {number_text(height.first, 2)} without it"
            f" ({_interval(height)}), and {number_text(others.second, 2)} at others, {number_text(others.first, 2)}"
            f" without it ({_interval(others)}); their peaks are {number_text(peak.second, 2)} cells from the"
            f" keypoints, {number_text(peak.first, 2)} without it ({_interval(peak)}).",
            f"The distance of equation 8 is {number_text(distance.second, 3)} with it, {number_text(distance.first, 3)}"
            f" without it ({_interval(distance)}); the ROC AUC of labelled keypoints against others"
            f" {number_text(auc.second, 3)}, {number_text(auc.first, 3)} without it ({_interval(auc)}); AP"
            f" {number_text(ap.second, 3)}, {number_text(ap.first, 3)} without it ({_interval(ap)}).",
        ]

    def tables(self) -> list[TextTable]:
        """The measures."""
        rows = [
            (row.name, number_text(row.first, 3), number_text(row.second, 3), signed_text(row.difference), _span(row))
            for row in self.rows
        ]
        return [TextTable(("Measure", self.without, self.trained, "Difference", "95% interval"), rows)]


def measure_self_correlation(
    first: Method,
    second: Method,
    data: CocoKeypoints,
    settings: HybridPoseSettings | None = None,
    names: tuple[str, str] = ("without", "with"),
    progress: Callable[[int], None] = lambda done: None,
    command: str | None = None,
) -> SelfCorrelation:
    """Run two HybridPoses of one kind, trained without the loss and with it, over `data`, image by image in turn.

    `settings`, by which people are found, default to the demo preset. `progress` is called with the number of images
    done. Raises DataError where a method is no HybridPose or nobody is labelled.
    """
    for method in (first, second):
        check(method, HybridPoseSettings, data, "visibility maps; give a variant of HybridPose")
    settings = settings or HybridPoseSettings.demo()
    looks = [Look(method, settings) for method in (first, second)]
    for done, image in enumerate(data, 1):
        pixels = image.read()
        for look in looks:
            look.add(image, pixels)
        progress(done)
    plain, trained = (match(data, look.results) for look in looks)
    overall = ap_gains({"plain": plain, "trained": trained})["trained"][1]
    rows = differences(*(look.samples(len(data)) for look in looks))
    return SelfCorrelation(
        **facts(second, data, settings, command),
        without=names[0],
        trained=names[1],
        matched=(looks[0].people, looks[1].people),
        rows=(overall, *rows),
    )


def measure_beside_plain(
    method: Method,
    data: CocoKeypoints,
    settings: HybridPoseSettings | None = None,
    progress: Callable[[int], None] = lambda done: None,
    command: str | None = None,
) -> SelfCorrelation:
    """`measure_self_correlation` of a method beside the published weights that were trained without the loss.

    Raises WeightsError where none are published for the variant.
    """
    name = f"{method.name}-plain"
    plain = create(method.name, str(method.device), resolve(name), method.input_size)
    return measure_self_correlation(plain, method, data, settings, (name, method.name), progress, command)


class Look:
    """What one network says of all images."""

    def __init__(self, method: Method, settings: HybridPoseSettings) -> None:
        self.method, self.settings = method, settings
        self.results: list[dict[str, Any]] = []
        self.parts: list[LabelledPredictions] = []
        self.sums: list[np.ndarray] = []

    def add(self, image: AnnotatedImage, pixels: np.ndarray) -> None:
        """Look at one more image of the data set, in its order."""
        raw = self.method.infer([pixels])[0]
        self.results += self.method.decode(raw, HybridPoseSettings.evaluation()).poses.to_coco(image.image_id)
        self.parts.append(judge_image(image, self.method.decode(raw, self.settings)))
        self.sums.append(correlation_sums(raw.outputs))

    @property
    def people(self) -> int:
        """How many annotated people are found."""
        return sum(len(part.image) for part in self.parts)

    def samples(self, images: int) -> Samples:
        """All measures but AP, and what they become with resampled images."""
        judged, sums = LabelledPredictions.joined(self.parts), np.stack(self.sums)
        values = _measures(judged, sums, np.ones(images))
        resampled = np.array([_measures(judged, sums, times) for times in draws(images)])
        return Samples((PEAKS, HEIGHT, OTHERS, AUC, *DISTANCES), values, resampled)


def _measures(judged: LabelledPredictions, sums: np.ndarray, times: np.ndarray) -> np.ndarray:
    """The values of a set in which image i is there `times[i]` times, in the order of `Look.samples`."""
    often = np.broadcast_to(times[judged.image][:, None], judged.labelled.shape)
    with_peak = judged.labelled & ~np.isnan(judged.distances)
    area = roc_auc(judged.labelled.ravel(), judged.scores.ravel(), often.ravel())
    apart = equation_8(np.tensordot(times, sums, axes=1))
    means = [
        _mean(judged.distances[chosen] if values is judged.distances else values[chosen], often[chosen])
        for values, chosen in (
            (judged.distances, with_peak),
            (judged.scores, judged.labelled),
            (judged.scores, ~judged.labelled),
        )
    ]
    return np.array([*means, area, *apart, apart.mean()])


def _mean(values: np.ndarray, times: np.ndarray) -> float:
    return float((values * times).sum() / times.sum()) if times.sum() else np.nan


def correlation_sums(outputs: dict[str, torch.Tensor]) -> np.ndarray:
    """For each scale of one image [S, SUMS]: cells, and sums over them of d, v, d^2, v^2 and d v.

    d are keypoint distribution maps of the candidates, v visibility maps; `outputs` as HybridPose.forward gives them,
    without test-time augmentation.
    """
    sums = []
    for stride in STRIDES:
        maps = outputs[f"map_{stride}"].double() / 255  # [N_a, K, h, w]
        here = (outputs["strides"] == stride) & (outputs["scores"] > FLOOR)
        keypoints = outputs["keypoints"][here].double() / stride
        heights = outputs["scores"][here].double()[:, None].expand(keypoints.shape[:2])
        drawn = distribution_maps(keypoints, heights, outputs["anchors"][here].long(), maps.shape)
        sums.append([maps.numel(), drawn.sum(), maps.sum(), drawn.square().sum(), maps.square().sum()])
        sums[-1].append((drawn * maps).sum())
    return np.array(sums, dtype=float)


def equation_8(sums: np.ndarray) -> np.ndarray:
    """The self-correlation loss of each scale [S] from sums [S, SUMS]: 0 where both maps agree, 1 at worst."""
    cells, d, v, dd, vv, dv = sums.T
    cells = np.maximum(cells, 1)
    spread = np.maximum((dd - d**2 / cells) * (vv - v**2 / cells), EPSILON**2)
    return 1 - ((dv - d * v / cells) / (np.sqrt(spread) + EPSILON)) ** 2


def _span(row: Difference) -> str:
    return f"{signed_text(row.low)} to {signed_text(row.high)}"


def _interval(row: Difference) -> str:
    return f"{signed_text(row.difference)}; {_span(row)}"
