"""Equations 1 and 2 and L_p, worked out by hand."""

import numpy as np
import pytest
import torch

from methods.detposenet.coarse import Coarse
from methods.detposenet.loss import Gains, coarse_losses, refinement_losses, structure_aware
from methods.detposenet.refinement import Refined, draw
from methods.detposenet.structures import STRUCTURES, together
from methods.detposenet.targets import map_targets
from methods.skeletons import COCO17

KEYPOINT = {name: i for i, name in enumerate(COCO17.keypoints)}


def test_every_limb_is_a_pair_and_elbows_and_knees_are_three_way():
    pairs, triplets = ({set_ for set_ in map(frozenset, STRUCTURES) if len(set_) == count} for count in (2, 3))
    assert pairs == set(map(frozenset, COCO17.limbs))
    assert triplets == {
        frozenset(KEYPOINT[f"{side}_{part}"] for part in parts)
        for side in ("left", "right")
        for parts in (("shoulder", "elbow", "wrist"), ("hip", "knee", "ankle"))
    }
    assert len(STRUCTURES) == len(pairs) + len(triplets) == 19 + 4


def test_equation_2_by_hand():
    """Only the left wrist's map is wrong, by 3 in one cell and 4 in another: 25. It counts once for itself and, times
    alpha, in its limb and in the three of its arm, of 17 keypoints."""
    found = torch.zeros(1, 17, 4, 4)
    found[0, KEYPOINT["left_wrist"], 1, 1], found[0, KEYPOINT["left_wrist"], 2, 3] = 3, 4
    loss = structure_aware(found, torch.zeros(1, 17, 4, 4), torch.ones(1, 17), alpha=0.2)
    assert float(loss) == pytest.approx(25 * (1 + 2 * 0.2) / 17)
    # The elbow is in two limbs and in the three of its arm.
    found = found[:, [i if i not in (7, 9) else 16 - i for i in range(17)]]
    loss = structure_aware(found, torch.zeros(1, 17, 4, 4), torch.ones(1, 17), alpha=0.2)
    assert float(loss) == pytest.approx(25 * (1 + 3 * 0.2) / 17)


def test_connected_keypoints_are_more_than_each_alone():
    """Wrist and elbow, each found where the other one is: both maps are wrong, the one of the two together is right.

    Each map's error is 1 + 1. Apart from their limb, the elbow's other limb is wrong by 2, and the three are right.
    """
    wanted = torch.zeros(1, 17, 4, 4)
    wanted[0, KEYPOINT["left_wrist"], 0, 0] = wanted[0, KEYPOINT["left_elbow"], 3, 3] = 1
    found = wanted[:, [i if i not in (7, 9) else 16 - i for i in range(17)]]
    loss = structure_aware(found, wanted, torch.ones(1, 17), alpha=0.5)
    assert float(loss) == pytest.approx((2 + 2 + 0.5 * 2) / 17)


def test_a_networks_own_maps_of_connected_keypoints_take_their_place():
    """Keypoints are all right; of the 23 further maps one is wrong by 2 in one cell."""
    wanted = torch.zeros(1, 17, 4, 4)
    wanted[0, 5, 1, 1] = 1
    own = together(wanted)
    own[0, 4, 2, 2] += 2
    loss = structure_aware(torch.cat([wanted, own], dim=1), wanted, torch.ones(1, 17), alpha=0.2)
    assert float(loss) == pytest.approx(0.2 * 4 / 17)


def test_without_alpha_it_is_the_plain_loss():
    torch.manual_seed(0)
    found, wanted = torch.rand(3, 17, 5, 4), torch.rand(3, 17, 5, 4)
    plain = (found - wanted).square().sum(dim=(1, 2, 3)).mean() / 17
    assert float(structure_aware(found, wanted, torch.ones(3, 17), 0.0)) == pytest.approx(float(plain), rel=1e-5)


def test_keypoints_nobody_labelled_count_nothing():
    weights = torch.ones(1, 17)
    weights[0, 3] = 0
    found = torch.zeros(1, 17, 4, 4)
    found[0, 3] = 9
    assert float(structure_aware(found, torch.zeros(1, 17, 4, 4), weights, 0.5)) == 0


