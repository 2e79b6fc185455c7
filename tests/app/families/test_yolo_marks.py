"""YOLO's candidates as marks: who stays, and whom the others had to make way for."""

import numpy as np
import pytest

from app.colours import NEUTRAL, person_colour
from app.families import yolo
from methods.types import Poses
from methods.yolo.decode import YoloIntermediate


def intermediate(boxes, kept):
    count = len(boxes)
    scores = np.linspace(0.9, 0.5, count, dtype=np.float32)
    boxes = np.array(boxes, np.float32).reshape(count, 4)
    return YoloIntermediate(boxes, scores, np.zeros((count, 17, 3)), np.array(kept, bool))


def test_those_left_out_have_the_colour_of_the_better_person_they_overlap():
    found = intermediate(
        [[0, 0, 10, 10], [50, 0, 60, 10], [51, 0, 61, 10], [1, 0, 11, 10], [200, 0, 210, 10]],
        [True, True, False, False, False],
    )
    marks = yolo.candidates(found, Poses.empty(), np.array([3, 0]))
    assert [mark.aside for mark in marks] == [False, False, True, True, True]
    assert [mark.colour for mark in marks] == [*(person_colour(i) for i in (3, 0, 0, 3)), NEUTRAL]
    assert [mark.details for mark in marks] == [
        ["stays as person 4"],
        ["stays as person 1"],
        ["left out for the better person 1"],
        ["left out for the better person 4"],
        ["left out"],
    ]
    assert marks[2].at == [51.0, 0.0, 61.0, 10.0]
    assert marks[2].score == pytest.approx(0.7)


def test_a_worse_person_is_no_reason_to_be_left_out():
    # The second overlaps the third fully and the first a little; only the first is better.
    found = intermediate([[0, 0, 10, 10], [8, 0, 18, 10], [8, 0, 18, 10]], [True, False, True])
    assert yolo.candidates(found, Poses.empty(), np.array([0, 1]))[1].details == ["left out for the better person 1"]


def test_no_candidate_is_no_mark():
    assert yolo.candidates(intermediate([], []), Poses.empty(), np.zeros(0, int)) == []


def test_overlap_by_hand():
    first = np.array([[0, 0, 4, 4], [0, 0, 0, 0]], float)
    second = np.array([[2, 0, 6, 4], [0, 0, 0, 0]], float)
    assert yolo.box_iou(first, second) == pytest.approx(np.array([[8 / 24, 0], [0, 0]]))
