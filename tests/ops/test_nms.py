"""Non-maximum suppression on cases worked out by hand."""

import warnings

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


def greedy(poses: np.ndarray, scores: np.ndarray, threshold: float) -> list[int]:
    """The definition: from the best score down, a pose stays unless it is like one that stays."""
    alike = pose_oks(poses, poses, SIGMAS) > threshold
    kept: list[int] = []
    for i in sorted(range(len(poses)), key=lambda i: -scores[i]):
        if not alike[i, kept].any():
            kept.append(i)
    return kept


@st.composite
def crowds(draw) -> tuple[np.ndarray, np.ndarray]:
    """Up to 150 poses around a few people of any size anywhere, some keypoints NaN, some scores equal."""
    generator = np.random.default_rng(draw(st.integers(0, 2**32)))
    size = draw(st.sampled_from([5, 40, 300]))  # px
    people = generator.uniform(0, draw(st.sampled_from([300, 3000, 30000])), (draw(st.integers(1, 9)), 1, 2))
    people = people + generator.normal(0, size, (len(people), 17, 2))
    poses = people[generator.integers(0, len(people), draw(st.integers(0, 150)))]
    poses = poses + generator.normal(0, draw(st.floats(0, size)), poses.shape)
    poses[generator.random(poses.shape[:2]) < draw(st.sampled_from([0, 0.1, 0.9]))] = np.nan
    return poses, generator.integers(0, draw(st.sampled_from([3, 1000])), len(poses)) / 1000


# Thresholds between 0 and 1e-6 underflow in float32, and nobody asks for them.
@given(crowds(), st.one_of(st.floats(1e-6, 1), st.sampled_from([0.0, 1.0])), st.integers(1, 200))
def test_as_the_greedy_definition_has_it(crowd, threshold, limit):
    poses, scores = crowd
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # all keypoints of a pose may be NaN
        expected = greedy(poses, scores, threshold)[:limit]
    assert oks_nms(poses, scores, SIGMAS, threshold, limit).tolist() == expected


def test_a_pair_just_below_the_threshold_is_told_from_one_just_above():
    """Far from the origin, where float32 is coarse: one keypoint off by so much that OKS is what it is, and a
    little."""
    poses = np.stack([pose(20000, 20000)] * 2)
    poses[1, 5] += 9
    similarity = pose_oks(poses, poses, SIGMAS)[0, 1]
    for threshold, kept in ((similarity * (1 - 1e-9), [0]), (similarity * (1 + 1e-9), [0, 1])):
        assert oks_nms(poses, np.array([0.9, 0.8]), SIGMAS, threshold, limit=5).tolist() == kept


def test_a_keypoint_that_is_missing_is_like_none():
    poses = np.stack([pose(0, 0)] * 2)
    poses[:, 3:] = np.nan  # OKS is 3 / 17
    scores = np.array([0.9, 0.8])
    assert oks_nms(poses, scores, SIGMAS, 0.17, limit=5).tolist() == [0]
    assert oks_nms(poses, scores, SIGMAS, 0.18, limit=5).tolist() == [0, 1]
