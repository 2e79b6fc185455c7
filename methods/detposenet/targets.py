"""Training targets of the first stage: boxes, heat maps and part affinities (section III-A)."""

from typing import NamedTuple

import torch

from methods.detposenet.coarse import STRIDE
from methods.detposenet.detection import IGNORED, PERSON, GroundTruth
from methods.ops.people import PeopleBatch
from methods.skeletons import COCO17

DEVIATION = 1.5  # cells, of a keypoint's Gaussian
# Half the width of a limb's part affinity: of the longer side of the person's box, but at least so many cells.
LIMB_SHARE, LIMB_CELLS = 0.03, 1.0
REACH = 4 * DEVIATION  # cells from a keypoint beyond which its Gaussian is taken for zero


class Maps(NamedTuple):
    """Wanted maps of B images and where they count (bool).

    heatmaps, heatmaps_count [B, K, h, w]; limbs [B, L, 2, h, w], limbs_count [B, L, h, w].
    """

    heatmaps: torch.Tensor
    heatmaps_count: torch.Tensor
    limbs: torch.Tensor
    limbs_count: torch.Tensor


def label_weights(people: PeopleBatch) -> torch.Tensor:
    """Weight [P, K] of each labelled keypoint, 0 for keypoints without a label."""
    return people.keypoint_weights * (people.visibility > 0)


def true_boxes(people: PeopleBatch) -> list[GroundTruth]:
    """Boxes of each image, for the detector."""
    labels = torch.where(people.ignore, IGNORED, PERSON)
    whole = (people.boxes[:, 2:] > people.boxes[:, :2]).all(dim=1)
    chosen = [(people.image_index == image) & whole for image in range(len(people.images))]
    return [GroundTruth(people.boxes[one], labels[one]) for one in chosen]


