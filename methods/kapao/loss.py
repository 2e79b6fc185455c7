"""KAPAO's loss (section 3.2, equations 5 to 9)."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F

from methods.kapao.network import CLASSES, AnyKapaoNetwork
from methods.kapao.targets import GridTargets, build_targets
from methods.ops.people import PeopleBatch
from methods.pose_grid.grid import BOX, OBJECTNESS, STRIDES
from methods.pose_grid.loss import GRID_WEIGHTS, box_misses, keypoint_loss, objectness_loss


@dataclass(frozen=True)
class Gains:
    """Loss weights of Table 5 before their scaling with input size, classes and grids.

    Table 5's 0.025 for keypoints belongs to the authors' code, which takes the mean over labelled keypoints; equation
    8's sum over those of each pose is about ten times as much (8.218 against 0.808 on the same grids).

    `keypoint_size` is b_s / max(w, h), the side of a keypoint object's square as a share of the input that the network
    is made for: Table 5's 64 px of 1280. Figure 4 (left) has AP with others.
    """

    objectness: float = 0.7
    boxes: float = 0.05
    classes: float = 0.3
    keypoints: float = 0.0025
    keypoint_size: float = 0.05

    def scaled(self, num_keypoints: int, width: int) -> dict[str, float]:
        """The four lambdas of Table 5 for K keypoints and an input of `width` pixels; that of keypoints is a tenth."""
        share = 3 / len(STRIDES)
        return {
            "objectness": self.objectness * (width / 640) ** 2 * share,
            "boxes": self.boxes * share,
            "classes": self.classes * (num_keypoints + 1) / 80 * share,
            "keypoints": self.keypoints * share,
        }


# For the small network, which learns from random numbers, not from a detector's weights: with these no term sends its
# neck more than ten times the gradient of another, so that poses and keypoint objects are learned side by side.
SMALL_GAINS = {"objectness": 3.0, "boxes": 0.2, "classes": 3.0, "keypoints": 0.005}


class KapaoLoss:
    """The loss of one network: call it with the network's grids and the people of the batch."""

    def __init__(self, network: AnyKapaoNetwork, gains: Gains | None = None) -> None:
        self.gains = gains or Gains()
        self.anchors, self.num_keypoints = network.anchors.float(), network.num_keypoints
        self.keypoint_size = self.gains.keypoint_size * network.made_for  # px

    def __call__(self, grids: list[torch.Tensor], people: PeopleBatch) -> dict[str, torch.Tensor]:
        """Grids of KapaoNetwork.forward to `total` (equation 9, a sum over the batch; differentiable) and its parts.

        The parts `objectness`, `boxes`, `classes`, `keypoints` are detached, weighted, and per image.
        """
        self.anchors = self.anchors.to(grids[0].device)
        targets = build_targets(people, self.anchors, self.keypoint_size)
        lambdas = self.gains.scaled(self.num_keypoints, max(people.images.shape[2:]))
        sums = {name: grids[0].new_zeros((), dtype=torch.float32) for name in lambdas}
        strides = self.anchors.new_tensor(STRIDES)[:, None, None]
        for grid, target, anchors, weight in zip(grids, targets, self.anchors / strides, GRID_WEIGHTS, strict=True):
            parts = grid_losses(grid, target, anchors)
            sums["objectness"] = sums["objectness"] + weight * parts.pop("objectness")
            sums |= {name: sums[name] + part for name, part in parts.items()}
        weighted = {name: lambdas[name] * value for name, value in sums.items()}
        total = len(people.images) * torch.stack(list(weighted.values())).sum()
        return {"total": total, **{name: value.detach() for name, value in weighted.items()}}


def grid_losses(grid: torch.Tensor, target: GridTargets, anchors: torch.Tensor) -> dict[str, torch.Tensor]:
    """The terms of one grid in equations 5 to 8, before weights. `anchors` [N_a, 2] in cells.

    Every term of an object is multiplied by its weight.
    """
    at = (target.image, target.anchor, target.row, target.column)
    found = grid[at].float()  # [n, N_o]
    sizes = anchors[target.anchor]
    distance = box_misses(found[:, BOX], sizes, target.boxes)

    last = CLASSES + found.shape[1] // 3 - 1  # N_o = 3K + 6, so N_o / 3 - 2 + 1 classes
    wanted = F.one_hot(target.classes, last - CLASSES).float()
    classes = F.binary_cross_entropy_with_logits(found[:, CLASSES:last], wanted, reduction="none").mean(dim=1)

    poses, overlap = len(target.keypoints), 1 - distance.detach()
    return {
        "objectness": objectness_loss(grid[..., OBJECTNESS].float(), at, overlap, target.weights, target.ignored),
        "boxes": (distance * target.weights).sum() / max(len(found), 1),
        "classes": (classes * target.weights).sum() / max(len(found), 1),
        "keypoints": keypoint_loss(found[:poses, last:], sizes[:poses], target.keypoints, target.keypoint_weights),
    }
