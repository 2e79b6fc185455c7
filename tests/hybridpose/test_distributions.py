"""Equations 6 and 7 by hand, on maps of a few cells."""

import math

import numpy as np
import torch

from methods.hybridpose.distributions import REACH, SIGMA, distribution_maps, drawn_maps, reach_maps

SHAPE = torch.Size([2, 2, 12, 10])  # maps, keypoints, rows, columns


def render(*poses, shape=SHAPE, draw=distribution_maps):
    """poses: (map, heights of the keypoints, x and y of each keypoint)."""
    places = torch.tensor([place for place, _, _ in poses], dtype=torch.long)
    heights = torch.tensor([heights for _, heights, _ in poses], dtype=torch.float32).reshape(-1, shape[1])
    keypoints = torch.tensor([keypoints for _, _, keypoints in poses], dtype=torch.float32).reshape(-1, shape[1], 2)
    return draw(keypoints, heights, places, shape)


def test_equation_6_is_a_gaussian_around_the_keypoint_as_high_as_objectness():
    found = render((1, [0.8, 0.0], [(4.5, 6.5), (2, 2)]))
    assert math.isclose(found[1, 0, 6, 4].item(), 0.8, rel_tol=1e-6)  # the centre of column 4, row 6
    assert math.isclose(found[1, 0, 6, 5].item(), 0.8 * math.exp(-1 / (2 * SIGMA**2)), rel_tol=1e-6)
    assert math.isclose(found[1, 0, 4, 3].item(), 0.8 * math.exp(-5 / (2 * SIGMA**2)), rel_tol=1e-6)
    assert found[0].eq(0).all()
    assert found[1, 1].eq(0).all()


def test_equation_6_ends_at_three_sigma_in_x_and_in_y():
    found = render((0, [1, 0], [(4.5, 5.5), (0, 0)]))[0, 0]
    rows, columns = (found > 0).any(1).nonzero().flatten(), (found > 0).any(0).nonzero().flatten()
    assert (rows + 0.5 - 5.5).abs().max() == (columns + 0.5 - 4.5).abs().max() == math.floor(REACH)
    assert (found > 0).sum() == (2 * math.floor(REACH) + 1) ** 2  # the square is full, corners too


def test_equation_7_keeps_the_highest_of_overlapping_keypoints():
    near, far = (0, [0.9, 0], [(4.5, 5.5), (0, 0)]), (0, [0.5, 0], [(5.5, 5.5), (0, 0)])
    both = render(near, far)
    torch.testing.assert_close(both, torch.maximum(render(near), render(far)))
    assert math.isclose(both[0, 0, 5, 6].item(), 0.5 * math.exp(-1 / 2), rel_tol=1e-6)


def test_keypoints_outside_the_map_leave_what_reaches_into_it():
    found = render((0, [1, 1], [(-1.0, 3.5), (500, -500)]))
    assert math.isclose(found[0, 0, 3, 0].item(), math.exp(-(1.5**2) / 2), rel_tol=1e-6)
    assert (found[0, 0] > 0).any(0).nonzero().flatten().tolist() == [0, 1]
    assert found[0, 1].eq(0).all()


def test_nobody_is_an_empty_map():
    assert render().shape == SHAPE
    assert render().eq(0).all()


def test_several_at_once_are_the_same_as_one_by_one():
    generator = torch.Generator().manual_seed(0)
    keypoints, heights = torch.rand(20, 2, 2, generator=generator) * 14 - 2, torch.rand(20, 2, generator=generator)
    places = torch.randint(0, 2, (20,), generator=generator)
    together = distribution_maps(keypoints, heights, places, SHAPE)
    alone = [distribution_maps(keypoints[[i]], heights[[i]], places[[i]], SHAPE) for i in range(20)]
    torch.testing.assert_close(together, torch.stack(alone).amax(0))


def test_gradients_pull_a_keypoint_and_raise_its_height():
    keypoints = torch.tensor([[[4.7, 5.5], [0, 0]]], requires_grad=True)
    heights = torch.tensor([[0.5, 0.0]], requires_grad=True)
    distribution_maps(keypoints, heights, torch.tensor([0]), SHAPE)[0, 0, 5, 4].backward()
    value = math.exp(-(0.2**2) / 2)
    assert math.isclose(heights.grad[0, 0].item(), value, rel_tol=1e-5)
    assert math.isclose(keypoints.grad[0, 0, 0].item(), 0.5 * value * -0.2, rel_tol=1e-4)
    assert abs(keypoints.grad[0, 0, 1].item()) < 1e-6


def test_reach_is_flat_and_ends_where_the_distribution_does():
    pose = (0, [0.3, 0], [(4.2, 5.9), (0, 0)])
    flat, bell = render(pose, draw=reach_maps)[0, 0], render(pose)[0, 0]
    assert torch.equal(flat > 0, bell > 0)
    assert set(flat.unique().tolist()) == {0.0, flat.max().item()}
    assert math.isclose(flat.max().item(), 0.3, rel_tol=1e-6)


def test_drawn_maps_are_the_highest_over_the_anchors():
    keypoints = np.array([[[2.5, 2.5]], [[2.5, 2.5]]], np.float32)
    drawn = drawn_maps(keypoints, np.array([0.25, 0.75], np.float32), np.array([0, 1]), (2, 1, 6, 6))
    assert drawn.shape == (1, 6, 6)
    assert drawn[0, 2, 2] == 0.75
    assert not drawn_maps(keypoints[:0], np.zeros(0, np.float32), np.zeros(0, int), (2, 1, 6, 6)).any()
