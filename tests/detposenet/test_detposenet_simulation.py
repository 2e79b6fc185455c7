"""Coarse poses made from ground truth: as far off, and as often missing, as the module says."""

import numpy as np
import pytest
import torch

from methods.detposenet import simulation
from methods.detposenet.simulation import simulate_coarse_poses
from methods.skeletons import COCO17

MANY = 4000
ERRORS = ("FAR", "MISPLACED", "MIRRORED", "SWAPPED", "MISSED", "NOT_FOUND")


@pytest.fixture
def people(make_people):
    """One person often: keypoints on a slope in a box of 68 x 100 px, apart by more than they are ever off."""
    torch.manual_seed(0)
    keypoints = np.stack([np.linspace(10, 78, 17), np.linspace(0, 100, 17)], axis=1)
    boxes = torch.tensor([[10.0, 0, 78, 100]]).expand(MANY, 4)
    return make_people(np.tile(keypoints, (MANY, 1, 1)), size=(128, 96), images=1, boxes=boxes)


def without(monkeypatch, *kept: str) -> None:
    """No error of any kind but those `kept`."""
    for name in set(ERRORS) - set(kept):
        monkeypatch.setattr(simulation, name, 0.0)
    if "SPREAD" not in kept:
        monkeypatch.setattr(simulation, "SPREAD", (1e-9, 1e-9))


def test_without_errors_it_is_the_ground_truth(people, monkeypatch):
    without(monkeypatch)
    found = simulate_coarse_poses(people)
    torch.testing.assert_close(found[..., :2], people.keypoints, rtol=0, atol=1e-4)
    low, high = simulation.CERTAINTY
    assert (found[..., 2] >= low * simulation.LOWEST).all()
    assert (found[..., 2] <= high).all()


def test_keypoints_are_off_by_a_share_of_the_box(people, monkeypatch):
    without(monkeypatch, "SPREAD")
    monkeypatch.setattr(simulation, "SPREAD", (0.02, 0.02))
    found = simulate_coarse_poses(people)
    off = (found[..., :2] - people.keypoints) / (1.5 - found[..., 2:])
    assert float(off.std()) == pytest.approx(0.02 * 100, rel=0.02)
    assert float(off.mean()) == pytest.approx(0, abs=0.05)


def test_a_third_is_missed_and_now_and_then_everything(people, monkeypatch):
    without(monkeypatch, "MISSED")
    assert float((simulate_coarse_poses(people)[..., 2] == 0).float().mean()) == pytest.approx(1 / 3, abs=0.02)
    without(monkeypatch, "NOT_FOUND")
    monkeypatch.setattr(simulation, "NOT_FOUND", 0.15)
    nothing = (simulate_coarse_poses(people)[..., 2] == 0).float()
    assert set(nothing.mean(dim=1).tolist()) == {0, 1}
    assert float(nothing.mean()) == pytest.approx(0.15, abs=0.02)


def test_whoever_is_mistaken_left_for_right_is_mirrored(people, monkeypatch):
    without(monkeypatch, "MIRRORED")
    monkeypatch.setattr(simulation, "MIRRORED", 1.0)
    found = simulate_coarse_poses(people)[..., :2]
    torch.testing.assert_close(found, people.keypoints[:, list(COCO17.flip_order)], rtol=0, atol=1e-4)


def test_single_pairs_are_swapped(people, monkeypatch):
    without(monkeypatch, "SWAPPED")
    found = simulate_coarse_poses(people)[..., :2]
    other = (found - people.keypoints[:, list(COCO17.flip_order)]).abs().amax(dim=2) < 1e-3
    assert float(other[:, 1:].float().mean()) == pytest.approx(0.05, abs=0.01)
    left, right = zip(*COCO17.pairs, strict=True)
    assert torch.equal(other[:, list(left)], other[:, list(right)])


def test_misplaced_keypoints_are_somewhere_in_the_box(people, monkeypatch):
    without(monkeypatch, "MISPLACED")
    monkeypatch.setattr(simulation, "MISPLACED", 1.0)
    found = simulate_coarse_poses(people)[..., :2].flatten(0, 1)
    assert found.amin(dim=0).tolist() == pytest.approx([10, 0], abs=1)
    assert found.amax(dim=0).tolist() == pytest.approx([78, 100], abs=1)
    assert found.mean(dim=0).tolist() == pytest.approx([44, 50], abs=1)


def test_what_is_not_labelled_is_not_found(people, monkeypatch):
    without(monkeypatch)
    people.visibility[:, 4] = 0
    found = simulate_coarse_poses(people)[..., 2] > 0
    assert not found[:, 4].any()
    assert found[:, :4].all()


def test_the_seed_decides(people):
    torch.manual_seed(3)
    first = simulate_coarse_poses(people)
    torch.manual_seed(3)
    assert torch.equal(first, simulate_coarse_poses(people))
    assert not torch.equal(first, simulate_coarse_poses(people))


def test_nobody(make_people):
    assert simulate_coarse_poses(make_people(np.zeros((0, 17, 2)))).shape == (0, 17, 3)
