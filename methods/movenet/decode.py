"""Decoding of MoveNet MultiPose, as the nodes of its published graph spell it out.

A peak of the centre map is a person. From there the network points roughly at each keypoint (regression); the keypoint
itself is the best cell of its heat map inside the person's box, weighted by nearness to that point, plus a fine offset.

Three things differ from the graph. It answers with the six best centres; here the limit is MAX_PEOPLE, and duplicates
are removed. It reads a keypoint's score from the largest weighted map of all six people, so that one person's score
changes with who else is there; here from the person's own. And a keypoint for which no cell qualifies stays at its
regressed point, not at the map's corner.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch

from methods.ops.heatmaps import local_maxima
from methods.ops.letterbox import Frame
from methods.ops.nms import oks_nms
from methods.settings import Settings, setting
from methods.skeletons import COCO17
from methods.types import Poses

STRIDE = 4  # input pixels a cell
CENTER_WINDOW = 5  # cells; the graph's MaxPool
FALLOFF = 0.3  # of the map's shorter side: the weight of a cell at distance d is exp(-d^2 / (FALLOFF * side))
SCORE_FLOOR = 0.127  # keypoints with lower scores do not count in a person's score; the graph's Greater
MAX_PEOPLE = 50  # bounds time and memory; COCO's densest images have about as many labelled people


class MoveNetSettings(Settings):
    """Thresholds of MoveNet MultiPose."""

    keypoint_filter: ClassVar[str | None] = "keypoint_confidence"
    pose_confidence: float = setting(0.15, 0.0, 1.0, "people with a lower score are left out")
    keypoint_confidence: float = setting(0.1, 0.0, 1.0, "keypoints with a lower score are left out")
    pose_oks: float = setting(0.35, 0.0, 1.0, "of two poses that are more alike, the better stays", unit="OKS")

    @classmethod
    def evaluation(cls) -> "MoveNetSettings":
        """Every centre ranked and every keypoint placed, as AP wants it."""
        return cls(pose_confidence=0.0, keypoint_confidence=0.0, pose_oks=0.5)


@dataclass(frozen=True)
class MoveNetIntermediate:
    """What the network saw: maps of h x w cells, and where it pointed for each of the N people, best score first.

    center [h, w] and heatmaps [K, h, w], 0..1; extent (x1, y1, x2, y2) is where the maps' outer edges lie and centers
    [N, 2] and regressed [N, K, 2] are x, y, all in pixels of the original image.
    """

    center: np.ndarray
    heatmaps: np.ndarray
    extent: tuple[float, float, float, float]
    centers: np.ndarray
    regressed: np.ndarray


@dataclass(frozen=True)
class Centers:
    """N people before their keypoints are looked for; lengths in cells, y before x as in the graph.

    cells [N, 2], scores [N], low and high [N, 2] (corners of the box), regressed [N, K, 2].
    """

    cells: torch.Tensor
    scores: torch.Tensor
    low: torch.Tensor
    high: torch.Tensor
    regressed: torch.Tensor


def decode(
    outputs: dict[str, torch.Tensor], frame: Frame, settings: MoveNetSettings
) -> tuple[Poses, MoveNetIntermediate]:
    """Maps of one image (see network.py, without batch axis) to people."""
    # A person's score is at most the centre's, so that weaker centres need no further look.
    people = find_centers(outputs, settings.pose_confidence)
    positions, keypoint_scores = find_keypoints(outputs, people)
    counted = keypoint_scores > SCORE_FLOOR
    scores = people.scores * (keypoint_scores * counted).sum(1) / counted.sum(1).clamp(min=1)
    enough = (scores >= settings.pose_confidence).nonzero()[:, 0]
    keypoints = to_original(positions[enough], frame)
    kept = oks_nms(keypoints, scores[enough].numpy(), np.array(COCO17.sigmas), settings.pose_oks, MAX_PEOPLE)
    chosen = enough[kept]
    boxes = np.concatenate([to_original(people.low[chosen], frame), to_original(people.high[chosen], frame)], axis=1)
    boxes = boxes.clip(0, [frame.width, frame.height] * 2)
    uncertain = (keypoint_scores[chosen] < settings.keypoint_confidence).numpy()
    shown = np.where(uncertain[..., None], np.nan, keypoints[kept])
    poses = Poses(boxes, scores[chosen].numpy(), shown, keypoint_scores[chosen].numpy())
    # A cell's number is the coordinate of its middle, so the maps begin half a cell before 0.
    corners = torch.tensor([[0, 0], outputs["center"].shape]) - 0.5
    x1, y1, x2, y2 = to_original(corners, frame).ravel().tolist()
    intermediate = MoveNetIntermediate(
        outputs["center"].numpy(),
        outputs["kpt_heatmap"].numpy(),
        (x1, y1, x2, y2),
        to_original(people.cells[chosen], frame),
        to_original(people.regressed[chosen], frame),
    )
    return poses, intermediate


def to_original(points: torch.Tensor, frame: Frame) -> np.ndarray:
    """Points [..., 2] as y, x in cells to x, y in pixels of the original image."""
    return frame.to_original(points.flip(-1).numpy() * STRIDE)


def find_centers(outputs: dict[str, torch.Tensor], floor: float, limit: int = MAX_PEOPLE) -> Centers:
    """Peaks of the centre map with at least the score `floor`, best first, with their boxes and regressed keypoints."""
    _, rows, columns, scores = local_maxima(outputs["center"][None], CENTER_WINDOW, limit)
    enough = scores >= floor
    rows, columns, scores = rows[enough], columns[enough], scores[enough]
    cells = torch.stack([rows, columns], dim=1)
    half = outputs["box_scale"][:, rows, columns].T.clamp(min=0) / 2
    middle = cells + outputs["box_offset"][:, rows, columns].T
    limits = torch.tensor(outputs["center"].shape)
    regressed = cells[:, None] + outputs["kpt_regress"][:, :, rows, columns].permute(2, 0, 1)
    return Centers(
        cells,
        scores,
        (middle - half).clamp(min=0).minimum(limits),
        (middle + half).clamp(min=0).minimum(limits),
        regressed,
    )


def find_keypoints(outputs: dict[str, torch.Tensor], people: Centers) -> tuple[torch.Tensor, torch.Tensor]:
    """Positions [N, K, 2] (y, x in cells) and scores [N, K] of the people's keypoints."""
    weighted = weighted_heatmaps(outputs["kpt_heatmap"], people)
    n, k, _, w = weighted.shape
    scores, best = weighted.flatten(2).max(dim=2)
    rows, columns = best // w, best % w
    keypoints = torch.arange(k).expand(n, k)
    refined = torch.stack([rows, columns], dim=-1) + outputs["kpt_offset"][keypoints, :, rows, columns]
    return torch.where(scores[..., None] > 0, refined, people.regressed), scores


def weighted_heatmaps(heatmaps: torch.Tensor, people: Centers) -> torch.Tensor:
    """Each person's view of the heat maps [K, h, w]: zero outside the box, falling off with distance. [N, K, h, w]."""
    sides = heatmaps.shape[-2:]
    weights = []
    for axis, side in enumerate(sides):  # a Gaussian and a box both factor into rows and columns
        cells = torch.arange(side)
        near = torch.exp(-((cells - people.regressed[..., axis, None]) ** 2) / (FALLOFF * min(sides)))  # [N, K, side]
        inside = (cells >= people.low[:, None, axis, None]) & (cells < people.high[:, None, axis, None])
        weights.append(near * inside)
    return heatmaps * weights[0][..., :, None] * weights[1][..., None, :]
