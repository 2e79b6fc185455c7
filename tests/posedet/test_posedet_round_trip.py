"""Targets of people, written into levels as a perfect network would, decode to the same people."""

import numpy as np
import torch

from methods.ops.letterbox import Frame
from methods.ops.people import PeopleBatch
from methods.posedet.candidates import find_candidates
from methods.posedet.decode import PoseDetSettings, decode
from methods.posedet.network import STRIDES, Level
from methods.posedet.targets import CoarseTargets, coarse_targets

SIDE, SURE = 256, 12.0  # px; a logit that is nearly 1
FIGURE = torch.tensor([[x, y] for y in (0, 30, 60, 90) for x in (0, 15, 30, 45)] + [[22, 45]]).float()


def perfect_level(target: CoarseTargets, stride: int, missed: float) -> Level:
    """A level that finds who is wanted, `missed` cells too far right before refining and nowhere after."""
    side = SIDE // stride
    coarse = torch.zeros(1, side, side, 17, 2)
    coarse[target.image, target.row, target.column] = target.keypoints + torch.tensor([missed, 0.0])
    scores = torch.full((1, side * side), -SURE)
    scores[target.image, target.row * side + target.column] = SURE
    displacements = torch.tensor([-missed, 0.0]).expand(1, side * side, 17, 2)
    return Level(coarse, torch.arange(side * side)[None], displacements, scores, None)


def test_people_come_back_refined_and_coarse_ones_as_far_off_as_they_are():
    sizes = (1.0, 2.0)  # of two levels
    keypoints = torch.stack([FIGURE + torch.tensor([10.0, 20]), 2 * FIGURE + torch.tensor([120.0, 40])])
    people = PeopleBatch(
        images=torch.zeros(1, 3, SIDE, SIDE, dtype=torch.uint8),
        image_index=torch.zeros(2, dtype=torch.long),
        boxes=torch.cat([keypoints.amin(1), keypoints.amax(1)], dim=1),
        keypoints=keypoints,
        visibility=torch.full((2, 17), 2),
        keypoint_weights=torch.ones(2, 17),
        ignore=torch.zeros(2, dtype=torch.bool),
    )
    targets = coarse_targets(people)
    assert sum(len(target.image) > 0 for target in targets) == len(sizes)
    levels = [perfect_level(target, stride, 0.5) for target, stride in zip(targets, STRIDES, strict=True)]
    outputs = {name: value[0] for name, value in vars(find_candidates(levels)).items()}
    frame = Frame(SIDE, SIDE, 1.0, 1.0, 0, 0)
    refined, coarse = (decode(outputs, frame, PoseDetSettings(refine=each))[0] for each in (True, False))
    order = refined.boxes[:, 0].argsort()
    np.testing.assert_allclose(refined.keypoints[order], keypoints.numpy(), atol=1e-3)
    np.testing.assert_allclose(refined.boxes[order], people.boxes.numpy(), atol=1e-3)
    moved = coarse.keypoints[coarse.boxes[:, 0].argsort()] - keypoints.numpy()
    strides = [stride for target, stride in zip(targets, STRIDES, strict=True) if len(target.image)]
    np.testing.assert_allclose(moved[:, :, 0].mean(axis=1), [0.5 * stride for stride in strides], atol=1e-3)
