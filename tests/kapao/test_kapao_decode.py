"""From candidates to people: thresholds, suppression, fusion, keypoints at the border."""

import numpy as np
import pytest
import torch

from methods.errors import SettingsError
from methods.kapao import decode as kapao
from methods.kapao.candidates import find_candidates
from methods.kapao.decode import KapaoSettings, KapaoSmallSettings, keypoint_centres
from methods.kapao.network import CLASSES, SmallKapaoNetwork
from methods.ops.letterbox import Frame
from methods.pose_grid.grid import OBJECTNESS, STRIDES
from methods.skeletons import COCO17

FRAME = Frame(width=640, height=480, scale_x=1.0, scale_y=1.0, left=0, top=16)  # an input of 640 x 512

TWO = COCO17.taking([0, 1], "two keypoints")


def decode(raw, frame, settings):
    return kapao.decode(raw, frame, settings, TWO)


def outputs(poses=(), parts=()) -> dict[str, torch.Tensor]:
    """poses: (box, score, x and y of every one of two keypoints); parts: (centre x, centre y, side, keypoint,
    score)."""
    boxes = torch.tensor([[x - side / 2, y - side / 2, x + side / 2, y + side / 2] for x, y, side, _, _ in parts])
    return {
        "pose_boxes": torch.tensor([box for box, _, _ in poses], dtype=torch.float32).reshape(-1, 4),
        "pose_scores": torch.tensor([score for _, score, _ in poses], dtype=torch.float32),
        "keypoints": torch.tensor([keypoints for _, _, keypoints in poses], dtype=torch.float32).reshape(-1, 2, 2),
        "keypoint_boxes": boxes.float().reshape(-1, 4),
        "keypoint_scores": torch.tensor([score for *_, score in parts], dtype=torch.float32),
        "keypoint_classes": torch.tensor([keypoint for *_, keypoint, _ in parts], dtype=torch.float32),
    }


PERSON = ([100, 116, 200, 416], 0.9, [(150, 136), (150, 316)])


def test_a_pose_takes_the_keypoint_object_beside_it():
    poses, intermediate = decode(outputs([PERSON], [(155, 140, 32, 0, 0.7)]), FRAME, KapaoSettings())
    assert poses.boxes.tolist() == [[100, 100, 200, 400]]
    assert poses.keypoints.tolist() == [[[155, 124], [150, 300]]]
    assert poses.keypoint_scores[0, 0] == pytest.approx(0.7)
    assert np.isnan(poses.keypoint_scores[0, 1])
    assert intermediate.pose_keypoints.tolist() == [[[150, 120], [150, 300]]]
    assert intermediate.keypoint_centres.tolist() == [[155, 124]]
    assert intermediate.keypoint_boxes.tolist() == [[139, 108, 171, 140]]
    fused = (intermediate.fused_pose, intermediate.fused_keypoint, intermediate.fused_object)
    assert [each.tolist() for each in fused] == [[0], [0], [0]]


def test_keypoint_objects_alone_leave_out_what_they_did_not_replace():
    settings = KapaoSettings(keypoint_objects_only=True)
    poses, intermediate = decode(outputs([PERSON], [(155, 140, 32, 0, 0.7)]), FRAME, settings)
    assert poses.keypoints[0, 0].tolist() == [155, 124]
    assert np.isnan(poses.keypoints[0, 1]).all()
    assert intermediate.pose_keypoints.tolist() == [[[150, 120], [150, 300]]]  # still says what was left out
    both = outputs([PERSON], [(155, 140, 32, 0, 0.7), (152, 318, 32, 1, 0.02)])
    low = settings.model_copy(update={"keypoint_confidence": 0.01})
    found = decode(both, FRAME, low)[0]  # the paper: a complete set of confidences as tau_ck goes to 0
    assert found.keypoint_scores[0].tolist() == pytest.approx([0.7, 0.02])
    assert not np.isnan(found.keypoints).any()


def test_nothing_above_the_thresholds_is_nobody():
    poses, intermediate = decode(
        outputs([PERSON], [(155, 140, 32, 0, 0.7)]), FRAME, KapaoSettings(pose_confidence=0.95)
    )
    assert poses.keypoints.shape == (0, 2, 2)
    assert len(intermediate.keypoint_scores) == 1
    assert len(intermediate.fused_pose) == 0
    assert len(decode(outputs(), FRAME, KapaoSettings())[0]) == 0


def test_a_confidence_that_equals_the_threshold_is_left_out():
    person = ([100, 116, 200, 416], 0.5, PERSON[2])
    assert len(decode(outputs([person]), FRAME, KapaoSettings(pose_confidence=0.5))[0]) == 0
    assert len(decode(outputs([person]), FRAME, KapaoSettings(pose_confidence=0.49))[0]) == 1


def test_of_overlapping_people_the_better_stays():
    other = ([110, 116, 200, 416], 0.95, [(0, 0), (0, 0)])  # IoU 0.9
    poses, _ = decode(outputs([PERSON, other]), FRAME, KapaoSettings(pose_iou=0.65))
    assert poses.scores.tolist() == pytest.approx([0.95])
    poses, _ = decode(outputs([PERSON, other]), FRAME, KapaoSettings(pose_iou=0.95))
    assert poses.scores.tolist() == pytest.approx([0.95, 0.9])


def test_keypoint_objects_suppress_only_those_of_their_own_keypoint():
    near = [(155, 140, 32, 0, 0.7), (157, 140, 32, 0, 0.6), (156, 140, 32, 1, 0.5)]
    _, intermediate = decode(outputs([PERSON], near), FRAME, KapaoSettings())
    assert intermediate.keypoint_classes.tolist() == [0, 1]
    assert intermediate.keypoint_scores.tolist() == pytest.approx([0.7, 0.5])


