"""DetPoseNet's losses: L_p of the first stage (section III-A), L_MSS and L_SA of the third (equations 1 and 2)."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from methods.detposenet.coarse import Coarse
from methods.detposenet.refinement import Refined, draw
from methods.detposenet.structures import all_known, together
from methods.detposenet.targets import label_weights, map_targets
from methods.ops.people import PeopleBatch


@dataclass(frozen=True)
class Gains:
    """Weights of the terms, of which the paper gives none; `structure` is its alpha_2.

    Heat maps and part affinities are sums over cells, so that weights of one would leave little to the boxes.
    """

    detection: float = 1.0
    heatmaps: float = 0.1
    limbs: float = 0.05
    refinement: float = 1.0
    structure: float = 0.2


def coarse_losses(coarse: Coarse, people: PeopleBatch, gains: Gains) -> dict[str, torch.Tensor]:
    """L_p's weighted parts per image, differentiable: Faster R-CNN's four, then L_kpt's heat maps and limbs.

    L_kpt is the sum of squared errors over cells that count, for each labelled keypoint and limb.
    """
    wanted = map_targets(people)
    known = ~people.ignore
    keypoints = max(int((label_weights(people)[known] > 0).sum()), 1)
    parts = {name: gains.detection * value for name, value in coarse.losses.items()}
    parts["heatmaps"] = gains.heatmaps * _squared(coarse.heatmaps, wanted.heatmaps, wanted.heatmaps_count) / keypoints
    parts["limbs"] = gains.limbs * _squared(coarse.limbs, wanted.limbs, wanted.limbs_count[:, :, None]) / keypoints
    return parts


def _squared(found: torch.Tensor, wanted: torch.Tensor, count: torch.Tensor) -> torch.Tensor:
    """The sum of squared errors of maps of one shape where they `count` (bool)."""
    found = found.float()
    return F.mse_loss(found, torch.where(count, wanted, found.detach()), reduction="sum")


def refinement_losses(refined: Refined, people: PeopleBatch, gains: Gains) -> dict[str, torch.Tensor]:
    """Equation 1 for every hourglass, their mean, and the same after multi-scale regression; crops of one person.

    Differentiable. Ground truth has a Gaussian of one cell at each scale (section III-C1). A keypoint outside the crop
    is wanted nowhere; one that nobody labelled counts nothing.
    """
    height = people.images.shape[2]
    there = (people.visibility > 0).float()
    weights = torch.where(people.ignore[:, None], 0, people.keypoint_weights)

    def at_scale(maps: torch.Tensor) -> torch.Tensor:
        stride = height / maps.shape[2]
        wanted = draw(people.keypoints / stride, there, maps.shape[2:])
        return structure_aware(maps, wanted, weights, gains.structure)

    def over_scales(scales: Sequence[torch.Tensor]) -> torch.Tensor:  # equation 1
        return torch.stack([at_scale(maps) for maps in scales]).mean()

    parts = {"supervision": torch.stack(list(map(over_scales, refined.stacks))).mean()} if refined.stacks else {}
    parts["regression"] = over_scales(refined.regressed or [refined.final])
    return {name: gains.refinement * value for name, value in parts.items()}


def structure_aware(found: torch.Tensor, wanted: torch.Tensor, weights: torch.Tensor, alpha: float) -> torch.Tensor:
    """L_SA (equation 2), the mean over crops: maps [n, K or K + S, h, w], wanted [n, K, h, w], weights [n, K].

    As printed, the second term repeats the errors of a keypoint's neighbours, which is a fixed weight for each keypoint
    and no structure. The text and Figure 7 match pairs and triplets of keypoints; so here it is the error of the heat
    map of each of S sets of connected keypoints: the network's own maps of them where it has some, else those of their
    keypoints together. A set of which a keypoint weighs nothing counts nothing.

    The error of a map is its squared L2 distance, the sum over its cells, as in the works that the paper follows.
    """
    keypoints, structures = found.float().split([wanted.shape[1], found.shape[1] - wanted.shape[1]], dim=1)
    if not structures.shape[1]:
        structures = together(keypoints)
    single = (weights * _energies(keypoints - wanted)).sum(dim=1)
    connected = (all_known(weights) * _energies(structures - together(wanted))).sum(dim=1)
    return (single + alpha * connected).mean() / wanted.shape[1]


def _energies(maps: torch.Tensor) -> torch.Tensor:
    """The squared L2 norm [n, C] of maps [n, C, h, w]."""
    return maps.square().sum(dim=(2, 3))
