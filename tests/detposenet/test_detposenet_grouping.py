"""PoseExtractor: drawn heat maps and part affinities to poses in boxes."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from methods.detposenet.grouping import (
    LEAST_KEYPOINT,
    TIE,
    Keypoints,
    assemble,
    claim,
    connect,
    extract_poses,
    find_keypoints,
    in_boxes,
)
from methods.detposenet.targets import map_targets
from methods.ops.people import PeopleBatch
from methods.skeletons import COCO17

FIGURE = torch.tensor([
    (20, 8), (25, 3), (15, 3), (31, 5), (9, 5), (42, 24), (4, 24), (50, 44), (-4, 44), (52, 64), (-8, 64),
    (32, 66), (12, 66), (34, 94), (10, 94), (36, 122), (8, 122),
], dtype=torch.float32)  # fmt: skip


def maps_of(*corners: tuple[float, float], size: int = 256) -> tuple[torch.Tensor, torch.Tensor, np.ndarray]:
    """Perfect maps of figures whose corners are given, and the boxes around them."""
    keypoints = torch.stack([FIGURE + torch.tensor(corner) for corner in corners])
    boxes = torch.cat([keypoints.amin(1) - 4, keypoints.amax(1) + 4], dim=1)
    n = len(corners)
    people = PeopleBatch(
        torch.zeros(1, 3, size, size, dtype=torch.uint8),
        torch.zeros(n, dtype=torch.long),
        boxes,
        keypoints,
        torch.full((n, 17), 2),
        torch.ones(n, 17),
        torch.zeros(n, dtype=torch.bool),
    )
    maps = map_targets(people)
    return maps.heatmaps[0], maps.limbs[0], boxes.numpy()


def test_two_people_side_by_side():
    keypoints, limbs, boxes = maps_of((30, 30), (150, 60))
    found = extract_poses(boxes, np.array([0.5, 0.9]), keypoints, limbs, 4)
    assert found.scores.tolist() == pytest.approx([0.9, 0.5])  # best first
    assert found.holders.tolist() == [0, 1]
    for pose, corner in zip(found.poses, [(150, 60), (30, 30)], strict=True):
        np.testing.assert_allclose(pose[:, :2], FIGURE.numpy() + corner, atol=0.6)
        np.testing.assert_allclose(pose[:, 2], 1, atol=0.12)


def test_people_who_overlap_keep_their_own_keypoints():
    """60 px apart, boxes of 70 px: part affinities tell whose keypoint is whose."""
    keypoints, limbs, boxes = maps_of((40, 40), (86, 52))
    found = extract_poses(boxes, np.array([0.9, 0.8]), keypoints, limbs, 4)
    for pose, corner in zip(found.poses, [(40, 40), (86, 52)], strict=True):
        there = ~np.isnan(pose[:, 2])
        assert there.sum() >= 15
        np.testing.assert_allclose(pose[there, :2], (FIGURE.numpy() + corner)[there], atol=1.5)


def test_somebody_without_a_box_is_left_over_in_the_box_that_holds_him():
    keypoints, limbs, boxes = maps_of((30, 30), (100, 40))
    wide = np.array([[0, 0, 256, 256]], np.float32)
    found = extract_poses(wide, np.array([0.9]), keypoints, limbs, 4)
    assert found.holders.tolist() == [0, 0, 0]
    assert np.isnan(found.poses[0]).all()  # a box that fits neither of them claims nobody
    for box in found.boxes[1:]:
        assert any((np.abs(box - other) < 16).all() for other in boxes)


def test_keypoints_outside_all_boxes_are_not_looked_for():
    keypoints, limbs, boxes = maps_of((30, 30), (150, 60))
    found = extract_poses(boxes[:1], np.array([0.9]), keypoints, limbs, 4)
    assert len(found) == 1


def test_a_box_on_nothing_has_a_pose_without_keypoints():
    keypoints, limbs, boxes = maps_of((30, 30))
    empty = np.array([[180, 180, 240, 250]], np.float32)
    found = extract_poses(np.concatenate([boxes, empty]), np.array([0.9, 0.8]), keypoints, limbs, 4)
    assert np.isnan(found.poses[1]).all()
    assert len(found) == 2


def test_nobody_and_nothing():
    blank = torch.zeros(17, 8, 8), torch.zeros(len(COCO17.limbs), 2, 8, 8)
    for boxes in (np.zeros((0, 4)), np.array([[0, 0, 20, 20]])):
        found = extract_poses(boxes, np.full(len(boxes), 0.5), *blank, 4)
        assert found.poses.shape == (len(boxes), 17, 3)
        assert np.isnan(found.poses).all()


def test_affinity_is_the_mean_along_the_limb():
    """A left forearm of 40 px along x whose field is 0.5 throughout, and one whose field runs the other way."""
    keypoints = Keypoints(np.array([[20, 30], [60, 30]], np.float32), np.ones(2), np.array([7, 9]))
    limb = COCO17.limbs.index((7, 9))
    fields = torch.zeros(len(COCO17.limbs), 2, 20, 20)
    fields[limb, 0] = 0.5
    box = np.array([[0, 0, 80, 80]], np.float32)
    ((affinity, a, b),) = connect(keypoints, fields, box, 4)
    assert (affinity, a, b) == (pytest.approx(0.5), 0, 1)
    assert connect(keypoints, -fields, box, 4) == []
    fields[limb, 0] = torch.where(torch.arange(20) < 8, 0.5, 0.0)  # too short a part of the way
    assert connect(keypoints, fields, box, 4) == []


def test_keypoints_are_only_connected_within_a_box():
    keypoints = Keypoints(np.array([[20, 30], [60, 30]], np.float32), np.ones(2), np.array([7, 9]))
    fields = torch.zeros(len(COCO17.limbs), 2, 20, 20)
    fields[:, 0] = 1
    apart = np.array([[0, 0, 40, 80], [41, 0, 80, 80]], np.float32)
    assert connect(keypoints, fields, apart, 4) == []


def test_a_group_never_has_two_keypoints_of_a_kind():
    keypoints = Keypoints(np.zeros((4, 2), np.float32), np.ones(4), np.array([5, 7, 9, 7]))
    groups = assemble(keypoints, [(0.9, 0, 1), (0.8, 1, 2), (0.7, 0, 3), (0.6, 3, 2)])
    assert sorted(map(sorted, groups)) == [[0, 1, 2], [3]]


def test_a_box_claims_the_pose_that_fills_it():
    both = np.stack([FIGURE.numpy(), (FIGURE + torch.tensor([30.0, 0])).numpy()])
    poses = np.concatenate([both, np.ones((2, 17, 1))], axis=2)
    boxes = np.array([[-10, 0, 54, 126], [20, 0, 84, 126], [500, 500, 600, 600]], np.float32)
    assert claim(boxes, poses).tolist() == [0, 1, -1]
    assert claim(boxes, poses[:0]).tolist() == [-1, -1, -1]
    assert claim(boxes[:0], poses).tolist() == []


def test_fragments_in_a_box_fill_what_its_pose_lacks():
    pose = np.concatenate([FIGURE.numpy(), np.ones((17, 1))], axis=1).astype(np.float32)
    pose[9] = np.nan
    wrist, second, outside = (np.full((17, 3), np.nan, np.float32) for _ in range(3))
    wrist[9], second[9], outside[9] = (52, 64, 0.6), (30, 60, 0.4), (300, 64, 0.9)
    box = np.array([-10, 0, 56, 126], np.float32)
    (found,) = in_boxes(box[None], np.array([0]), pose[None], np.stack([second, wrist, outside]))
    assert found[9].tolist() == pytest.approx([52, 64, 0.6])
    (alone,) = in_boxes(box[None], np.array([-1]), pose[None], np.stack([wrist]))
    assert (~np.isnan(alone[:, 2])).sum() == 1


def test_peaks_lie_between_cells():
    """A Gaussian centred a quarter of a cell off."""
    x = torch.arange(20) + 0.5
    heatmap = torch.exp(-(x - 7.75).square() / 2)[None, :] * torch.exp(-(x - 5.5).square() / 2)[:, None]
    found = find_keypoints(heatmap[None], np.array([[0, 0, 80, 80]], np.float32), 4)
    np.testing.assert_allclose(found.places, [[31, 22]], atol=1e-3)


@given(st.integers(0, 2**31), st.integers(0, 6))
@settings(max_examples=30)
def test_what_holds_for_any_maps(seed, count):
    rng = np.random.default_rng(seed)
    keypoints = torch.from_numpy((rng.random((17, 12, 16)) > 0.97) * rng.random((17, 12, 16))).float()
    limbs = torch.from_numpy(rng.normal(0, 0.6, (len(COCO17.limbs), 2, 12, 16))).float()
    corners = rng.uniform(0, 40, (count, 2))
    boxes = np.concatenate([corners, corners + rng.uniform(1, 30, (count, 2))], axis=1).astype(np.float32)
    scores = rng.random(count)
    found = extract_poses(boxes, scores, keypoints, limbs, 4)
    assert found.scores[:count].tolist() == sorted(scores.astype(np.float32).tolist(), reverse=True)
    assert found.holders[:count].tolist() == list(range(count))
    assert ((found.holders[count:] >= -1) & (found.holders[count:] < max(count, 1))).all()
    for box, pose in zip(found.boxes[:count], found.poses[:count], strict=True):
        there = pose[~np.isnan(pose[:, 2])]
        assert ((there[:, :2] >= box[:2]) & (there[:, :2] <= box[2:])).all()
        assert (there[:, 2] >= LEAST_KEYPOINT * (1 - 2 * TIE)).all()
    for box, pose in zip(found.boxes[count:], found.poses[count:], strict=True):
        there = pose[~np.isnan(pose[:, 2])]
        assert len(there) > 2
        assert ((there[:, :2] >= box[:2]) & (there[:, :2] <= box[2:])).all()
    assert np.isfinite(found.boxes).all()
    again = extract_poses(boxes, scores, keypoints, limbs, 4)
    np.testing.assert_array_equal(found.poses, again.poses)
