"""Targets of people, written into grids as a perfect network would, decode to the same people."""

import numpy as np
import torch

from methods.kapao.candidates import find_candidates
from methods.kapao.decode import KapaoSettings, decode
from methods.kapao.network import CLASSES, SmallKapaoNetwork
from methods.kapao.targets import GridTargets, build_targets
from methods.ops.letterbox import Frame
from methods.ops.people import PeopleBatch
from methods.pose_grid.grid import BOX, OBJECTNESS, STRIDES

SIDE, SURE = 256, 12.0  # px; a raw number whose sigmoid is nearly 1
FIGURE = torch.tensor([[x, y] for y in (0, 30, 60, 90) for x in (0, 15, 30, 45)] + [[22, 45]]).float()


def perfect_grid(target: GridTargets, anchors: torch.Tensor, stride: int) -> torch.Tensor:
    """The grid [1, N_a, h, w, N_o] whose places say what the target wants: equations 2 to 4 solved for raw numbers."""
    grid = torch.zeros(1, len(anchors), SIDE // stride, SIDE // stride, 57)
    grid[..., OBJECTNESS] = -SURE
    grid[..., CLASSES : CLASSES + 18] = -SURE
    where = target.image, target.anchor, target.row, target.column
    sizes = anchors[target.anchor] / stride
    share = torch.cat([(target.boxes[:, :2] + 0.5) / 2, (target.boxes[:, 2:] / sizes).sqrt() / 2], dim=1)
    rows = grid[where]
    rows[:, BOX] = share.logit(eps=1e-6)
    rows[:, OBJECTNESS] = SURE
    rows[torch.arange(len(rows)), CLASSES + target.classes] = SURE
    poses = len(target.keypoints)
    rows[:poses, CLASSES + 18 :] = ((target.keypoints / sizes[:poses, None] + 2) / 4).logit(eps=1e-6).flatten(1)
    grid[where] = rows
    return grid


def test_people_come_back_fused_or_not():
    keypoints = torch.stack([FIGURE + torch.tensor([30.0, 40]), FIGURE + torch.tensor([150.0, 100])])
    people = PeopleBatch(
        images=torch.zeros(1, 3, SIDE, SIDE, dtype=torch.uint8),
        image_index=torch.zeros(2, dtype=torch.long),
        boxes=torch.cat([keypoints.amin(1) - 5, keypoints.amax(1) + 5], dim=1),
        keypoints=keypoints,
        visibility=torch.full((2, 17), 2),
        keypoint_weights=torch.ones(2, 17),
        ignore=torch.zeros(2, dtype=torch.bool),
    )
    network = SmallKapaoNetwork()
    targets = build_targets(people, network.anchors, 32)
    grids = [perfect_grid(*each) for each in zip(targets, network.anchors, STRIDES, strict=True)]
    outputs = {name: value[0] for name, value in vars(find_candidates(grids, network)).items()}
    for distance in (0, 30):
        poses, intermediate = decode(
            outputs, Frame(SIDE, SIDE, 1.0, 1.0, 0, 0), KapaoSettings(fusion_distance=distance)
        )
        order = poses.boxes[:, 0].argsort()
        np.testing.assert_allclose(poses.keypoints[order], keypoints.numpy(), atol=0.05)
        np.testing.assert_allclose(poses.boxes[order], people.boxes.numpy(), atol=0.05)
        assert len(intermediate.fused_pose) == (0 if distance == 0 else 34)
