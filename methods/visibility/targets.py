"""What the metamodel learns of a crop: heat maps of its labelled keypoints (section 3.3) and their states."""

from dataclasses import dataclass

import torch

from methods.ops.people import PeopleBatch

SIGMA = 1.0  # px of the heat map


@dataclass(frozen=True)
class CropTargets:
    """Of B crops of one person each.

    heatmaps     [B, K, h, w]  a Gaussian of height 1 around each labelled keypoint, else 0
    map_weights  [B, K]        weight of a map's place; 0 for keypoints without a label
    possible     [B, K, 3]     bool: which of absent, occluded and visible the keypoint may be
    known        [B, K]        its weight; 0 where nothing is known
    """

    heatmaps: torch.Tensor
    map_weights: torch.Tensor
    possible: torch.Tensor
    known: torch.Tensor


def build_targets(people: PeopleBatch, shape: tuple[int, int], stride: int) -> CropTargets:
    """Targets of crops with one person each, in order, for heat maps of `shape` (h, w).

    A keypoint without a label is absent, as in the paper, whether it lies outside the crop or was never labelled. One
    that is only known to be labelled (flag 3) may be occluded or visible. Of a labelled keypoint that weighs nothing at
    all (weight 0) nothing is known, nor of people to be ignored.
    """
    flags, counted = people.visibility, ~people.ignore[:, None]
    labelled = flags > 0
    weights = torch.where(labelled, people.keypoint_weights, 1.0) * counted
    states = torch.arange(3, device=flags.device)
    possible = (flags[..., None] == states) | ((flags == 3)[..., None] & (states > 0))
    heatmaps = gaussians(people.keypoints / stride, shape) * labelled[..., None, None]
    return CropTargets(heatmaps, weights * labelled, possible, weights)


def gaussians(keypoints: torch.Tensor, shape: tuple[int, int]) -> torch.Tensor:
    """Gaussians of SIGMA around keypoints [B, K, 2] in cells (the centre of the first is at 0.5, 0.5): [B, K, h, w]."""
    rows, columns = (torch.arange(side, device=keypoints.device) + 0.5 for side in shape)
    x = torch.exp(-((columns - keypoints[..., :1]) ** 2) / (2 * SIGMA**2))  # [B, K, w]
    y = torch.exp(-((rows - keypoints[..., 1:]) ** 2) / (2 * SIGMA**2))
    return y[..., :, None] * x[..., None, :]