def test_equation_1_is_the_mean_over_scales(make_people):
    """Blank maps at strides 8 and 4 of one stack, and regression right: each scale's error is the Gaussians' energy."""
    keypoints = np.tile([[[30.0, 26.0]]], (1, 17, 1))
    people = make_people(keypoints, size=(64, 64))
    scales = [torch.zeros(1, 17, 8, 8), torch.zeros(1, 17, 16, 16)]
    right = draw(people.keypoints / 4, torch.ones(1, 17), torch.Size([16, 16]))
    parts = refinement_losses(Refined([scales], right), people, Gains(refinement=2, structure=0))
    energies = [
        float(draw(people.keypoints / s, torch.ones(1, 17), torch.Size([64 // s] * 2))[0, 0].square().sum())
        for s in (8, 4)
    ]
    assert float(parts["supervision"]) == pytest.approx(2 * sum(energies) / 2, rel=1e-4)
    assert float(parts["regression"]) == 0


def test_regression_is_supervised_at_each_scale(make_people):
    """Right at stride 4, blank at 8 and 16: the mean over three scales of the Gaussians' energy at two of them."""
    keypoints = np.tile([[[30.0, 26.0]]], (1, 17, 1))
    people = make_people(keypoints, size=(64, 64))
    drawn = {s: draw(people.keypoints / s, torch.ones(1, 17), torch.Size([64 // s] * 2)) for s in (4, 8, 16)}
    scales = [torch.zeros_like(drawn[16]), torch.zeros_like(drawn[8]), drawn[4]]
    parts = refinement_losses(Refined([], drawn[4], scales), people, Gains(structure=0))
    expected = sum(float(drawn[s][0, 0].square().sum()) for s in (8, 16)) / 3
    assert float(parts["regression"]) == pytest.approx(expected, rel=1e-4)


def test_a_keypoint_outside_the_crop_is_wanted_nowhere(make_people):
    keypoints = np.tile([[[30.0, 26.0]]], (1, 17, 1))
    visibility = torch.full((1, 17), 2)
    visibility[0, 4] = 0
    people = make_people(keypoints, visibility=visibility)
    wanted = draw(people.keypoints / 4, (visibility > 0).float(), torch.Size([16, 16]))
    assert float(wanted[0, 4].sum()) == 0
    assert float(refinement_losses(Refined([], wanted), people, Gains())["regression"]) == 0
    people = make_people(keypoints, visibility=visibility, keypoint_weights=(visibility > 0).float())
    wrong = wanted.clone()
    wrong[0, 4] = 5
    assert float(refinement_losses(Refined([], wrong), people, Gains())["regression"]) == 0


def test_a_drawn_map_has_its_peak_where_it_should():
    maps = draw(torch.tensor([[[3.5, 1.5], [0.5, 2.5]]]), torch.tensor([[1.0, 0.5]]), torch.Size([4, 6]))
    assert float(maps[0, 0, 1, 3]) == 1
    assert float(maps[0, 1].max()) == float(maps[0, 1, 2, 0]) == 0.5
    assert float(maps[0, 0, 1, 4]) == pytest.approx(np.exp(-0.5))


def test_l_kpt_by_hand(make_people):
    """Blank maps: the energy of everything wanted, for each of 17 keypoints."""
    keypoints = np.tile([[[30.0, 26.0]]], (1, 17, 1)) + np.arange(17)[:, None]
    people = make_people(keypoints)
    wanted = map_targets(people)
    blank = Coarse([], torch.zeros_like(wanted.heatmaps), torch.zeros_like(wanted.limbs), {"scores": torch.tensor(0.5)})
    parts = coarse_losses(blank, people, Gains(detection=2, heatmaps=0.1, limbs=0.5))
    assert float(parts["scores"]) == 1
    assert float(parts["heatmaps"]) == pytest.approx(0.1 * float(wanted.heatmaps.square().sum()) / 17, rel=1e-4)
    assert float(parts["limbs"]) == pytest.approx(0.5 * float(wanted.limbs.square().sum()) / 17, rel=1e-4)
    right = Coarse([], wanted.heatmaps, wanted.limbs, {})
    assert sum(map(float, coarse_losses(right, people, Gains()).values())) == 0


def test_nobody_costs_only_what_is_seen(make_people):
    nobody = make_people(np.zeros((0, 17, 2)))
    blank = Coarse([], torch.zeros(1, 17, 16, 16), torch.zeros(1, 19, 2, 16, 16), {})
    assert sum(map(float, coarse_losses(blank, nobody, Gains()).values())) == 0
    ghost = blank._replace(heatmaps=torch.ones(1, 17, 16, 16))
    assert float(coarse_losses(ghost, nobody, Gains(heatmaps=1))["heatmaps"]) == 17 * 256
