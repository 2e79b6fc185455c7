"""The judge over every method."""

import numpy as np
import pytest

from app.state.photo_session import PhotoSession
from app.state.visibility import judge_keypoints
from methods.visibility.judgement import Judgement


class FakeJudge:
    """Gives every keypoint the same chances; counts its runs."""

    def __init__(self):
        self.runs = 0

    def judge(self, images, poses):
        self.runs += 1
        half = np.full(poses[0].keypoint_scores.shape, 0.5)
        states = np.tile([0.7, 0.2, 0.1], (len(poses[0]), 17, 1))
        return [Judgement(states, half, half, half, half, half, half)]


@pytest.fixture
def judged(image, fakes):
    visit = PhotoSession(image, "image.jpg")
    visit.infer(fakes)
    found = visit.decode(fakes, {name: method.Settings() for name, method in fakes.items()})
    return visit, found, FakeJudge()


def test_every_method_is_judged_once_until_its_answer_changes(judged, fakes):
    visit, found, judge = judged
    first = judge_keypoints(visit, judge, found)
    assert list(first) == ["first", "second"]
    prediction, judgement = first["first"]
    assert prediction.poses.visibility[0, 0] == pytest.approx([0.7, 0.2, 0.1])
    assert judgement.score.shape == prediction.poses.keypoint_scores.shape
    assert judge_keypoints(visit, judge, found)["first"][0] is prediction
    assert judge.runs == 2
    changed = visit.decode(
        fakes, {"first": fakes["first"].Settings(pose_confidence=0.1), "second": fakes["second"].Settings()}
    )
    assert len(judge_keypoints(visit, judge, changed)["first"][0].poses) == 3
    assert judge.runs == 3
