"""From grids and maps to the poses that thresholds choose from, each keypoint with its visibility."""

from dataclasses import dataclass

import torch

from methods.hybridpose.network import AnyHybridPoseNetwork, Outputs
from methods.pose_grid.grid import BOX, OBJECTNESS, STRIDES, Places, take

# The most confident ones kept for each image and pass. Even a crowd of a hundred people at the lowest thresholds stays
# below, since NMS and COCO's metric look at the best 300 and 20.
POSES = 2000


@dataclass(frozen=True)
class Candidates:
    """N poses for each of B images, most confident first; coordinates in input pixels, float32.

    boxes [B, N, 4] as x1, y1, x2, y2; scores [B, N], objectness; keypoints [B, N, K, 2]; visibility [B, N, K] in 0..1;
    strides and anchors [B, N], of the places that they come from.
    """

    boxes: torch.Tensor
    scores: torch.Tensor
    keypoints: torch.Tensor
    visibility: torch.Tensor
    strides: torch.Tensor
    anchors: torch.Tensor


def find_candidates(outputs: Outputs, network: AnyHybridPoseNetwork) -> Candidates:
    """What HybridPoseNetwork.forward says, to candidates."""
    raw = torch.cat([grid.float().flatten(1, 3) for grid in outputs.grids], dim=1)  # [B, n, N_o]
    scores, chosen = raw[..., OBJECTNESS].sigmoid().topk(min(POSES, raw.shape[1]), dim=1)
    places = Places.of(outputs.grids, network.anchors.float())[chosen]
    keypoints = places.keypoints(take(raw[..., OBJECTNESS + 1 :], chosen))
    level, anchor = level_and_anchor(outputs.grids, chosen)
    return Candidates(
        boxes=places.boxes(take(raw[..., BOX], chosen)),
        scores=scores,
        keypoints=keypoints,
        visibility=look_up(outputs.maps, level, anchor, keypoints),
        strides=places.strides[..., 0],
        anchors=anchor,
    )


def level_and_anchor(grids: list[torch.Tensor], chosen: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Of places `chosen` among those of all grids [B, N_a, h, w, ...] in a row: index of the grid, and the anchor."""
    sizes = torch.tensor([grid.shape[1:4] for grid in grids], device=chosen.device)  # [S, 3]
    counts = sizes.prod(1)
    level = torch.searchsorted(counts.cumsum(0), chosen, right=True)
    return level, (chosen - (counts.cumsum(0) - counts)[level]) // sizes[level, 1:].prod(-1)


def look_up(
    maps: list[torch.Tensor], level: torch.Tensor, anchor: torch.Tensor, keypoints: torch.Tensor
) -> torch.Tensor:
    """Equation 5: the value of V^s at each keypoint, in the map of the scale and anchor that predicted it; [B, N, K].

    maps [B, N_a, K, h, w] of STRIDES; level and anchor [B, N], integers; keypoints [B, N, K, 2] in input pixels.
    Bilinear between the centres of cells, 0 outside the map, limited to 0..1.
    """
    sizes = torch.tensor([x.shape[1:] for x in maps], device=level.device)  # [S, 4]: N_a, K, h, w
    _, count, rows, columns = sizes[level][..., None].unbind(2)  # each [B, N, 1]
    cells = sizes.prod(1)
    keypoint = torch.arange(keypoints.shape[2], device=level.device)
    start = (cells.cumsum(0) - cells)[level][..., None]
    first = start + (anchor[..., None] * count + keypoint) * rows * columns  # [B, N, K]: where a keypoint's map begins

    flat = torch.cat([x.float().flatten(1) for x in maps], dim=1)
    stride = torch.tensor(STRIDES, device=level.device)[level][..., None]
    x, y = (keypoints / stride[..., None] - 0.5).unbind(-1)
    found = torch.zeros_like(x)
    for row, share_y in ((y.floor(), 1 - y % 1), (y.floor() + 1, y % 1)):
        for column, share_x in ((x.floor(), 1 - x % 1), (x.floor() + 1, x % 1)):
            inside = (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
            index = torch.where(inside, first + (row * columns + column).long(), 0)
            values = flat.gather(1, index.flatten(1)).view_as(x)
            found += torch.where(inside, values * share_x * share_y, 0)
    return found.clamp(0, 1)
