"""Decoding of the metamodel, on numbers made by hand."""

import numpy as np
import pytest
import torch

from methods.ops.letterbox import Frame
from methods.top_down import mean_peak
from methods.visibility.decode import VisibilitySettings, decode

FRAME = Frame(width=200, height=100, scale_x=0.5, scale_y=0.5, left=0, top=7)


def outputs(people: int = 2) -> dict[str, torch.Tensor]:
    """Person 0 with a box score of 0.5, person 1 with 1; all keypoints in one place, with peaks of 0.8, all visible."""
    visibility = torch.zeros(people, 17, 3)
    visibility[..., 2] = 1
    return {
        "boxes": torch.tensor([[0.0, 7, 50, 57]]).repeat(people, 1),
        "crops": torch.tensor([[-10.0, 0, 60, 70]]).repeat(people, 1),
        "keypoints": torch.full((people, 17, 2), 27.0),
        "peaks": torch.full((people, 17), 0.8),
        "visibility": visibility,
        "heatmaps": torch.full((min(people, 1), 17, 4, 3), 51, dtype=torch.uint8),  # of the first alone
        "box_scores": torch.tensor([0.5, 1.0])[:people],
    }


def test_people_come_best_first_in_pixels_of_the_original():
    poses, intermediate = decode(outputs(), FRAME, VisibilitySettings.evaluation())
    assert poses.scores.tolist() == pytest.approx([0.8, 0.4])
    assert poses.boxes[0].tolist() == [0, 0, 100, 100]
    assert poses.keypoints[0, 0].tolist() == [54, 40]
    assert intermediate.crops[0].tolist() == [-20, -14, 120, 126]


def test_absent_keypoints_go_and_occluded_ones_when_asked():
    said = outputs(1)
    said["visibility"][0, 3] = torch.tensor([0.6, 0.3, 0.1])
    said["visibility"][0, 4] = torch.tensor([0.2, 0.5, 0.3])
    said["box_scores"] = torch.tensor([1.0])

    def gone(**settings: bool) -> list[int]:
        poses, _ = decode(said, FRAME, VisibilitySettings(**settings))
        return np.flatnonzero(np.isnan(poses.keypoints[0, :, 0])).tolist()

    assert gone() == [3]
    assert gone(drop_occluded=True) == [3, 4]
    assert gone(drop_absent=False) == []
    _, intermediate = decode(said, FRAME, VisibilitySettings())
    assert np.isfinite(intermediate.keypoints).all()


def test_low_peaks_are_left_out_and_do_not_count_for_the_person():
    said = outputs(1)
    said["peaks"][0, 0] = 0.01
    said["box_scores"] = torch.tensor([1.0])
    poses, _ = decode(said, FRAME, VisibilitySettings())
    assert np.isnan(poses.keypoints[0, 0]).all()
    assert poses.scores[0] == pytest.approx(0.8)


def test_a_person_below_the_confidence_is_left_out():
    poses, intermediate = decode(outputs(), FRAME, VisibilitySettings(pose_confidence=0.5))
    assert len(poses) == len(intermediate.crops) == 1


def test_rows_of_nan_are_nobody():
    given = outputs()
    maps = {"heatmaps": given.pop("heatmaps")}
    said = maps | {name: torch.cat([value, torch.full_like(value[:1], torch.nan)]) for name, value in given.items()}
    poses, _ = decode(said, FRAME, VisibilitySettings.evaluation())
    assert len(poses) == 2


def test_nobody_at_all():
    poses, intermediate = decode({name: value[:0] for name, value in outputs().items()}, FRAME, VisibilitySettings())
    assert len(poses) == 0
    assert poses.visibility.shape == (0, 17, 3)
    assert intermediate.peaks.shape == (0, 17)


def test_the_mean_peak_is_of_those_above_a_fifth():
    assert mean_peak(np.array([[0.1, 0.5, 0.7], [0.1, 0.1, 0.2]])).tolist() == pytest.approx([0.6, 0])


def test_heat_maps_are_those_of_the_people_of_whom_they_were_kept():
    _, intermediate = decode(outputs(), FRAME, VisibilitySettings.evaluation())
    assert intermediate.heatmaps.shape == (1, 17, 4, 3)
    assert intermediate.mapped.tolist() == [1]  # the first box's person is the second best
