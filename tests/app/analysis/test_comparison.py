"""Predictions side by side: who is who, disagreement, and closeness to the ground truth."""

import numpy as np
import pytest

from app.analysis.comparison import compare
from app.analysis.ground_truth import keypoints_of
from app.analysis.numbering import NOBODY, number_people
from app.limits import RANKED
from methods.data.coco import People
from methods.types import Poses, Prediction, Timing

PATTERN = np.random.default_rng(0).uniform(size=(17, 2)).astype(np.float32) * 200


def prediction(*places, shift=0.0):
    keypoints = np.stack([PATTERN + np.float32([x + shift, 0]) for x in places]) if places else np.zeros((0, 17, 2))
    boxes = np.concatenate([keypoints.min(1), keypoints.max(1)], axis=1) if places else np.zeros((0, 4))
    return Prediction(
        Poses(boxes, np.linspace(0.9, 0.5, len(places)), keypoints, np.ones((len(places), 17))), Timing(0, 0, 0)
    )


def annotated(*places):
    keypoints = np.stack([PATTERN + np.float32([x, 0]) for x in places])
    boxes = np.concatenate([keypoints.min(1), keypoints.max(1)], axis=1)
    flags = np.full((len(places), 17), 2, np.uint8)
    flags[:, 3] = 0
    flags[:, 4] = 1
    count = len(places)
    raw = tuple(
        {
            "keypoints": np.concatenate([points, mine[:, None]], axis=1).ravel().tolist(),
            "bbox": [float(box[0]), float(box[1]), float(box[2] - box[0]), float(box[3] - box[1])],
            "area": 2e4,
        }
        for points, mine, box in zip(keypoints, flags, boxes, strict=True)
    )
    return People(boxes, keypoints, flags, np.full(count, 2e4), np.zeros(count, bool), raw)


def compared(found, ground_truth=None):
    numbers, _ = number_people(NOBODY if ground_truth is None else keypoints_of(ground_truth), found)
    return compare(found, numbers, ground_truth)


def test_people_come_in_the_order_of_disagreement():
    comparison = compared({"a": prediction(0, 500, 1000), "b": prediction(0, 500, shift=8)})
    ranked = comparison.disagreement
    assert ranked.found.sum(axis=1).tolist() == [1, 2, 2]
    assert ranked.people[0] == 1
    assert 0 < ranked.people[1] < 1
    assert comparison.people == 3
    assert comparison.mean_disagreement == pytest.approx(ranked.people.mean())


def test_one_method_alone_or_nobody_is_not_disagreed_about():
    for found in ({"a": prediction(0)}, {"a": prediction(), "b": prediction()}, {}):
        comparison = compared(found)
        assert comparison.disagreement is None
        assert comparison.mean_disagreement is None
        assert comparison.people == len(found) % 2


def test_of_very_many_people_only_those_of_best_score_are_compared():
    comparison = compared({"a": prediction(*np.arange(60) * 400.0), "b": prediction(0)})
    assert set(comparison.disagreement.numbers.tolist()) == set(comparison.methods["a"].numbers[:RANKED].tolist())
    assert len(comparison.disagreement.numbers) == RANKED


def test_annotated_people_have_the_first_numbers_and_methods_are_measured_by_oks():
    comparison = compared({"a": prediction(0, 900), "b": prediction(500, shift=4)}, annotated(500, 0))
    assert comparison.methods["a"].numbers.tolist() == [1, 2]
    assert comparison.methods["b"].numbers.tolist() == [0]
    assert comparison.methods["a"].oks == {1: 1.0}
    assert 0.5 < comparison.methods["b"].oks[0] < 1


def test_each_keypoint_of_a_matched_person_has_its_error_type():
    keypoints = PATTERN[None].copy()
    keypoints[0, [7, 8]] = keypoints[0, [8, 7]]  # elbows the wrong way round
    keypoints[0, 9] += 900  # a wrist far from everybody's
    box = np.concatenate([PATTERN.min(0), PATTERN.max(0)])[None]
    found = Prediction(Poses(box, np.array([0.9]), keypoints, np.ones((1, 17))), Timing(0, 0, 0))
    one = compared({"a": found}, annotated(500, 0)).methods["a"]
    ((number, kinds),) = one.errors.items()
    assert number == one.numbers[0] == 1
    assert kinds[3] is None  # no label
    assert kinds[7] == kinds[8] == "inversion"
    assert kinds[9] == "miss"
    assert kinds[0] == kinds[11] == "good"
