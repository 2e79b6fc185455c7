"""Decoding by hand: scores of people with and without a box of their own."""

import numpy as np
import pytest
import torch

from methods.detposenet.decode import DetPoseNetSettings, decode
from methods.detposenet.filtering import Verdict
from methods.ops.letterbox import Frame

FRAME = Frame(width=200, height=100, scale_x=1, scale_y=1, left=0, top=0)
FIGURE = np.stack([np.linspace(0, 40, 17), np.linspace(0, 80, 17)], axis=1).astype(np.float32)


def outputs() -> dict[str, torch.Tensor]:
    """A person with a box that is as wide as the image, and one without in the same box; 0.5 and 0.4 high."""
    poses = torch.from_numpy(np.stack([FIGURE + np.float32([10, 10]), FIGURE + np.float32([120, 10])]))
    heights = torch.tensor([0.5, 0.4])[:, None, None].expand(2, 17, 1)
    refined = torch.cat([poses + 1, heights], dim=2)
    refined[1, :5, 2] = 0  # whose face the third stage does not see
    return {
        "boxes": torch.tensor([[0.0, 0, 200, 100], [120, 10, 160, 90]]),
        "scores": torch.tensor([0.9, 0.1]),
        "coarse": torch.cat([poses, heights], dim=2),
        "holders": torch.tensor([0.0, 0.0]),
        "rows": torch.tensor([0.0, 1.0]),
        "refined": refined,
        "filtered": torch.tensor(1.0),
        "heatmaps": torch.zeros(17, 25, 50, dtype=torch.uint8),
        "limbs": torch.zeros(19, 2, 6, 12),
        "crops": torch.tensor([[0.0, 0, 200, 100]]),  # of the first row alone
        "regressed": torch.full((1, 17, 4, 3), 51, dtype=torch.uint8),
    }


def test_a_box_counts_in_a_score_where_there_is_one():
    poses, intermediate = decode(outputs(), FRAME, DetPoseNetSettings(pose_confidence=0.2), 4, 16)
    assert intermediate.verdicts.tolist() == [Verdict.KEPT, Verdict.RECOVERED]
    assert poses.scores.tolist() == pytest.approx([0.9 * 0.5, 0.4 * 12 / 17])
    assert intermediate.people.tolist() == [0, 1]
    np.testing.assert_allclose(poses.keypoints[1], FIGURE + np.float32([121, 11]))
    # The new box is 12% wider each way than the coarse pose.
    np.testing.assert_allclose(poses.boxes[1], [120 - 4.8, 10 - 9.6, 160 + 4.8, 90 + 9.6], atol=1e-4)


def test_recovered_people_have_to_be_as_sure_as_others():
    sure = DetPoseNetSettings(pose_confidence=0.3)
    assert decode(outputs(), FRAME, sure, 4, 16)[0].scores.tolist() == pytest.approx([0.45])


def test_padding_is_nobody():
    padded = outputs()
    padded["scores"] = torch.tensor([-1.0, -1.0])
    poses, intermediate = decode(padded, FRAME, DetPoseNetSettings(pose_confidence=0.2), 4, 16)
    assert len(poses) == len(intermediate.boxes) == 0


def test_heat_maps_are_those_of_the_people_of_whom_they_were_kept():
    _, seen = decode(outputs(), FRAME, DetPoseNetSettings(pose_confidence=0.001), 4, 16)
    assert seen.crops.tolist() == [[0, 0, 200, 100]]
    assert seen.mapped.tolist() == [0]
    assert {name: maps.shape for name, maps in seen.refined.items()} == {"regressed": (1, 17, 4, 3)}
    _, nobody = decode(outputs(), FRAME, DetPoseNetSettings(pose_confidence=1.0), 4, 16)
    assert nobody.crops.shape == (0, 4)
    assert nobody.refined["regressed"].shape == (0, 17, 4, 3)
