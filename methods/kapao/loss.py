"""KAPAO's loss (section 3.2, equations 5 to 9)."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torchvision.ops import box_convert, complete_box_iou_loss

from methods.kapao.network import BOX, CLASSES, OBJECTNESS, STRIDES, KapaoNetwork, boxes_in_cells, keypoints_in_cells
from methods.kapao.targets import GridTargets, build_targets
from methods.ops.people import PeopleBatch

GRID_WEIGHTS = (4.0, 1.0, 0.25, 0.06)  # omega of Table 5


@dataclass(frozen=True)
class Gains:
    """Loss weights of Table 5 before their scaling with input size, classes and grids."""

    objectness: float = 0.7
    boxes: float = 0.05
    classes: float = 0.3
    keypoints: float = 0.025

    def scaled(self, joints: int, width: int) -> dict[str, float]:
        """The four lambdas of Table 5 for K joints and an input of `width` pixels."""
        share = 3 / len(STRIDES)
        return {
            "objectness": self.objectness * (width / 640) ** 2 * share,
            "boxes": self.boxes * share,
            "classes": self.classes * (joints + 1) / 80 * share,
            "keypoints": self.keypoints * share,
        }


class KapaoLoss:
    """The loss of one network: call it with the network's grids and the people of the batch."""

    def __init__(self, network: KapaoNetwork, gains: Gains | None = None) -> None:
        self.anchors, self.keypoint_size = network.anchors.float(), network.keypoint_size
        self.joints, self.gains = network.joints, gains or Gains()

    def __call__(self, grids: list[torch.Tensor], people: PeopleBatch) -> dict[str, torch.Tensor]:
        """Grids of KapaoNetwork.forward to `total` (equation 9, a sum over the batch; differentiable) and its parts.

        The parts `objectness`, `boxes`, `classes`, `keypoints` are detached, weighted, and per image.
        """
        self.anchors = self.anchors.to(grids[0].device)
        targets = build_targets(people, self.anchors, self.keypoint_size)
        sums = {name: grids[0].new_zeros((), dtype=torch.float32) for name in vars(self.gains)}
        strides = self.anchors.new_tensor(STRIDES)[:, None, None]
        for grid, target, anchors, weight in zip(grids, targets, self.anchors / strides, GRID_WEIGHTS, strict=True):
            parts = grid_losses(grid, target, anchors)
            sums["objectness"] = sums["objectness"] + weight * parts.pop("objectness")
            sums |= {name: sums[name] + part for name, part in parts.items()}
        images = people.images
        lambdas = self.gains.scaled(self.joints, max(images.shape[2:]))
        weighted = {name: lambdas[name] * value for name, value in sums.items()}
        total = len(images) * torch.stack(list(weighted.values())).sum()
        return {"total": total, **{name: value.detach() for name, value in weighted.items()}}


def grid_losses(grid: torch.Tensor, target: GridTargets, anchors: torch.Tensor) -> dict[str, torch.Tensor]:
    """The terms of one grid in equations 5 to 8, before weights. `anchors` [N_a, 2] in cells.

    Every term of an object is multiplied by its trust. Equation 8 is taken as printed, a sum over joints for each pose
    object; the authors' code has the mean over labelled joints instead, about a tenth of it.
    """
    at = (target.image, target.anchor, target.row, target.column)
    found = grid[at].float()  # [n, N_o]
    sizes = anchors[target.anchor]
    boxes, truth = (box_convert(t, "cxcywh", "xyxy") for t in (boxes_in_cells(found[:, BOX], sizes), target.boxes))
    distance = complete_box_iou_loss(boxes, truth)  # 1 - CIoU, [n]

    last = CLASSES + found.shape[1] // 3 - 1  # N_o = 3K + 6, so N_o / 3 - 2 + 1 classes
    wanted = F.one_hot(target.classes, last - CLASSES).float()
    classes = F.binary_cross_entropy_with_logits(found[:, CLASSES:last], wanted, reduction="none").mean(dim=1)

    poses = len(target.keypoints)
    joints = keypoints_in_cells(found[:poses, last:], sizes[:poses])
    misses = torch.linalg.vector_norm(joints - target.keypoints, dim=2)  # [p, K]
    return {
        "objectness": _objectness(grid[..., OBJECTNESS].float(), target, 1 - distance.detach()),
        "boxes": (distance * target.trust).sum() / max(len(found), 1),
        "classes": (classes * target.trust).sum() / max(len(found), 1),
        "keypoints": torch.where(target.keypoint_trust > 0, misses * target.keypoint_trust, 0).sum() / max(poses, 1),
    }


def _objectness(raw: torch.Tensor, target: GridTargets, overlap: torch.Tensor) -> torch.Tensor:
    """Equation 5 for one grid [B, N_a, h, w]: 0 is wanted everywhere but at an object, and there its CIoU [n].

    Where two objects share a place, the better overlap counts. Ignored cells weigh nothing unless they hold an object.
    """
    _, anchors, rows, columns = raw.shape
    place = ((target.image * anchors + target.anchor) * rows + target.row) * columns + target.column
    wanted = raw.new_zeros(raw.numel()).scatter_reduce(0, place, overlap.clamp(min=0), "amax")
    weight = (~target.ignored[:, None]).float().expand_as(raw).flatten()
    weight = weight.scatter_reduce(0, place, target.trust, "amax", include_self=False)
    return F.binary_cross_entropy_with_logits(raw.flatten(), wanted, weight)