def test_boxes_outside_the_image_do_not_meet_those_of_the_next_keypoint():
    corners = [(-10, -10, 40, 1, 0.7), (640, 512, 40, 0, 0.6)]
    _, intermediate = decode(outputs([PERSON], corners), FRAME, KapaoSettings())
    assert len(intermediate.keypoint_scores) == 2


def test_the_fusion_distance_is_in_pixels_of_the_original_image():
    half = Frame(width=1280, height=960, scale_x=0.5, scale_y=0.5, left=0, top=16)
    part = outputs([PERSON], [(150, 156, 32, 0, 0.7)])  # 20 px away in the input, 40 in the original
    assert len(decode(part, half, KapaoSettings(fusion_distance=39))[1].fused_pose) == 0
    assert len(decode(part, half, KapaoSettings(fusion_distance=41))[1].fused_pose) == 1


def test_evaluation_is_table_5():
    assert KapaoSettings.evaluation().model_dump() == {
        "pose_confidence": 0.001, "keypoint_confidence": 0.2, "pose_iou": 0.65, "keypoint_iou": 0.25,
        "fusion_distance": 50, "fusion_confidence": 0.3, "restore_border_keypoints": False,
        "keypoint_objects_only": False,
    }  # fmt: skip


def test_the_small_variant_is_judged_with_table_5_too():
    assert isinstance(KapaoSmallSettings.evaluation(), KapaoSmallSettings)
    assert KapaoSmallSettings.evaluation().model_dump() == KapaoSettings.evaluation().model_dump()


def test_a_complete_set_of_keypoint_scores_can_be_asked_for():
    assert KapaoSettings(keypoint_confidence=0.01).keypoint_confidence == 0.01
    with pytest.raises(SettingsError, match="keypoint_confidence is 0"):
        KapaoSettings(keypoint_confidence=0)


def cut_square(x: float, y: float, side: float = 40) -> np.ndarray:
    """The box that the authors' training teaches for a keypoint at x, y: a square cut at the border of the input."""
    box = np.array([[x - side / 2, y - side / 2, x + side / 2, y + side / 2]])
    return np.clip(box, 0, [640, 512, 640, 512])


@pytest.mark.parametrize("x", [1.0, 10.0, 19.0, 25.0, 320.0, 600.0, 625.0, 639.0])
def test_keypoints_at_the_border_are_where_they_are(x):
    centres = keypoint_centres(cut_square(x, 200), FRAME, restore=True)
    np.testing.assert_allclose(centres, [[x, 184]])


def test_the_papers_way_shifts_keypoints_at_the_border_inwards():
    assert keypoint_centres(cut_square(4, 200), FRAME, restore=False).tolist() == [[12, 184]]


def test_squares_that_reach_into_the_padding_are_cut_there_by_the_papers_way_only():
    whole = np.array([[180.0, 6, 220, 46]])  # centre 26 in the input, 10 in the image; rows up to 16 are padding
    assert keypoint_centres(whole, FRAME, restore=False).tolist() == [[200, 15]]
    assert keypoint_centres(whole, FRAME, restore=True).tolist() == [[200, 10]]


def test_a_square_that_crosses_the_border_whole_is_left_as_it_is():
    assert keypoint_centres(np.array([[-15.0, 180, 25, 220]]), FRAME, restore=True).tolist() == [[5, 184]]


@pytest.fixture(scope="module")
def network() -> SmallKapaoNetwork:
    return SmallKapaoNetwork().eval()


def blank(images: int = 1, height: int = 64, width: int = 128) -> list[torch.Tensor]:
    """Grids in which nothing is found."""
    grids = [torch.zeros(images, 3, height // s, width // s, 57) for s in STRIDES]
    for grid in grids:
        grid[..., OBJECTNESS] = -30
    return grids


def test_equation_10_puts_objects_into_input_pixels(network):
    grids = blank()
    cell = grids[1][0, 2, 3, 5]  # stride 16, anchor (90, 68.5), row 3, column 5
    cell[OBJECTNESS], cell[CLASSES], cell[CLASSES + 1 : CLASSES + 18] = 2.0, 3.0, -3.0
    found = find_candidates(grids, network)
    assert found.pose_scores[0, 0].item() == pytest.approx(1 / (1 + np.exp(-2)) / (1 + np.exp(-3)), rel=1e-5)
    # Raw 0: the cell's middle, the anchor's size; keypoints at the cell's origin.
    assert found.pose_boxes[0, 0].tolist() == pytest.approx([88 - 45, 56 - 34.25, 88 + 45, 56 + 34.25])
    assert found.keypoints[0, 0].tolist() == [[80, 48]] * 17
    assert found.keypoint_scores.max() < 1e-9


def test_the_class_of_an_object_is_its_best_one(network):
    grids = blank()
    cell = grids[0][0, 0, 1, 2]
    cell[OBJECTNESS], cell[CLASSES], cell[CLASSES + 8] = 2.0, 1.0, 1.5
    found = find_candidates(grids, network)
    assert found.keypoint_classes[0, 0] == 7
    assert found.keypoint_scores[0, 0].item() == pytest.approx(1 / (1 + np.exp(-2)) / (1 + np.exp(-1.5)), rel=1e-5)
    assert found.pose_scores.max() < 1e-9


def test_candidates_of_a_batch_are_those_of_its_images(network):
    generator = torch.Generator().manual_seed(0)
    grids = [torch.randn(grid.shape, generator=generator) for grid in blank(images=3)]
    together, alone = find_candidates(grids, network), find_candidates([grid[1:2] for grid in grids], network)
    for name, value in vars(alone).items():
        torch.testing.assert_close(getattr(together, name)[1:2], value)
