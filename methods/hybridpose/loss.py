"""HybridPose's loss (sections 3.2 and 3.3, equations 8 to 13)."""

from dataclasses import dataclass

import torch

from methods.hybridpose.distributions import distribution_maps
from methods.hybridpose.network import AnyHybridPoseNetwork, Outputs
from methods.hybridpose.targets import GridTargets, build_targets
from methods.ops.people import PeopleBatch
from methods.pose_grid.grid import BOX, OBJECTNESS, STRIDES, keypoints_in_cells
from methods.pose_grid.loss import GRID_WEIGHTS, box_misses, keypoint_loss, objectness_loss

# Only places of at least this objectness are rendered for equation 7: the others' distributions would be lower still,
# and there are thousands of them.
FLOOR = 0.1
EPSILON = 1e-6  # of equation 8


@dataclass(frozen=True)
class Gains:
    """Loss weights: alpha, beta, gamma, zeta and lambda of equation 13, before `scaled`. 0 switches a term off.

    The paper gives no numbers. The first three are those of KAPAO's Table 5, whose terms they weigh. Correlation has to
    be small against visibility: D^s has a peak wherever a keypoint is regressed, whether it is there or not, so that
    the self-correlation alone lifts the visibility of absent keypoints too.
    """

    objectness: float = 0.7
    boxes: float = 0.05
    keypoints: float = 0.025
    visibility: float = 0.02
    correlation: float = 0.01

    def scaled(self, width: int) -> dict[str, float]:
        """The five weights for an input of `width` pixels; the first three as KAPAO's authors scale theirs."""
        share = 3 / len(STRIDES)
        return {
            "objectness": self.objectness * (width / 640) ** 2 * share,
            "boxes": self.boxes * share,
            "keypoints": self.keypoints * share,
            "visibility": self.visibility,
            "correlation": self.correlation,
        }


# For the small network, which learns from random numbers; the first three as KAPAO's. Visibility is high enough for the
# maps to be heard in the neck that they share with the poses, and for correlation to stay below it: of four drawings
# learnt by heart, painted-over keypoints have a visibility of at most 0.01 with these (0.05 without correlation), but
# of 0.65 with a visibility of 0.01; that of the others is 0.8 on average each time.
SMALL_GAINS = {"objectness": 3.0, "boxes": 0.2, "keypoints": 0.005, "visibility": 0.2, "correlation": 0.1}


class HybridPoseLoss:
    """The loss of one network: call it with the network's outputs and the people of the batch."""

    def __init__(self, network: AnyHybridPoseNetwork, gains: Gains | None = None) -> None:
        self.anchors, self.gains = network.anchors.float(), gains or Gains()

    def __call__(self, outputs: Outputs, people: PeopleBatch) -> dict[str, torch.Tensor]:
        """Outputs of HybridPoseNetwork.forward to `total` (equation 13 times B; differentiable) and its parts.

        The parts are named as in Gains; they are detached, weighted, and per image.
        """
        self.anchors = self.anchors.to(outputs.grids[0].device)
        targets = build_targets(people, self.anchors)
        lambdas = self.gains.scaled(max(people.images.shape[2:]))
        sums = {name: outputs.grids[0].new_zeros((), dtype=torch.float32) for name in lambdas}
        strides = self.anchors.new_tensor(STRIDES)[:, None, None]
        levels = zip(*outputs, targets, self.anchors / strides, GRID_WEIGHTS, strict=True)
        for grid, maps, target, anchors, weight in levels:
            parts = grid_losses(grid, target, anchors)
            parts["objectness"] = weight * parts["objectness"]
            parts["visibility"] = visibility_loss(maps.float(), target)
            if lambdas["correlation"]:
                distributions = predicted_distributions(grid, anchors, maps.shape)
                parts["correlation"] = self_correlation_loss(distributions, maps.float())
            sums |= {name: sums[name] + part for name, part in parts.items()}
        weighted = {name: lambdas[name] * value for name, value in sums.items()}
        total = len(people.images) * torch.stack(list(weighted.values())).sum()
        return {"total": total, **{name: value.detach() for name, value in weighted.items()}}


def grid_losses(grid: torch.Tensor, target: GridTargets, anchors: torch.Tensor) -> dict[str, torch.Tensor]:
    """The terms of one grid in equations 9 to 11, before weights. `anchors` [N_a, 2] in cells.

    Equation 9 as printed has prediction and ground truth the wrong way round in the logarithms; it is the binary
    cross-entropy of KAPAO's equation 5.
    """
    at = (target.image, target.anchor, target.row, target.column)
    found = grid[at].float()  # [n, N_o]
    sizes = anchors[target.anchor]
    distance = box_misses(found[:, BOX], sizes, target.boxes)
    overlap, weights = 1 - distance.detach(), torch.ones_like(distance)
    return {
        "objectness": objectness_loss(grid[..., OBJECTNESS].float(), at, overlap, weights, target.ignored),
        "boxes": distance.sum() / max(len(found), 1),
        "keypoints": keypoint_loss(found[:, OBJECTNESS + 1 :], sizes, target.keypoints, target.keypoint_weights),
    }


def visibility_loss(maps: torch.Tensor, target: GridTargets) -> torch.Tensor:
    """Equation 12 for the maps [B, N_a, K, h, w] of one scale.

    What it adds up, and over what n(V) counts, is left open. Here: the squared norm of each map's error, so that maps
    learn the mean of what is wanted (the plain norm would learn a kind of median, which is 0 for all that is rare); as
    a mean over the B * N_a * K maps, so that a keypoint counts the same at every scale.
    """
    errors = target.map_weights * (maps - target.maps) ** 2
    return errors.sum() / (maps.shape[0] * maps.shape[1] * maps.shape[2])


def predicted_distributions(grid: torch.Tensor, anchors: torch.Tensor, shape: torch.Size) -> torch.Tensor:
    """D^s of equation 7, of `shape` [B, N_a, K, h, w], from a raw grid and its anchors [N_a, 2] in cells.

    Gradients reach keypoints and objectness: the paper stops neither.
    """
    phi = grid[..., OBJECTNESS].float().sigmoid()
    image, anchor, row, column = at = torch.nonzero(phi.detach() > FLOOR, as_tuple=True)
    origins = torch.stack([column, row], dim=1)[:, None]
    keypoints = keypoints_in_cells(grid[at][:, OBJECTNESS + 1 :].float(), anchors[anchor]) + origins  # [n, K, 2]
    heights = phi[at][:, None].expand(keypoints.shape[:2])
    flat = torch.Size([shape[0] * shape[1], *shape[2:]])
    return distribution_maps(keypoints, heights, image * shape[1] + anchor, flat).view(shape)


def self_correlation_loss(distributions: torch.Tensor, maps: torch.Tensor) -> torch.Tensor:
    """Equation 8 for one scale: 1 less the squared correlation of D^s and V^s, over all their cells in the batch.

    Over the batch, because a single image has nobody at most scales, and then no correlation.
    """
    d, v = (each.flatten() - each.mean() for each in (distributions, maps))
    # The floor keeps the gradient of the root finite where one of the two is constant.
    scale = ((d @ d) * (v @ v)).clamp(min=EPSILON**2).sqrt()
    return 1 - (d @ v / (scale + EPSILON)) ** 2
