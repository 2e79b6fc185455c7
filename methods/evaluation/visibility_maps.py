"""What HybridPose's visibility maps know: the measurements of section 4.4 (Figures 6 and 7) on annotated photos.

People: every annotated person with a labelled joint, crowds apart, is paired one to one with a pose that the method
finds at the given settings, by the largest sum of box IoUs (Hungarian algorithm); pairs of an IoU below 0.5 do not
count. Boxes, because what is measured is about joints. A joint is labelled where its flag is above 0.

Distance (Figure 6), of labelled joints only: from where the joint is regressed to the centre of the highest cell of
the map that belongs to the pose's scale, anchor and joint, in cells of that map. The highest cell is sought among those
within the pose's own box and the six cells around the regressed joint, because a map holds several people; where it is
0, there is no peak and no distance.

Visibility scores (Figure 7): the map's value at each joint, as decoding looks it up. The area under the ROC curve is
the probability that a labelled joint has a higher score than one without a label, over all pairs of such joints.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import torch
from scipy.optimize import linear_sum_assignment
from torchvision.ops import box_iou

from methods.data.coco import AnnotatedImage, CocoKeypoints, People
from methods.errors import DataError
from methods.evaluation.bootstrap import LEVEL, RESAMPLES, draws, percentiles
from methods.evaluation.results import Result, Score
from methods.hybridpose.decode import HybridPoseEvidence
from methods.method import Method
from methods.ops.letterbox import Frame
from methods.settings import Settings
from methods.types import Poses, Prediction

SAME_PERSON_IOU = 0.5
AROUND = 3  # cells in each direction, the reach of a joint's distribution in training
BINS = 10  # of the histograms of scores


class Scores(Result):
    """Visibility scores of some joints; NaN where there are none. `histogram` counts them in equal bins of 0..1."""

    count: int
    mean: Score
    lower_quartile: Score
    median: Score
    upper_quartile: Score
    histogram: list[int]

    def to_pandas(self) -> pd.DataFrame:
        """One row without the histogram."""
        return pd.DataFrame([self.model_dump(exclude={"histogram"})])

    @classmethod
    def of(cls, values: np.ndarray) -> "Scores":
        quartiles = np.quantile(values, [0.25, 0.5, 0.75]) if len(values) else np.full(3, np.nan)
        mean = float(values.mean()) if len(values) else float("nan")
        histogram = np.histogram(values, BINS, (0, 1))[0].tolist()
        return cls(
            count=len(values),
            mean=mean,
            lower_quartile=quartiles[0],
            median=quartiles[1],
            upper_quartile=quartiles[2],
            histogram=histogram,
        )


class JointVisibility(Result):
    """One joint, or all: mean distance in cells over `peaks` labelled joints, and scores with and without a label."""

    joint: str
    peaks: int
    distance: Score
    labelled: Scores
    unlabelled: Scores
    auc: Score  # NaN where one of the two kinds is missing

    def to_pandas(self) -> pd.DataFrame:
        """One row, with the means of both kinds."""
        means = {"labelled": self.labelled.mean, "unlabelled": self.unlabelled.mean, "auc": self.auc}
        return pd.DataFrame([{"joint": self.joint, "peaks": self.peaks, "distance": self.distance} | means])


class VisibilityMaps(Result):
    """What `measure_visibility_maps` found, and how; `rows` are the joints and at last all of them together."""

    method: str
    weights: str | None
    data: str
    images: int
    people: int
    matched: int
    settings: dict[str, Any]
    input_size: int
    rows: list[JointVisibility]
    auc_low: Score  # 95 % interval of the last row's AUC, bootstrap over images
    auc_high: Score
    command: str | None = None

    def to_pandas(self) -> pd.DataFrame:
        """One row for each joint, at last all of them."""
        return pd.concat([row.to_pandas() for row in self.rows], ignore_index=True)


def measure_visibility_maps(
    method: Method,
    data: CocoKeypoints,
    settings: Settings | None = None,
    progress: Callable[[int], None] | None = None,
    weights: str | None = None,
    command: str | None = None,
) -> VisibilityMaps:
    """See the module; `settings` defaults to the demo preset. `progress` is called with the number of images done.

    Raises DataError where the method has no visibility maps or nobody is found.
    """
    settings = settings or method.Settings.demo()
    judged = []
    for done, image in enumerate(data, 1):
        found = method.decode(method.infer([image.read()])[0], settings)
        if not isinstance(found.evidence, HybridPoseEvidence):
            raise DataError(f"{method.name} has no visibility maps; give a variant of HybridPose.")
        judged.append(judge_image(image, found))
        if progress:
            progress(done)
    return summarise_maps(method, data, settings, JudgedKeypoints.joined(judged), weights, command)


def summarise_maps(
    method: Method,
    data: CocoKeypoints,
    settings: Settings,
    judged: "JudgedKeypoints",
    weights: str | None = None,
    command: str | None = None,
) -> VisibilityMaps:
    """The result of what was judged in all images of `data`; raises DataError where nobody is found."""
    there, values, away = judged.labelled, judged.scores, judged.distances
    if not len(there):
        raise DataError(f"{method.name} finds nobody who is annotated in {data.name}; lower its pose_confidence.")
    joints = enumerate(data.skeleton.joints)
    rows = [joint_visibility(name, there[:, k], values[:, k], away[:, k]) for k, name in joints]
    low, high = auc_interval(there, values, judged.image, len(data))
    return VisibilityMaps(
        method=method.name,
        weights=weights,
        data=data.name,
        images=len(data),
        people=int(sum(image.people.labelled.sum() for image in data)),
        matched=len(there),
        settings=settings.model_dump(),
        input_size=method.input_size,
        rows=[*rows, joint_visibility("all", there.ravel(), values.ravel(), away.ravel())],
        auc_low=low,
        auc_high=high,
        command=command,
    )


@dataclass(frozen=True, eq=False)
class JudgedKeypoints:
    """Keypoints of P annotated people who are found, as a method scores them.

    labelled [P, K] bool; scores [P, K]: of visibility maps, or a method's own; distances [P, K] as `peak_distances`,
    NaN where there are no maps; image [P]: whose position in the data set it is.
    """

    labelled: np.ndarray
    scores: np.ndarray
    distances: np.ndarray
    image: np.ndarray

    @classmethod
    def joined(cls, parts: Sequence["JudgedKeypoints"]) -> "JudgedKeypoints":
        """Those of all images, in the data set's order."""
        image = np.repeat(np.arange(len(parts)), [len(part.image) for part in parts])
        return cls(
            np.concatenate([part.labelled for part in parts]),
            np.concatenate([part.scores for part in parts]),
            np.concatenate([part.distances for part in parts]),
            image,
        )


