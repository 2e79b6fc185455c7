"""The judge over every method."""

import numpy as np
import pytest

from app.limits import VISIBILITY_PEOPLE
from app.state import visibility
from app.state.photo_session import PhotoSession
from app.state.visibility import judge_people, judgements, unjudged
from methods.types import Poses, Prediction, Timing
from methods.visibility.judgement import Judgement


class FakeJudge:
    """Says of every keypoint that it is inside with the chance of its person's score; keeps how many it was given."""

    def __init__(self):
        self.given = []

    def judge(self, images, poses):
        self.given.append(len(poses[0]))
        found = Judgement.unknown(len(poses[0]), 17)
        found.inside[:] = poses[0].scores[:, None]
        return [found]


@pytest.fixture
def judge(monkeypatch):
    judge = FakeJudge()
    monkeypatch.setattr(visibility, "keypoint_judge", lambda: judge)
    return judge


@pytest.fixture
def visit(image, fakes):
    visit = PhotoSession(image, "image.jpg")
    visit.infer(fakes)
    return visit


def decoded(visit, fakes, confidence):
    return visit.decode(fakes, {name: method.Settings(pose_confidence=confidence) for name, method in fakes.items()})


def test_everybody_is_judged_once_whatever_threshold_shows_them(visit, fakes, judge):
    few, many = (decoded(visit, fakes, confidence) for confidence in (0.5, 0.1))
    assert np.isnan(judgements(visit, few)["first"].inside).all()
    assert judge_people(visit, few)
    assert not judge_people(visit, few)
    before = len(judge.given)
    found = judgements(visit, many)["first"]
    assert np.isfinite(found.inside).all(axis=1).tolist() == [score > 0.5 for score in many["first"].poses.scores]
    assert len(judge.given) == before  # asking what is known judges nobody
    assert judge_people(visit, many)
    assert sum(judge.given) == len(visit.judged) == sum(len(each.poses) for each in many.values())
    assert not unjudged(visit, few)
    np.testing.assert_allclose(judgements(visit, many)["first"].inside[:, 0], many["first"].poses.scores)


def test_only_the_best_of_a_crowd_are_judged(visit, judge):
    count = VISIBILITY_PEOPLE + 2
    keypoints = np.tile(np.arange(count)[:, None, None], (1, 17, 2))
    poses = Poses(np.zeros((count, 4)), np.linspace(1, 0.1, count), keypoints, np.ones((count, 17)))
    crowd = {"one": Prediction(poses, Timing(0, 0, 0))}
    assert judge_people(visit, crowd)
    assert judge.given == [VISIBILITY_PEOPLE]
    assert not unjudged(visit, crowd)
    assert np.isnan(judgements(visit, crowd)["one"].inside[-2:]).all()


def test_without_a_judge_nothing_is_judged(visit, fakes, monkeypatch):
    monkeypatch.setattr(visibility, "keypoint_judge", lambda: None)
    shown = decoded(visit, fakes, 0.1)
    assert not unjudged(visit, shown)
    assert not judge_people(visit, shown)
