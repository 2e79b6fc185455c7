"""PoseDet's decoding: thresholds, both kinds of suppression, coarse or refined, nothing."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from methods.errors import SettingsError
from methods.ops.letterbox import Frame
from methods.ops.oks import extents, pose_oks
from methods.posedet.decode import MAX_PEOPLE, PoseDetSettings, decode
from methods.skeletons import COCO17

FRAME = Frame(width=320, height=240, scale_x=2.0, scale_y=2.0, left=0, top=80)
SIGMAS = np.array(COCO17.sigmas)


def figure(x: float, y: float, width: float = 100, height: float = 200) -> torch.Tensor:
    """Keypoints on two columns in a box of the input, corner at x, y."""
    k = torch.arange(17)
    return torch.stack([x + width * (k % 2), y + height * (k // 2) / 8], dim=1)


def outputs(*poses: torch.Tensor, scores: list[float], moved: float = 0.0) -> dict[str, torch.Tensor]:
    refined = torch.stack(poses).float() if poses else torch.zeros(0, 17, 2)
    return {
        "points": refined.mean(dim=1),
        "coarse": refined - moved,
        "refined": refined,
        "scores": torch.tensor(scores, dtype=torch.float32),
    }


def test_poses_come_back_in_pixels_of_the_image():
    poses, intermediate = decode(outputs(figure(100, 180), scores=[0.9]), FRAME, PoseDetSettings())
    assert poses.keypoints[0, 0].tolist() == [50, 50]
    assert poses.boxes[0].tolist() == [50, 50, 100, 150]
    assert np.isnan(poses.keypoint_scores).all()
    assert intermediate.points[0].tolist() == pytest.approx(
        [50 + 50 * 8 / 17, 50 + 100 * (2 * sum(range(8)) + 8) / 8 / 17], abs=1e-3
    )


def test_boxes_end_at_the_image():
    poses, _ = decode(outputs(figure(-40, 480), scores=[0.9]), FRAME, PoseDetSettings())
    assert poses.boxes[0].tolist() == [0, 200, 30, 240]


def test_refinement_can_be_left_out():
    given_outputs = outputs(figure(100, 180), scores=[0.9], moved=6)
    for refine, x in ((True, 50), (False, 47)):
        poses, intermediate = decode(given_outputs, FRAME, PoseDetSettings(refine=refine))
        assert poses.keypoints[0, 0, 0] == x
        assert (intermediate.coarse[0, 0, 0], intermediate.refined[0, 0, 0]) == (47, 50)


def test_of_alike_poses_the_best_stays_and_a_score_below_the_threshold_goes():
    given_outputs = outputs(
        figure(100, 180), figure(102, 181), figure(400, 200), figure(400, 380), scores=[0.5, 0.7, 0.6, 0.1]
    )
    poses, intermediate = decode(given_outputs, FRAME, PoseDetSettings(pose_confidence=0.2))
    assert poses.scores.tolist() == pytest.approx([0.7, 0.6])
    assert intermediate.scores.tolist() == pytest.approx([0.7, 0.6, 0.5])
    assert intermediate.kept.tolist() == [True, True, False]


def test_people_whose_boxes_are_the_same_but_not_their_poses():
    """One of two upside down: suppression by box takes them for one, by OKS for two."""
    one = figure(100, 180)
    other = torch.stack([one[:, 0], one[:, 1].min() + one[:, 1].max() - one[:, 1]], dim=1)
    given_outputs = outputs(one, other, scores=[0.9, 0.8])
    assert len(decode(given_outputs, FRAME, PoseDetSettings())[0]) == 2
    assert len(decode(given_outputs, FRAME, PoseDetSettings(suppress_by_box=True))[0]) == 1
    assert len(decode(given_outputs, FRAME, PoseDetSettings(suppress_by_box=True, pose_iou=1.0))[0]) == 2


def test_at_most_a_hundred_people():
    poses = [figure(40 * (i % 20), 40 * (i // 20), 20, 20) for i in range(140)]
    found, _ = decode(outputs(*poses, scores=[0.9] * 140), FRAME, PoseDetSettings(pose_oks=1.0))
    assert len(found) == MAX_PEOPLE


@pytest.mark.parametrize("by_box", [False, True])
@pytest.mark.parametrize("scores", [[], [0.01, 0.02]])
def test_nobody(by_box, scores):
    found = outputs(*[figure(0, 0)] * len(scores), scores=scores)
    poses, intermediate = decode(found, FRAME, PoseDetSettings(suppress_by_box=by_box))
    assert poses.keypoints.shape == (0, 17, 2)
    assert intermediate.coarse.shape == intermediate.refined.shape == (0, 17, 2)
    assert intermediate.kept.shape == (0,)


@given(st.integers(0, 2**32), st.integers(0, 60), st.floats(0, 1), st.floats(0.001, 1))
def test_who_stays_and_who_goes(seed, count, oks, confidence):
    generator = np.random.default_rng(seed)
    poses = [figure(*generator.uniform(0, 300, 2)) for _ in range(count)]
    settings = PoseDetSettings(pose_oks=oks, pose_confidence=confidence)
    found, intermediate = decode(outputs(*poses, scores=generator.random(count).tolist()), FRAME, settings)
    assert (intermediate.scores >= np.float32(confidence)).all()
    assert (np.diff(intermediate.scores) <= 0).all()
    np.testing.assert_array_equal(found.keypoints, intermediate.refined[intermediate.kept])
    alike = pose_oks(intermediate.refined, intermediate.refined, SIGMAS)
    for i, stays in enumerate(intermediate.kept):
        better = np.flatnonzero(intermediate.kept[:i])
        assert stays == (not (alike[i, better] > oks).any())
    np.testing.assert_allclose(found.boxes, np.clip(extents(found.keypoints), 0, [320, 240, 320, 240]))


def test_presets():
    assert PoseDetSettings.demo().pose_confidence > PoseDetSettings.evaluation().pose_confidence == 0.05
    with pytest.raises(SettingsError, match="pose_oks"):
        PoseDetSettings(pose_oks=1.5)