def judge_image(image: AnnotatedImage, found: Prediction) -> JudgedKeypoints:
    """The keypoints of one image, whose position is 0."""
    people = image.people[image.people.labelled]
    person, pose = paired(people, found.poses)
    seen = found.evidence if isinstance(found.evidence, HybridPoseEvidence) else None
    scores = (seen.visibility if seen else found.poses.keypoint_scores)[pose]
    distances = np.full(scores.shape, np.nan)
    if seen:
        for row, i in enumerate(pose):
            distances[row] = peak_distances(seen, found.poses, i)
    return JudgedKeypoints(people.visibility[person] > 0, scores, distances, np.zeros(len(pose), dtype=int))


def paired(people: People, poses: Poses) -> tuple[np.ndarray, np.ndarray]:
    """Indices of annotated people and of the poses that are paired with them, as the module says."""
    overlap = box_iou(torch.tensor(people.boxes), torch.tensor(poses.boxes)).nan_to_num().numpy()
    person, pose = linear_sum_assignment(overlap, maximize=True)
    good = overlap[person, pose] >= SAME_PERSON_IOU
    return person[good], pose[good]


def peak_distances(evidence: HybridPoseEvidence, poses: Poses, pose: int) -> np.ndarray:
    """Of each joint of one pose [K]: from where it is regressed to its map's peak, in cells; NaN without a peak."""
    stride, frame = int(evidence.strides[pose]), evidence.frame
    maps = evidence.maps[stride][evidence.anchors[pose]]  # [K, h, w]
    joints = in_cells(evidence.keypoints[pose], frame, stride)  # [K, 2]
    x1, y1, x2, y2 = in_cells(poses.boxes[pose].reshape(2, 2), frame, stride).ravel()
    v, u = np.meshgrid(np.arange(maps.shape[1]) + 0.5, np.arange(maps.shape[2]) + 0.5, indexing="ij")
    in_box = (u >= x1) & (u <= x2) & (v >= y1) & (v <= y2)
    found = np.full(len(joints), np.nan)
    for k, (x, y) in enumerate(joints):
        searched = in_box | ((abs(u - x) <= AROUND) & (abs(v - y) <= AROUND))
        values = np.where(searched, maps[k], 0)
        if values.any():
            row, column = np.unravel_index(values.argmax(), values.shape)
            found[k] = np.hypot(column + 0.5 - x, row + 0.5 - y)
    return found


def in_cells(points: np.ndarray, frame: Frame, stride: int) -> np.ndarray:
    """Points [..., 2] in pixels of the original image to cells of the maps of `stride`."""
    return (points * [frame.scale_x, frame.scale_y] + [frame.left, frame.top]) / stride


def joint_visibility(joint: str, labelled: np.ndarray, scores: np.ndarray, distances: np.ndarray) -> JointVisibility:
    """Summary of n joints: labelled [n] bool, scores [n] and distances [n] in cells (NaN: no peak)."""
    counted = distances[labelled & ~np.isnan(distances)]
    return JointVisibility(
        joint=joint,
        peaks=len(counted),
        distance=float(counted.mean()) if len(counted) else float("nan"),
        labelled=Scores.of(scores[labelled]),
        unlabelled=Scores.of(scores[~labelled]),
        auc=roc_auc(labelled, scores),
    )


def roc_auc(labelled: np.ndarray, scores: np.ndarray, times: np.ndarray | None = None) -> float:
    """Probability that a labelled one of n joints has a higher score than one that is not; equal scores count half.

    `times` [n] says how often each joint is there, once by default. NaN where there is only one kind. It is the
    statistic of Mann and Whitney (1947).
    """
    times = np.ones(len(scores)) if times is None else times
    _, level = np.unique(scores, return_inverse=True)
    positive, negative = (np.bincount(level, times * kind) for kind in (labelled, ~labelled))
    pairs = positive.sum() * negative.sum()
    below = np.cumsum(negative) - negative / 2
    return float((positive * below).sum() / pairs) if pairs else float("nan")


def auc_samples(labelled: np.ndarray, scores: np.ndarray, owner: np.ndarray, images: int) -> np.ndarray:
    """The AUC of all joints [n, K] of RESAMPLES sets of images; `owner` [n]: which image it is in."""
    whose, there, values = np.repeat(owner, labelled.shape[1]), labelled.ravel(), scores.ravel()
    return np.array([roc_auc(there, values, times[whose]) for times in draws(images, RESAMPLES)])


def auc_interval(labelled: np.ndarray, scores: np.ndarray, owner: np.ndarray, images: int) -> tuple[float, float]:
    """Percentile interval of the AUC over resampled images; see auc_samples."""
    low, high = percentiles(auc_samples(labelled, scores, owner, images), LEVEL)
    return float(low), float(high)
