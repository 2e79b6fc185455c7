"""Whom a method finds at any threshold."""

import numpy as np
import pytest

from app.analysis.candidates import Candidates, find_versions, loosened
from methods.kapao.decode import KapaoSmallSettings
from methods.posedet.decode import PoseDetSettings
from methods.settings import Settings, setting
from methods.types import Poses, Prediction, Timing
from methods.yolo.decode import YoloSettings

SCORES = np.array([0.9, 0.6, 0.4, 0.2])


def people(count, moved=0.0):
    """The first people of SCORES; `moved` is where the first one's nose is."""
    keypoints = np.zeros((count, 17, 2))
    keypoints[:1, 0, 0] = moved
    return Poses(np.zeros((count, 4)), SCORES[:count], keypoints, np.ones((count, 17)))


def competing(settings):
    """Decodes as KAPAO may: whoever else is in the fusion moves the first one's nose."""
    count = int((settings.pose_confidence < SCORES).sum())
    rivals = int((max(settings.pose_confidence, settings.fusion_confidence) < SCORES).sum())
    return Prediction(people(count, rivals), Timing(0, 0, 0))


def test_loosened_settings_filter_as_little_as_can_be():
    loose = loosened(YoloSettings(pose_confidence=0.7, keypoint_confidence=0.4, pose_iou=0.3))
    assert (loose.pose_confidence, loose.keypoint_confidence, loose.pose_iou) == (0.05, 0.0, 0.3)
    kapao = loosened(KapaoSmallSettings(keypoint_confidence=0.4))
    assert (kapao.pose_confidence, kapao.keypoint_confidence) == (0.05, 0.4)  # which leaves out no keypoints

    class Other(Settings):
        floor: float = setting(0.5, 0, 1, "nothing really")

    assert loosened(Other()) is None


def test_people_who_do_not_interact_have_one_version_each():
    calls = []

    def decode(settings):
        calls.append(settings)
        return Prediction(people(4), Timing(0, 0, 0))

    poses, versions = find_versions(decode, loosened(PoseDetSettings()))
    assert len(calls) == 1
    assert len(poses) == 4
    assert [[(each.above, pytest.approx(each.up_to)) for each in one] for one in versions] == [
        [(-1, score)] for score in SCORES
    ]


def test_people_who_interact_have_a_version_for_every_number_of_rivals():
    _, versions = find_versions(competing, loosened(KapaoSmallSettings(fusion_confidence=0.3)))
    first = [(round(each.above, 6), round(each.up_to, 6), each.poses.keypoints[0, 0, 0]) for each in versions[0]]
    assert first == [(0.6, 0.9, 1), (0.4, 0.6, 2), (-1, 0.4, 3)]
    assert [len(each) for each in versions[1:]] == [1, 1, 1]  # nothing about them changes


def test_candidates_hold_whoever_comes_first_among_them():
    poses, versions = find_versions(competing, loosened(KapaoSmallSettings()))
    found = Candidates(loosened(KapaoSmallSettings()), poses, versions, np.arange(4))
    assert found.holds(people(2))
    assert found.holds(people(0))
    assert not found.holds(people(2)[[1]])
    assert not found.holds(Poses(np.zeros((5, 4)), np.ones(5), np.zeros((5, 17, 2)), np.ones((5, 17))))
