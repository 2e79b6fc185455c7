"""Loss terms of one pose grid: HybridPose's equations 9 to 11, KAPAO's 5, 6 and 8."""

import torch
import torch.nn.functional as F
from torchvision.ops import box_convert, complete_box_iou_loss

from methods.pose_grid.grid import boxes_in_cells, keypoints_in_cells

GRID_WEIGHTS = (4.0, 1.0, 0.25, 0.06)  # omega of KAPAO's Table 5


def box_misses(raw: torch.Tensor, anchors: torch.Tensor, ground_truth: torch.Tensor) -> torch.Tensor:
    """1 - CIoU [n] of raw boxes [n, 4] with the true ones [n, 4] (centre, size); anchors [n, 2]; all in cells."""
    found, wanted = (box_convert(t, "cxcywh", "xyxy") for t in (boxes_in_cells(raw, anchors), ground_truth))
    return complete_box_iou_loss(found, wanted)


def keypoint_loss(
    raw: torch.Tensor, anchors: torch.Tensor, ground_truth: torch.Tensor, weights: torch.Tensor
) -> torch.Tensor:
    """Distances of raw keypoints [p, 2K] to the true ones [p, K, 2] in cells, times `weights` [p, K], as a mean over
    poses.

    As printed, a sum over keypoints for each pose; KAPAO's authors' code has the mean over labelled keypoints instead,
    about a tenth of it.
    """
    misses = torch.linalg.vector_norm(keypoints_in_cells(raw, anchors) - ground_truth, dim=2)
    return torch.where(weights > 0, misses * weights, 0).sum() / max(len(raw), 1)


def objectness_loss(
    raw: torch.Tensor,
    at: tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor],
    overlap: torch.Tensor,
    weights: torch.Tensor,
    ignored: torch.Tensor,
) -> torch.Tensor:
    """Cross-entropy of one grid [B, N_a, h, w]: 0 is wanted everywhere but at an object, and there its overlap [n].

    `at`: image, anchor, row and column [n] of the objects; weights [n] weigh them. Where two share a place, the better
    overlap counts. `ignored` cells [B, h, w] weigh nothing unless they hold an object.
    """
    image, anchor, row, column = at
    _, anchors, rows, columns = raw.shape
    place = ((image * anchors + anchor) * rows + row) * columns + column
    wanted = raw.new_zeros(raw.numel()).scatter_reduce(0, place, overlap.clamp(min=0), "amax")
    weight = (~ignored[:, None]).float().expand_as(raw).flatten()
    weight = weight.scatter_reduce(0, place, weights, "amax", include_self=False)
    return F.binary_cross_entropy_with_logits(raw.flatten(), wanted, weight)
