"""How far a step moves keypoints, and whether for the better; ways and tables of studies."""

import numpy as np
import pytest

from methods.analysis.difference import Difference
from methods.analysis.steps import keypoint_shifts
from methods.analysis.study import TextTable, compare_ablations, found_people
from methods.metrics.matching import match
from methods.types import Poses

NOSE, LEFT_EYE, RIGHT_EYE = 0, 1, 2


def poses(points: list, boxes: list) -> Poses:
    count = len(points)
    return Poses(np.array(boxes), np.linspace(0.9, 0.8, count), np.array(points, float), np.ones((count, 17)))


def no_gain(name: str) -> Difference:
    return Difference(name=name, first=0.5, second=0.5, difference=0, low=0, high=0)


def test_shifts_of_found_people(make_data, make_person):
    """The nose comes 4 px nearer, the right eye goes 2 px away, the left eye appears; the box's side is 50 px."""
    data = make_data({1: [make_person(100, 100)]})
    before, after = np.full((2, 17, 2), 100.0), np.full((2, 17, 2), 100.0)
    before[0, NOSE, 0] += 4
    before[0, LEFT_EYE] = np.nan
    after[0, RIGHT_EYE, 0] += 2
    before[1], after[1] = 400, 400  # a ghost, whose nose moves by 30 px
    after[1, NOSE] += [18, 24]
    boxes = [[75, 75, 125, 125], [375, 375, 425, 425]]
    first, second = poses(before, boxes), poses(after, boxes)
    names = [*data.skeleton.keypoints, "all"]
    rows = keypoint_shifts(match(data, second.to_coco(1)), [(first, second)], [no_gain(name) for name in names])
    nose, left, right, *_, every = rows
    assert [row.keypoint for row in rows] == names
    assert (nose.moved, nose.added, nose.pixels, nose.percent, nose.nearer) == (1, 0, 4, pytest.approx(8), 1)
    assert (left.moved, left.added) == (0, 1)
    assert np.isnan(left.pixels)
    assert (right.moved, right.pixels, right.nearer) == (1, 2, 0)
    assert (every.moved, every.added, every.nearer) == (pytest.approx(2 / 17), pytest.approx(1 / 17), 0.5)
    assert (every.pixels, every.percent) == (3, pytest.approx(6))
    # Two noses, one left and one right eye, for one labelled person.
    assert [row.rate for row in rows[:4]] == [2, 1, 1, 0]
    assert every.rate == pytest.approx(4 / 17)


def test_nobody_found_has_no_shifts(make_data, make_person):
    data = make_data({1: [make_person(100, 100)]})
    rows = keypoint_shifts(match(data, []), [(Poses.empty(), Poses.empty())], [no_gain("x")] * 18)
    assert np.isnan(rows[-1].moved)
    assert np.isnan(rows[-1].percent)
    assert rows[-1].rate == 0


def test_ways_are_compared_with_the_first(make_data, make_person, make_detection):
    """Two people stand 10 px apart in image 1, which so is crowded; image 2 has one person."""
    data = make_data({1: [make_person(100, 100), make_person(110, 100)], 2: [make_person(100, 100)]})
    half = [make_detection(1, 100, 100, 0.9)]
    everybody = [*half, make_detection(1, 110, 100, 0.8), make_detection(2, 100, 100, 0.7)]
    (first, second), matchings = compare_ablations(data, {"half": half, "all": everybody})
    assert (first.name, first.gain, first.gain_low, first.gain_high) == ("half", 0, 0, 0)
    assert first.ap_crowded.ap == pytest.approx(51 / 101)  # one of two: recalls 0 to 0.5
    assert second.ap.ap == second.ap_crowded.ap == 1
    assert second.gain == pytest.approx(1 - first.ap.ap)
    assert second.gain_low < second.gain <= second.gain_high
    assert second.cells()[:5] == ("all", "1.000", "1.000", "1.000", "1.000")
    assert second.gain_text.startswith("+0.6")
    assert found_people(matchings["all"]).tolist() == [0, 1, 2]
    alone = make_data({2: [make_person(100, 100)]})
    assert compare_ablations(alone, {"x": []})[0][0].ap_crowded is None
    assert compare_ablations(alone, {"x": []})[0][0].cells()[4] == "-"


def test_a_table_as_markdown():
    table = TextTable(("Ablation", "AP"), [("one", "0.5"), ("two", "0.6")])
    assert table.to_markdown() == "| Ablation | AP |\n| --- | ---: |\n| one | 0.5 |\n| two | 0.6 |"
