"""Targets of the intermediate supervision (section 3.2): a Gaussian at each labelled keypoint, on every level."""

import torch

from methods.ops.people import PeopleBatch
from methods.posedet.targets import label_weights

DEVIATION = 2.0  # cells


def heatmap_targets(people: PeopleBatch, stride: int, shape: torch.Size) -> tuple[torch.Tensor, torch.Tensor]:
    """Maps of `shape` [B, K, h, w] of a level, and where they count, bool of the same shape.

    Where people overlap, the higher Gaussian counts. A map does not count within the box of a person who is to be
    ignored, or of whom this keypoint is not labelled: it may be anywhere there.
    """
    _, _, rows, columns = shape
    maps = people.keypoints.new_zeros(shape)
    counts = torch.ones(shape, dtype=torch.bool, device=maps.device)
    x, y = ((torch.arange(size, device=maps.device) + 0.5) * stride for size in (columns, rows))
    weights = label_weights(people)
    for i in range(len(people.boxes)):
        image, box = people.image_index[i], people.boxes[i]
        unknown = people.ignore[i] | (people.keypoint_weights[i] == 0)
        inside = ((y >= box[1]) & (y <= box[3]))[:, None] & ((x >= box[0]) & (x <= box[2]))
        counts[image] &= ~(unknown[:, None, None] & inside)
        if people.ignore[i]:
            continue
        keypoints = (weights[i] > 0).nonzero()[:, 0]
        across = _gaussian(x - people.keypoints[i, keypoints, 0:1], stride)
        down = _gaussian(y - people.keypoints[i, keypoints, 1:2], stride)
        maps[image, keypoints] = torch.maximum(maps[image, keypoints], down[:, :, None] * across[:, None])
    return maps, counts


def _gaussian(distance: torch.Tensor, stride: int) -> torch.Tensor:
    return torch.exp(-distance.square() / (2 * (DEVIATION * stride) ** 2))
