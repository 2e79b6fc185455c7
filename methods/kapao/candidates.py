"""From output grids to the pose and keypoint objects that thresholds choose from (section 3.3 before equation 11)."""

from dataclasses import dataclass

import torch

from methods.kapao.network import CLASSES, AnyKapaoNetwork
from methods.pose_grid.grid import BOX, OBJECTNESS, Places, take

# The most confident ones kept for each image and pass. Even a crowd of a hundred people at the lowest thresholds stays
# below, since NMS and COCO's metric look at the best 300 and 20; keeping all would cost 23 MB for an image of 1280 px.
POSES, KEYPOINTS = 2000, 3000


@dataclass(frozen=True)
class Candidates:
    """The objects of B images, most confident first; coordinates in input pixels, float32.

    pose_boxes [B, N, 4] and keypoint_boxes [B, M, 4] as x1, y1, x2, y2; pose_scores [B, N] and keypoint_scores [B, M]
    are objectness times class score, 0 where there are fewer objects than places; keypoints [B, N, K, 2];
    keypoint_classes [B, M] in 0..K-1.
    """

    pose_boxes: torch.Tensor
    pose_scores: torch.Tensor
    keypoints: torch.Tensor
    keypoint_boxes: torch.Tensor
    keypoint_scores: torch.Tensor
    keypoint_classes: torch.Tensor


def find_candidates(grids: list[torch.Tensor], network: AnyKapaoNetwork) -> Candidates:
    """Grids of KapaoNetwork.forward to candidates. The class of an object is its best one; 0 is the pose."""
    raw = torch.cat([grid.float().flatten(1, 3) for grid in grids], dim=1)  # [B, n, N_o]
    places = Places.of(grids, network.anchors.float())
    last = CLASSES + network.num_keypoints + 1
    best, classes = raw[..., CLASSES:last].max(dim=2)
    scores = raw[..., OBJECTNESS].sigmoid() * best.sigmoid()
    count = raw.shape[1]
    pose_scores, poses = torch.where(classes == 0, scores, 0).topk(min(POSES, count), dim=1)
    keypoint_scores, parts = torch.where(classes > 0, scores, 0).topk(min(KEYPOINTS, count), dim=1)
    return Candidates(
        pose_boxes=places[poses].boxes(take(raw[..., BOX], poses)),
        pose_scores=pose_scores,
        keypoints=places[poses].keypoints(take(raw[..., last:], poses)),
        keypoint_boxes=places[parts].boxes(take(raw[..., BOX], parts)),
        keypoint_scores=keypoint_scores,
        keypoint_classes=(classes.gather(1, parts) - 1).clamp(min=0),
    )
