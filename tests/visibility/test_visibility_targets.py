"""Targets of crops: Gaussians of one pixel, and what is known of each keypoint's state."""

import math

import torch

from methods.visibility.targets import build_targets, gaussians

SHAPE = (64, 48)


def test_a_gaussian_of_one_pixel_is_centred_on_its_keypoint():
    map_ = gaussians(torch.tensor([[[10.5, 20.5]]]), SHAPE)[0, 0]
    assert map_[20, 10] == 1
    assert math.isclose(map_[20, 11].item(), math.exp(-0.5), rel_tol=1e-6)
    assert math.isclose(map_[22, 11].item(), math.exp(-2.5), rel_tol=1e-6)


def test_labelled_keypoints_have_a_map_and_others_an_empty_one(crops):
    targets = build_targets(crops([(0, 0, 42.0, 82.0, 2), (0, 1, 42.0, 82.0, 1)]), SHAPE, 4)
    assert targets.heatmaps[0, 0, 20, 10] == 1
    assert targets.heatmaps[0, 1, 20, 10] == 1
    assert targets.heatmaps[0, 2:].max() == 0
    assert targets.map_weights[0].tolist() == [1, 1, *[0] * 15]


def test_each_flag_allows_its_state_and_flag_3_two(crops):
    keypoints = [(0, 1, 9.0, 9.0, 1), (0, 2, 9.0, 9.0, 2), (0, 3, 9.0, 9.0, 3)]
    possible = build_targets(crops(keypoints), SHAPE, 4).possible[0, :4].tolist()
    assert possible == [[True, False, False], [False, True, False], [False, False, True], [False, True, True]]


def test_unlabelled_keypoints_are_known_to_be_absent_whatever_they_weigh(crops):
    """In the training data a keypoint that was never labelled weighs nothing, one outside the crop keeps its weight."""
    targets = build_targets(crops(weights=[(0, 0, 0.0), (0, 1, 0.4)]), SHAPE, 4)
    assert targets.known[0].tolist() == [1.0] * 17


def test_of_labelled_keypoints_without_weight_and_of_ignored_people_nothing_is_known(crops):
    batch = crops(
        [(0, 0, 9.0, 9.0, 2), (0, 1, 9.0, 9.0, 2)], images=2, ignore=[False, True], weights=[(0, 0, 0.0), (0, 1, 0.5)]
    )
    targets = build_targets(batch, SHAPE, 4)
    assert targets.known[0, :3].tolist() == [0, 0.5, 1]
    assert targets.known[1].max() == 0
    assert targets.map_weights[0, :3].tolist() == [0, 0.5, 0]
