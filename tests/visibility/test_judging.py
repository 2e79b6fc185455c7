"""How good judging is on annotated images, of which one says what counts."""

from types import SimpleNamespace

import numpy as np
import pytest

from methods.data.coco import AnnotatedImage
from methods.types import Poses
from methods.visibility.judgement import Judgement
from methods.visibility.studies.judging import measure_judge


class KeepsAll:
    """A judge that calls everything visible, by the same score."""

    def judge(self, images, poses):
        people, keypoints = poses[0].keypoints.shape[:2]
        one, states = np.ones((people, keypoints)), np.tile([0.0, 0, 1], (people, keypoints, 1))
        return [Judgement(visibility=states, inside=one, seen=one, annotated=states, within=one, score=one)]


@pytest.fixture
def precision(make_data, monkeypatch, few_resamples):
    """Precision of poses at these centres of 50 x 50 px boxes, every keypoint being there, in one image of people."""
    monkeypatch.setattr(AnnotatedImage, "read", lambda self: np.zeros((480, 640, 3), np.uint8))

    def run(people, *centres):
        points = np.array(centres)
        keypoints = np.repeat(points[:, None], 17, axis=1)
        boxes = np.concatenate([points - 25, points + 25], axis=1)
        poses = Poses(boxes, np.full(len(points), 0.9), keypoints, np.full(keypoints.shape[:2], 0.9))
        method = SimpleNamespace(predict=lambda images: [SimpleNamespace(poses=poses)])
        found = measure_judge({"fake": method}, KeepsAll(), make_data({1: people})).methods[0]
        assert found.recall == 1
        return found.filtered

    return run


def test_poses_of_nobody_are_wrong_but_in_a_crowd_or_without_labels_neither(precision, make_person):
    crowd = make_person(300, 100, bbox=[250, 50, 100, 100], iscrowd=1)
    unlabelled = make_person(500, 100, keypoints=[0, 0, 0] * 17)
    people = [make_person(100, 100), crowd, unlabelled]
    assert precision(people, (100, 100)) == 1
    assert precision(people, (100, 100), (100, 400)) == 0.5
    assert precision(people, (100, 100), (290, 90), (310, 110), (500, 100)) == 1
