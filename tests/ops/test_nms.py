"""Non-maximum suppression on cases worked out by hand."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from methods.ops.nms import box_nms, oks_nms
from methods.ops.oks import pose_oks
from methods.skeletons import COCO17

SIGMAS = np.array(COCO17.sigmas)
BOXES = torch.tensor([[0.0, 0, 10, 10], [0, 0, 10, 8], [20, 20, 30, 30], [0, 0, 10, 5]])
SCORES = torch.tensor([0.5, 0.9, 0.3, 0.4])  # IoU of box 1 with 0 is 0.8, with 3 is 0.625; of 0 with 3 is 0.5


@pytest.mark.parametrize(
    ("iou", "kept"), [(0.85, [1, 0, 3, 2]), (0.7, [1, 3, 2]), (0.6, [1, 2]), (0.0, [1, 2]), (1.0, [1, 0, 3, 2])]
)
def test_a_box_goes_when_it_overlaps_a_better_one_by_more(iou, kept):
    assert box_nms(BOXES, SCORES, iou, limit=10).tolist() == kept


def test_a_box_already_gone_suppresses_nobody():
    """Boxes in a row: 1 removes 2, and 2 would have removed 3."""
    boxes = torch.tensor([[0.0, 0, 10, 1], [4, 0, 14, 1], [8, 0, 18, 1]])
    assert box_nms(boxes, torch.tensor([0.9, 0.8, 0.7]), 0.4, limit=10).tolist() == [0, 2]


def test_limit_keeps_the_best():
    assert box_nms(BOXES, SCORES, 1.0, limit=2).tolist() == [1, 0]


def test_nobody_stays_nobody():
    assert box_nms(torch.zeros(0, 4), torch.zeros(0), 0.5, limit=3).tolist() == []
    assert oks_nms(np.zeros((0, 17, 2)), np.zeros(0), SIGMAS, 0.5, limit=3).tolist() == []


def pose(x: float, y: float) -> np.ndarray:
    return np.stack([x + 10.0 * np.arange(17), y + 20.0 * (np.arange(17) % 5)], axis=1)


def test_alike_poses_leave_the_best_and_distant_ones_stay():
    poses = np.stack([pose(0, 0), pose(1, 1), pose(500, 0)])
    scores = np.array([0.5, 0.9, 0.1])
    assert oks_nms(poses, scores, SIGMAS, 0.5, limit=10).tolist() == [1, 2]
    assert oks_nms(poses, scores, SIGMAS, 1.0, limit=10).tolist() == [1, 0, 2]
    assert oks_nms(poses, scores, SIGMAS, 0.5, limit=1).tolist() == [1]


@given(st.lists(st.tuples(st.floats(0, 300), st.floats(0, 300)), max_size=8), st.floats(0.05, 0.95))
def test_survivors_are_unlike_each_other_and_the_rest_like_a_better_one(places, threshold):
    poses = np.array([pose(*place) for place in places]).reshape(-1, 17, 2)
    scores = np.linspace(1, 0.1, len(places))
    kept = oks_nms(poses, scores, SIGMAS, threshold, limit=100).tolist()
    alike = pose_oks(poses, poses, SIGMAS) > threshold
    for i in range(len(poses)):
        better = [j for j in kept if j < i]  # scores fall with the index
        assert (i in kept) != alike[i, better].any()
