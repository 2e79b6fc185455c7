"""Targets of people, written into grids and maps as a perfect network would, decode to the same people."""

import numpy as np
import torch

from methods.hybridpose.candidates import find_candidates
from methods.hybridpose.decode import HybridPoseSettings, decode
from methods.hybridpose.network import Outputs, SmallHybridPoseNetwork
from methods.hybridpose.targets import GridTargets, build_targets
from methods.ops.letterbox import Frame
from methods.pose_grid.grid import BOX, OBJECTNESS, STRIDES

SIDE, SURE = 256, 12.0  # px; a raw number whose sigmoid is nearly 1
FIGURE = [(x, y) for y in (0, 30, 60, 90) for x in (0, 15, 30, 45)] + [(22, 45)]


def perfect_grid(target: GridTargets, anchors: torch.Tensor, stride: int) -> torch.Tensor:
    """The grid [1, N_a, h, w, 5 + 2K] that says what the target wants: equations 1 to 3 solved for raw numbers."""
    grid = torch.zeros(1, len(anchors), SIDE // stride, SIDE // stride, 39)
    grid[..., OBJECTNESS] = -SURE
    sizes = anchors[target.anchor] / stride
    share = torch.cat([(target.boxes[:, :2] + 0.5) / 2, (target.boxes[:, 2:] / sizes).sqrt() / 2], dim=1)
    keypoints = (target.keypoints / sizes[:, None] + 2) / 4
    sure = torch.full((len(share), 1), SURE)
    rows = torch.cat([share.logit(eps=1e-6), sure, keypoints.flatten(1).logit(eps=1e-6)], dim=1)
    assert (slice(0, 4), 4) == (BOX, OBJECTNESS)
    grid[target.image, target.anchor, target.row, target.column] = rows
    return grid


def test_people_come_back_without_the_keypoint_that_has_no_label(people):
    corners = [(30, 40), (150, 100)]
    keypoints = np.array([[(x + dx, y + dy) for dx, dy in FIGURE] for x, y in corners], np.float32)
    boxes = [[x - 5, y - 5, x + 50, y + 95] for x, y in corners]
    named = [(person, k) for person in (0, 1) for k in range(17) if (person, k) != (1, 9)]
    labelled = [(person, k, *keypoints[person, k].tolist(), 2) for person, k in named]
    batch = people(boxes, points=labelled)
    batch.keypoints[1, 9] = torch.from_numpy(keypoints[1, 9])
    network = SmallHybridPoseNetwork()
    targets = build_targets(batch, network.anchors)
    grids = [perfect_grid(*each) for each in zip(targets, network.anchors, STRIDES, strict=True)]
    seen = Outputs(grids, [target.maps for target in targets])
    outputs = {name: value[0] for name, value in vars(find_candidates(seen, network)).items()}
    outputs |= {f"map_{s}": (255 * each[0]).byte() for s, each in zip(STRIDES, seen.maps, strict=True)}
    poses, _ = decode(outputs, Frame(SIDE, SIDE, 1.0, 1.0, 0, 0), HybridPoseSettings())
    order = poses.boxes[:, 0].argsort()
    keypoints[1, 9] = np.nan
    np.testing.assert_allclose(poses.keypoints[order], keypoints, atol=0.05)
    np.testing.assert_allclose(poses.boxes[order], np.float32(boxes), atol=0.05)
