"""The judging head on poses of any method, with random weights in place of the published ones."""

import numpy as np
import pytest
import torch

from methods.errors import CatalogError
from methods.skeletons import Skeleton
from methods.types import Poses
from methods.visibility.filtering import annotate
from methods.visibility.judge import KeypointJudge, judgement_of
from methods.visibility.judge_network import QUESTIONS, WIDTH, JudgeNetwork
from methods.visibility.judgement import (
    ASKED,
    HIDDEN,
    MISPLACED,
    OUTSIDE,
    SHARES,
    STATES,
    VISIBLE,
    Judgement,
    leave_out,
)


@pytest.fixture(scope="module")
def judge(network) -> KeypointJudge:
    torch.manual_seed(0)
    return KeypointJudge(network, JudgeNetwork((len(ASKED), len(SHARES))), device="cpu")


@pytest.fixture
def image():
    return np.random.default_rng(0).integers(0, 256, (90, 120, 3), dtype=np.uint8)


@pytest.fixture
def poses():
    keypoints = np.random.default_rng(1).uniform(10, 80, (2, 17, 2))
    keypoints[0, 3] = np.nan
    return Poses(np.array([[10, 10, 60, 80], [50, 20, 110, 85.0]]), [0.9, 0.5], keypoints, np.full((2, 17), np.nan))


def said(logits, scores=(0.5, 0.5)):
    """The judgement of one keypoint from its logits."""
    head = JudgeNetwork((len(ASKED), len(SHARES)), 1)
    own = [torch.full((1, 1), score) for score in scores]
    described = torch.zeros(1, 1, WIDTH)
    return judgement_of(head, described, torch.tensor([[logits]]), own, torch.ones(1, 1, dtype=torch.bool))


def test_every_keypoint_that_is_there_is_judged_and_no_other(judge, image, poses):
    (judgement,) = judge.judge([image], [poses])
    assert np.isnan(judgement.inside).sum() == np.isnan(judgement.score).sum() == 1
    assert np.isnan(judgement.inside[0, 3])
    assert ((judgement.score >= 0) & (judgement.score <= 1)).sum() == 33
    assert judge.judge([image], [Poses.empty()])[0].score.shape == (0, 17)


def test_what_is_said_depends_on_the_place_that_the_paper_does_not_see(judge, image, poses):
    moved = Poses(poses.boxes, poses.scores, poses.keypoints + 15, poses.keypoint_scores)
    first, second = judge.judge([image, image], [poses, moved])
    assert not np.allclose(first.within[1], second.within[1])
    assert np.array_equal(first.visibility, second.visibility)
    (wanted,) = annotate(judge, [image], [poses])
    np.testing.assert_allclose(first.visibility, wanted.visibility, atol=1e-5)


def test_other_keypoints_are_refused(judge, image):
    other = Skeleton("two", ("a", "b"), (), (), (0.1, 0.1))
    poses = Poses(np.zeros((1, 4)), [0.5], np.zeros((1, 2, 2)), np.zeros((1, 2)), skeleton=other)
    with pytest.raises(CatalogError, match="judges the keypoints of COCO-17, not those of two"):
        judge.describe(image, poses)


@pytest.mark.parametrize(
    ("logits", "state"),
    [
        ([-3.0, 0, 0, 0, 3, 0], OUTSIDE),
        ([3.0, -3, 0, 0, 3, 0], HIDDEN),
        ([3.0, 3, 0, 0, -3, 0], MISPLACED),
        ([3.0, 3, 0, 0, 3, 0], VISIBLE),
    ],
)
def test_every_keypoint_is_in_the_state_that_is_likely(logits, state):
    judgement = said(logits)
    assert STATES[judgement.states()[0, 0]] == state
    chances = judgement.of_states()[0, 0]
    assert chances[:3].sum() == pytest.approx(1)
    assert chances[STATES.index(state)] > 0.5


def test_what_nobody_judged_has_no_state():
    nothing = Judgement.unknown(2, 17)
    assert (nothing.states() == -1).all()
    assert np.isnan(nothing.of_states()).all()
    assert nothing[[1]].score.shape == (1, 17)


def test_chances_of_an_annotators_flags_add_up():
    judgement = said([1.0, -0.5, 2, -2, 0, 0])
    for chances in (judgement.exact(), judgement.annotated):
        assert chances.sum() == pytest.approx(1)
    assert judgement.annotated[0, 0, 0] > judgement.exact()[0, 0, 0]


def test_a_keypoint_goes_above_the_threshold_and_only_then():
    poses = Poses(np.zeros((1, 4)), [0.5], np.zeros((1, 1, 2)), np.zeros((1, 1)))
    judgement = said([-1.0, 0, 0, 0, 0, 0])
    chance = float(judgement.chances(OUTSIDE)[0, 0])
    assert np.isnan(leave_out(poses, judgement, OUTSIDE, chance - 0.01).keypoints).all()
    assert np.isfinite(leave_out(poses, judgement, OUTSIDE, chance + 0.01).keypoints).all()
    assert len(QUESTIONS) == 6
