"""Ranking by disagreement and closeness to the truth, as data for the viewer."""

import json

import numpy as np
import pytest

from app.analysis import truth
from app.analysis.ranking import photo_disagreement, ranking
from app.limits import RANKED
from app.state.photo_session import PhotoSession
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
            "keypoints": np.concatenate([joints, mine[:, None]], axis=1).ravel().tolist(),
            "bbox": [float(box[0]), float(box[1]), float(box[2] - box[0]), float(box[3] - box[1])],
            "area": 2e4,
        }
        for joints, mine, box in zip(keypoints, flags, boxes, strict=True)
    )
    return People(boxes, keypoints, flags, np.full(count, 2e4), np.zeros(count, bool), raw)


def test_people_come_in_the_order_of_disagreement_and_are_plain_json(image):
    found = {"a": prediction(0, 500, 1000), "b": prediction(0, 500, shift=8)}
    numbers = PhotoSession(image, "p").number_people(found)
    ranked = ranking(found, numbers)
    assert json.loads(json.dumps(ranked, allow_nan=False)) == ranked
    assert [person["found"] for person in ranked["people"]] == [1, 2, 2]
    assert ranked["people"][0] | {"disagreement": 1.0, "joints": [None] * 17} == ranked["people"][0]
    assert 0 < ranked["people"][1]["disagreement"] < 1
    assert len(ranked["joints"]) == 17
    falls = [each["disagreement"] for each in ranked["joints"]]
    assert falls == sorted(falls, reverse=True)
    assert photo_disagreement(ranked) == pytest.approx(np.mean([each["disagreement"] for each in ranked["people"]]))


def test_one_method_alone_or_nobody_gives_no_ranking(image):
    visit = PhotoSession(image, "p")
    alone, nobody = {"a": prediction(0)}, {"a": prediction(), "b": prediction()}
    assert ranking(alone, visit.number_people(alone)) == {"people": [], "joints": []}
    assert ranking(nobody, visit.number_people(nobody)) == {"people": [], "joints": []}
    assert photo_disagreement(ranking(nobody, visit.number_people(nobody))) is None


def test_of_very_many_people_only_the_surest_are_ranked(image):
    found = {"a": prediction(*np.arange(60) * 400.0), "b": prediction(0)}
    numbers = PhotoSession(image, "p").number_people(found)
    ranked = ranking(found, numbers)["people"]
    assert len(ranked) == RANKED
    assert {each["id"] for each in ranked} == set(numbers["a"][:RANKED].tolist())


def test_true_people_have_the_first_numbers_and_methods_are_measured_by_oks(image):
    visit = PhotoSession(image, "p", truth=annotated(500, 0))
    found = {"a": prediction(0, 900), "b": prediction(500, shift=4)}
    numbers = visit.number_people(found)
    assert numbers["a"].tolist() == [1, 2]
    assert numbers["b"].tolist() == [0]
    assert truth.scores(visit.truth, found["a"], numbers["a"]) == {1: 1.0}
    near = truth.scores(visit.truth, found["b"], numbers["b"])
    assert 0.5 < near[0] < 1
    assert truth.summary(visit.truth, near) == f"1 of 2 true, OKS {near[0]:.2f}"
    assert truth.summary(visit.truth, {}) == "0 of 2 true"


def test_each_joint_of_a_matched_person_has_its_kind_of_mistake(image):
    visit = PhotoSession(image, "p", truth=annotated(500, 0))
    keypoints = PATTERN[None].copy()
    keypoints[0, [7, 8]] = keypoints[0, [8, 7]]  # elbows the wrong way round
    keypoints[0, 9] += 900  # a wrist far from everybody's
    box = np.concatenate([PATTERN.min(0), PATTERN.max(0)])[None]
    found = {"a": Prediction(Poses(box, np.array([0.9]), keypoints, np.ones((1, 17))), Timing(0, 0, 0))}
    numbers = visit.number_people(found)
    ((number, kinds),) = truth.mistakes(visit.truth, found["a"], numbers["a"]).items()
    assert number == numbers["a"][0] == 1
    assert kinds[3] is None  # no label
    assert kinds[7] == kinds[8] == "inversion"
    assert kinds[9] == "miss"
    assert kinds[0] == kinds[11] == "good"


def test_unlabelled_joints_of_the_truth_are_not_drawn():
    (person,) = truth.people(annotated(0))
    assert person["joints"][3] is None
    assert person["joints"][4][3:] == [1, 1.0]
    assert json.loads(json.dumps([person], allow_nan=False)) == [person]