def map_targets(people: PeopleBatch) -> Maps:
    """Heat maps and part affinities at STRIDE.

    Where people overlap, of heat maps the higher counts and of part affinities the mean (Cao et al.). A map does not
    count within the box of a person to be ignored, or of whom the keypoint, or one end of the limb, is not labelled.
    """
    images, _, *sides = people.images.shape
    shape = (images, sides[0] // STRIDE, sides[1] // STRIDE)
    drawn = (label_weights(people) > 0) & ~people.ignore[:, None]
    heatmaps_count, limbs_count = _count(people, shape)
    return Maps(_heat_maps(people, drawn, shape), heatmaps_count, _part_affinities(people, drawn, shape), limbs_count)


def _heat_maps(people: PeopleBatch, drawn: torch.Tensor, shape: tuple[int, int, int]) -> torch.Tensor:
    """Heat maps [B, K, h, w] for `shape` B, h, w, with the keypoints that are to be `drawn` [P, K]."""
    images, height, width = shape
    person, kind = drawn.nonzero().unbind(1)
    places = people.keypoints[person, kind] / STRIDE
    which, rows, columns = _cells(torch.cat([places - REACH, places + REACH], dim=1), height, width)
    x, y = (torch.stack([columns, rows], dim=1) + 0.5 - places[which]).unbind(1)
    gaussians = torch.exp(-(x.square() + y.square()) / (2 * DEVIATION**2))
    maps = people.keypoints.new_zeros((images, drawn.shape[1], height, width))
    channel = (people.image_index[person] * drawn.shape[1] + kind)[which]
    maps.view(-1).scatter_reduce_(0, (channel * height + rows) * width + columns, gaussians, "amax")
    return maps


def _part_affinities(people: PeopleBatch, drawn: torch.Tensor, shape: tuple[int, int, int]) -> torch.Tensor:
    """Part affinities [B, L, 2, h, w] for `shape` B, h, w, of limbs of which both ends are to be `drawn` [P, K]."""
    images, height, width = shape
    limbs = torch.tensor(COCO17.limbs, device=drawn.device)
    person, limb = drawn[:, limbs].all(dim=2).nonzero().unbind(1)
    ends = people.keypoints[person[:, None], limbs[limb]] / STRIDE  # [n, 2, 2]
    longer = (people.boxes[person, 2:] - people.boxes[person, :2]).amax(dim=1, keepdim=True) / STRIDE
    wide = (LIMB_SHARE * longer).clamp(min=LIMB_CELLS)
    which, rows, columns = _cells(torch.cat([ends.amin(dim=1) - wide, ends.amax(dim=1) + wide], dim=1), height, width)
    way = ends[:, 1] - ends[:, 0]
    length = torch.linalg.vector_norm(way, dim=1, keepdim=True)
    direction = (way / length.clamp(min=1e-6))[which]
    off = torch.stack([columns, rows], dim=1) + 0.5 - ends[which, 0]
    along = (direction * off).sum(dim=1)
    aside = direction[:, 0] * off[:, 1] - direction[:, 1] * off[:, 0]
    on = (along >= 0) & (along <= length[which, 0]) & (aside.abs() <= wide[which, 0])
    channel = (people.image_index[person] * len(limbs) + limb)[which[on]]
    cell = rows[on] * width + columns[on]
    maps = people.keypoints.new_zeros((images, len(limbs), 2, height, width))
    overlaps = people.keypoints.new_zeros(images * len(limbs) * height * width)
    where = channel * height * width + cell
    share = direction[on] / overlaps.index_add_(0, where, torch.ones_like(along[on]))[where, None]
    for axis in (0, 1):
        maps.view(-1).index_add_(0, (2 * channel + axis) * height * width + cell, share[:, axis])
    return maps


def _count(people: PeopleBatch, shape: tuple[int, int, int]) -> tuple[torch.Tensor, torch.Tensor]:
    """Where heat maps [B, K, h, w] and part affinities [B, L, h, w] count, for `shape` B, h, w."""
    ends = torch.tensor(COCO17.limbs, device=people.boxes.device)
    unknown = people.ignore[:, None] | (label_weights(people) == 0)
    known_away = (people.visibility == 0) & (people.keypoint_weights > 0) & ~people.ignore[:, None]
    keypoints_blank, limbs_blank = unknown & ~known_away, unknown[:, ends].any(dim=2)
    keypoints, limbs = (
        torch.ones((shape[0], blank.shape[1], *shape[1:]), dtype=torch.bool, device=blank.device)
        for blank in (keypoints_blank, limbs_blank)
    )
    windows = _windows(people.boxes / STRIDE, *shape[1:]).tolist()
    for i, (image, (left, top, right, bottom)) in enumerate(zip(people.image_index.tolist(), windows, strict=True)):
        keypoints[image, keypoints_blank[i], top:bottom, left:right] = False
        limbs[image, limbs_blank[i], top:bottom, left:right] = False
    return keypoints, limbs


def _windows(boxes: torch.Tensor, height: int, width: int) -> torch.Tensor:
    """Columns and rows [n, 4] (x1, y1, x2, y2, int64, the last ones not included) of a map that touch boxes [n, 4]."""
    most = torch.tensor([width, height], device=boxes.device)
    low, high = boxes[:, :2].floor().long().clamp(min=0), boxes[:, 2:].floor().long() + 1
    high = torch.maximum(torch.minimum(high, most), low)
    return torch.cat([low, high], dim=1)


def _cells(boxes: torch.Tensor, height: int, width: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """All cells of a map that touch boxes [n, 4]: the box's number, row and column of each."""
    left, top, right, bottom = _windows(boxes, height, width).unbind(1)
    wide = right - left
    counts = wide * (bottom - top)
    which = torch.repeat_interleave(counts)
    number = torch.arange(len(which), device=boxes.device) - (counts.cumsum(0) - counts)[which]
    return which, top[which] + number // wide[which], left[which] + number % wide[which]
