"""Equation 1, by hand."""

import math
from dataclasses import replace

import pytest
import torch

from methods.visibility.loss import VisibilityLoss, heatmap_loss, state_loss
from methods.visibility.network import Outputs
from methods.visibility.targets import build_targets

SHAPE = (64, 48)
EVEN = torch.ones(3)


def test_perfect_maps_cost_nothing_and_empty_ones_the_gaussians_squared_norm(crops):
    targets = build_targets(crops([(0, 0, 80.0, 80.0, 2)]), SHAPE, 4)
    assert heatmap_loss(targets.heatmaps, targets) == 0
    # The sum over the grid of exp(-d^2) is pi.
    assert heatmap_loss(torch.zeros(1, 17, *SHAPE), targets).item() == pytest.approx(math.pi, rel=1e-3)


def test_maps_of_keypoints_without_a_label_are_free(crops):
    targets = build_targets(crops([(0, 0, 80.0, 80.0, 2)]), SHAPE, 4)
    maps = targets.heatmaps.clone()
    maps[:, 1:] = 5
    assert heatmap_loss(maps, targets) == 0


def test_even_logits_cost_log_3_and_half_knowledge_log_3_halves(crops):
    certain = build_targets(crops([(0, 0, 9.0, 9.0, 1)]), SHAPE, 4)
    assert state_loss(torch.zeros(1, 17, 3), certain, EVEN).item() == pytest.approx(math.log(3))
    halves = build_targets(crops([(0, k, 9.0, 9.0, 3) for k in range(17)]), SHAPE, 4)
    assert state_loss(torch.zeros(1, 17, 3), halves, EVEN).item() == pytest.approx(math.log(3 / 2))


def test_either_state_satisfies_a_keypoint_that_is_only_known_to_be_labelled(crops):
    targets = build_targets(crops([(0, k, 9.0, 9.0, 3) for k in range(17)]), SHAPE, 4)
    for state in (1, 2):
        logits = torch.zeros(1, 17, 3)
        logits[..., state] = 50
        assert state_loss(logits, targets, EVEN).item() == pytest.approx(0, abs=1e-6)


def test_classes_weigh_what_they_are_given(crops):
    """One occluded keypoint at weight 3 that costs log 3, sixteen absent ones at weight 1 that cost nothing."""
    targets = build_targets(crops([(0, 0, 9.0, 9.0, 1)]), SHAPE, 4)
    logits = torch.zeros(1, 17, 3)
    logits[:, 1:, 0] = 50
    found = state_loss(logits, targets, torch.tensor([1.0, 3.0, 1.0]))
    assert found.item() == pytest.approx(3 * math.log(3) / 19, rel=1e-5)


def test_alpha_balances_both_and_the_total_is_summed_over_crops(crops):
    batch = crops([(0, 0, 80.0, 80.0, 2), (1, 0, 80.0, 80.0, 2)], images=2)
    outputs = Outputs([torch.zeros(2, 17, *SHAPE)], torch.zeros(2, 17, 3))
    for alpha in (0.0, 0.25, 1.0):
        parts = VisibilityLoss(alpha)(outputs, batch)
        wanted = 2 * ((1 - alpha) * math.pi + alpha * math.log(3))
        assert parts["total"].item() == pytest.approx(wanted, rel=1e-3)


def test_every_supervised_map_counts_the_same(crops):
    batch = crops([(0, 0, 80.0, 80.0, 2)])
    targets = build_targets(batch, SHAPE, 4)
    outputs = Outputs([torch.zeros(1, 17, *SHAPE), targets.heatmaps], torch.zeros(1, 17, 3))
    parts = VisibilityLoss(0)(outputs, batch)
    assert parts["heatmaps"].item() == pytest.approx(math.pi / 2, rel=1e-3)


def test_a_batch_of_ignored_people_costs_nothing(crops):
    batch = replace(crops([(0, 0, 80.0, 80.0, 2)]), ignore=torch.tensor([True]))
    outputs = Outputs([torch.ones(1, 17, *SHAPE).requires_grad_()], torch.zeros(1, 17, 3, requires_grad=True))
    parts = VisibilityLoss()(outputs, batch)
    parts["total"].backward()
    assert parts["total"] == 0
    assert outputs.visibility.grad.abs().max() == 0
