"""From output grids to the pose and keypoint objects that thresholds choose from (section 3.3 before equation 11)."""

from dataclasses import dataclass

import torch

from methods.kapao.network import BOX, CLASSES, OBJECTNESS, STRIDES, KapaoNetwork, boxes_in_cells, keypoints_in_cells

# The most confident ones kept for each image and pass. Even a crowd of a hundred people at the lowest thresholds stays
# below, since NMS and COCO's metric look at the best 300 and 20; keeping all would cost 23 MB for an image of 1280 px.
POSES, KEYPOINTS = 2000, 3000


@dataclass(frozen=True)
class Candidates:
    """The objects of B images, most confident first; coordinates in input pixels, float32.

    pose_boxes [B, N, 4] and keypoint_boxes [B, M, 4] as x1, y1, x2, y2; pose_scores [B, N] and keypoint_scores [B, M]
    are objectness times class score, 0 where there are fewer objects than places; keypoints [B, N, K, 2];
    joints [B, M] in 0..K-1.
    """

    pose_boxes: torch.Tensor
    pose_scores: torch.Tensor
    keypoints: torch.Tensor
    keypoint_boxes: torch.Tensor
    keypoint_scores: torch.Tensor
    joints: torch.Tensor


def find_candidates(grids: list[torch.Tensor], network: KapaoNetwork) -> Candidates:
    """Grids of KapaoNetwork.forward to candidates. The class of an object is its best one; 0 is the pose."""
    raw = torch.cat([grid.float().flatten(1, 3) for grid in grids], dim=1)  # [B, n, N_o]
    origins, anchors, strides = _places(grids, network.anchors.float())
    last = CLASSES + network.joints + 1
    best, classes = raw[..., CLASSES:last].max(dim=2)
    scores = raw[..., OBJECTNESS].sigmoid() * best.sigmoid()
    count = raw.shape[1]
    pose_scores, poses = torch.where(classes == 0, scores, 0).topk(min(POSES, count), dim=1)
    keypoint_scores, parts = torch.where(classes > 0, scores, 0).topk(min(KEYPOINTS, count), dim=1)

    def boxes(chosen: torch.Tensor) -> torch.Tensor:
        t = boxes_in_cells(_take(raw[..., BOX], chosen), anchors[chosen])
        centre = (t[..., :2] + origins[chosen]) * strides[chosen]  # equation 10
        half = t[..., 2:] * strides[chosen] / 2
        return torch.cat([centre - half, centre + half], dim=-1)

    v = keypoints_in_cells(_take(raw[..., last:], poses), anchors[poses])
    keypoints = (v + origins[poses][:, :, None]) * strides[poses][:, :, None]  # equation 10
    joints = (classes.gather(1, parts) - 1).clamp(min=0)
    return Candidates(boxes(poses), pose_scores, keypoints, boxes(parts), keypoint_scores, joints)


def _take(raw: torch.Tensor, chosen: torch.Tensor) -> torch.Tensor:
    return raw.gather(1, chosen[..., None].expand(-1, -1, raw.shape[2]))


def _places(grids: list[torch.Tensor], anchors: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Cell origins [n, 2] in cells, anchors [n, 2] in cells and strides [n, 1] of all places of all grids, in order."""
    parts = []
    for grid, boxes, stride in zip(grids, anchors, STRIDES, strict=True):
        rows, columns = grid.shape[2:4]
        y, x = torch.meshgrid(
            torch.arange(rows, device=grid.device), torch.arange(columns, device=grid.device), indexing="ij"
        )
        cells = torch.stack([x, y], dim=-1).float().expand(len(boxes), -1, -1, -1)
        sizes = (boxes / stride)[:, None, None].expand_as(cells)
        parts.append((cells.flatten(0, 2), sizes.flatten(0, 2), torch.full_like(cells[..., :1], stride).flatten(0, 2)))
    origins, sizes, strides = (torch.cat(part) for part in zip(*parts, strict=True))
    return origins, sizes, strides
