"""From candidates to people: threshold, suppression, keypoints that are not there."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from methods.errors import SettingsError
from methods.hybridpose import decode as hybridpose
from methods.hybridpose.decode import HybridPoseSettings, probabilities
from methods.ops.letterbox import Frame
from methods.pose_grid.grid import STRIDES
from methods.skeletons import COCO17

TWO = COCO17.taking([0, 1], "two")
FRAME = Frame(width=640, height=480, scale_x=0.5, scale_y=0.5, left=0, top=8)  # an input of 320 x 256


def outputs(*poses) -> dict[str, torch.Tensor]:
    """poses: (box, score, x and y of two keypoints, visibility of both, stride), in input pixels."""
    boxes, scores, keypoints, visibility, strides = zip(*poses, strict=True) if poses else ([], [], [], [], [])
    return {
        "boxes": torch.tensor(boxes, dtype=torch.float32).reshape(-1, 4),
        "scores": torch.tensor(scores, dtype=torch.float32),
        "keypoints": torch.tensor(keypoints, dtype=torch.float32).reshape(-1, 2, 2),
        "visibility": torch.tensor(visibility, dtype=torch.float32).reshape(-1, 2),
        "strides": torch.tensor(strides, dtype=torch.float32),
        "anchors": torch.ones(len(strides)),
        **{f"map_{s}": torch.full((3, 2, 256 // s, 320 // s), s, dtype=torch.uint8) for s in STRIDES},
    }


def decode(given: dict[str, torch.Tensor], frame: Frame, settings: HybridPoseSettings):
    return hybridpose.decode(given, frame, settings, TWO)


PERSON = ([50, 58, 100, 208], 0.9, [(75, 68), (75, 158)], (0.75, 0.125), 32)


def test_coordinates_become_those_of_the_image_and_keypoints_that_are_not_visible_are_left_out():
    poses, intermediate = decode(outputs(PERSON), FRAME, HybridPoseSettings(visibility_threshold=0.2))
    assert poses.boxes.tolist() == [[100, 100, 200, 400]]
    assert poses.keypoints[0, 0].tolist() == [150, 120]
    assert np.isnan(poses.keypoints[0, 1]).all()
    assert poses.keypoint_scores.tolist() == [[0.75, 0.125]]
    # Even odds at 0.2: 0.75 is 11/16 of the way from there to 1, 0.125 is 5/8 of the way from 0 to there.
    np.testing.assert_allclose(poses.visibility, [[[5 / 32, 0, 27 / 32], [11 / 16, 0, 5 / 16]]], atol=1e-6)
    assert intermediate.keypoints.tolist() == [[[150, 120], [150, 300]]]
    assert intermediate.visibility.tolist() == [[0.75, 0.125]]
    assert (intermediate.strides.tolist(), intermediate.anchors.tolist()) == ([32], [1])
    assert {stride: (x.dtype, x.shape, x.max()) for stride, x in intermediate.maps.items()} == {
        s: (np.uint8, (3, 2, 256 // s, 320 // s), s) for s in STRIDES
    }
    assert intermediate.frame == FRAME


def test_a_keypoint_exactly_as_visible_as_the_threshold_stays():
    assert not np.isnan(
        decode(outputs(PERSON), FRAME, HybridPoseSettings(visibility_threshold=0.125))[0].keypoints
    ).any()


@pytest.mark.parametrize(
    ("threshold", "there"), [(0.0, [0.5, 0.625, 1]), (0.25, [0, 0.5, 1]), (0.5, [0, 0.25, 1]), (1.0, [0, 0.125, 1])]
)
def test_probabilities_are_even_at_the_threshold(threshold, there):
    found = probabilities(np.array([[0, 0.25, 1]]), threshold)
    np.testing.assert_allclose(found[0, :, 2], there)
    np.testing.assert_allclose(found[0, :, 0], 1 - np.array(there))


def test_the_evaluation_preset_leaves_no_keypoint_out():
    blind = ([50, 58, 100, 208], 0.01, PERSON[2], (0.0, 0.0), 8)
    poses, _ = decode(outputs(blind), FRAME, HybridPoseSettings.evaluation())
    assert np.isfinite(poses.keypoints).all()


def test_of_two_poses_whose_regressed_boxes_overlap_the_better_stays_whatever_their_keypoints():
    # Boxes of 60 x 90, one moved by 20: intersection over union 40 / 80.
    better = ([50, 60, 110, 150], 0.9, [(0, 0), (9, 9)], (1.0, 1.0), 32)
    worse = ([70, 60, 130, 150], 0.8, [(200, 100), (209, 109)], (1.0, 1.0), 16)
    elsewhere = ([200, 60, 260, 150], 0.7, [(0, 0), (9, 9)], (1.0, 1.0), 8)
    for iou, strides in ((0.49, [32, 8]), (0.51, [32, 16, 8])):
        poses, intermediate = decode(outputs(worse, elsewhere, better), FRAME, HybridPoseSettings(pose_iou=iou))
        assert intermediate.strides.tolist() == strides
        assert poses.scores.tolist() == sorted(poses.scores.tolist(), reverse=True)


def test_nobody_above_the_threshold():
    for given_outputs in (outputs(), outputs(PERSON)):
        poses, intermediate = decode(given_outputs, FRAME, HybridPoseSettings(pose_confidence=0.95))
        assert poses.visibility.shape == (0, 2, 3)
        assert len(intermediate.strides) == 0
        assert set(intermediate.maps) == set(STRIDES)


def test_settings_say_what_they_take():
    assert [control.name for control in HybridPoseSettings.controls()] == [
        "pose_confidence", "pose_iou", "visibility_threshold",
    ]  # fmt: skip
    with pytest.raises(SettingsError, match="visibility_threshold is 2; give a number from 0 to 1"):
        HybridPoseSettings(visibility_threshold=2)


def random_outputs(seed: int, count: int) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    low = torch.rand(count, 2, generator=generator) * 200
    scores = torch.rand(count, generator=generator).sort(descending=True).values
    return {
        **outputs(),
        "boxes": torch.cat([low, low + 10 + 60 * torch.rand(count, 2, generator=generator)], dim=1),
        "scores": scores,
        "keypoints": torch.rand(count, 2, 2, generator=generator) * 256,
        "visibility": torch.rand(count, 2, generator=generator),
        "strides": torch.full((count,), 8.0),
        "anchors": torch.zeros(count),
    }


@given(st.integers(0, 10_000), st.integers(0, 30), st.floats(0, 1), st.floats(0, 1))
def test_a_higher_visibility_threshold_only_takes_keypoints_away(seed, count, one, other):
    given_outputs = random_outputs(seed, count)
    low, high = sorted((one, other))
    more, _ = decode(given_outputs, FRAME, HybridPoseSettings(visibility_threshold=low))
    less, _ = decode(given_outputs, FRAME, HybridPoseSettings(visibility_threshold=high))
    np.testing.assert_array_equal(more.scores, less.scores)
    there = ~np.isnan(less.keypoints)
    np.testing.assert_array_equal(more.keypoints[there], less.keypoints[there])
    assert (less.keypoint_scores[there.all(axis=2)] >= np.float32(high)).all()
    np.testing.assert_allclose(more.visibility.sum(axis=2), 1, atol=1e-6)
    if high > 0:  # a keypoint that stays is not drawn as absent, one that is left out is likelier absent
        assert (less.visibility[there.all(axis=2)][:, 2] >= 0.5).all()
        assert (less.visibility[~there.all(axis=2)][:, 2] <= 0.5).all()
