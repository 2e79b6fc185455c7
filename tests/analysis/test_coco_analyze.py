"""Costs by coco-analyze's rules: by hand, and where they differ from ours."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from methods.analysis.coco_analyze import coco_analyze_costs
from methods.analysis.repair import error_costs
from methods.metrics.matching import match
from methods.skeletons import COCO17

AREA = 50.0**2
STEPS = ["as found", "miss", "swap", "inversion", "jitter", "scoring", "background", "missed"]
LEFT_WRIST = COCO17.keypoints.index("left_wrist")


def pose(x: float, y: float) -> np.ndarray:
    return np.array([[x + 40 * (k % 4), y + 40 * (k // 4)] for k in range(17)], dtype=float)


def triples(keypoints: np.ndarray, third: float) -> list[float]:
    return np.column_stack([keypoints, np.full(17, third)]).ravel().tolist()


@pytest.fixture
def matched(make_data, make_person, make_detection):
    """From people's and detections' keypoints in one image; scores fall."""

    def of(people, found):
        data = make_data({1: [make_person(0, 0, keypoints=triples(one, 2)) for one in people]})
        scores = np.linspace(0.9, 0.5, len(found))
        results = [
            make_detection(1, 0, 0, score, keypoints=triples(one, 1)) for one, score in zip(found, scores, strict=True)
        ]
        return match(data, results)

    return of


def steps(costs) -> dict[str, tuple[float, int]]:
    return {step.name: (round(step.ap, 6), step.count) for step in costs.steps}


def test_a_repaired_miss_stays_at_a_distance(matched) -> None:
    """A similarity of 0.5 over sigmas is the fourth root of it over twice the sigmas: 14 right and 3 at 0.84."""
    off = pose(50, 50)
    off[[0, 9, 11]] += 1000
    matching = matched([pose(50, 50)], [off])
    reached = (14 + 3 * 0.5**0.25) / 17
    for oks, ap in ((reached - 1e-6, 1), (reached + 1e-6, 0)):
        found = steps(coco_analyze_costs(matching, oks))
        assert list(found) == STEPS
        assert found["miss"] == (ap, 3)
    assert error_costs(matching, 0.999).steps[1].ap == pytest.approx(1)  # ours is right again


def test_near_somebody_else_it_is_a_swap_although_near_its_own_place(matched) -> None:
    off, other = pose(0, 10), pose(0, 400)
    off[LEFT_WRIST, 0] += math.sqrt(-math.log(0.6) * 2 * AREA * (2 * COCO17.sigmas[LEFT_WRIST]) ** 2)
    other[LEFT_WRIST] = off[LEFT_WRIST]
    found = steps(coco_analyze_costs(matched([pose(0, 10), other], [off, other]), 0.5))
    assert (found["swap"][1], found["jitter"][1]) == (1, 0)


def test_inversions_and_keypoints_that_are_left_out(matched) -> None:
    off = pose(300, 300)
    off[[9, 10]] = off[[10, 9]]
    off[0] = 0
    found = steps(coco_analyze_costs(matched([pose(300, 300)], [off]), 0.5))
    assert (found["inversion"][1], found["miss"][1]) == (2, 1)


def test_doubled_poses_go_behind_others(matched) -> None:
    """Without soft NMS the double of the one would come before the somewhat worse other person."""
    one, other = pose(50, 50), pose(400, 50)
    worse = other + np.array([2, 0])
    costs = coco_analyze_costs(matched([one, other], [one, one, worse]), 0.5)
    found = steps(costs)
    assert found["as found"][0] < 1
    assert found["scoring"] == (1, 0)
    ours = {step.name: step.ap for step in error_costs(matched([one, other], [one, one, worse]), 0.5).steps}
    assert ours["scoring"] < 1


def test_background_and_missed(matched) -> None:
    found = steps(coco_analyze_costs(matched([pose(50, 50), pose(400, 50)], [pose(50, 5000), pose(50, 50)]), 0.5))
    assert found["background"][1] == found["missed"][1] == 1
    assert found["missed"][0] == 1


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32 - 1))
def test_it_begins_with_ap_and_ends_with_1(make_data, random_case, seed) -> None:
    content, detections = random_case(seed, levels=5)
    matching = match(make_data(content), detections)
    theirs, ours = coco_analyze_costs(matching, 0.75), error_costs(matching, 0.75)
    assert theirs.steps[0].ap == pytest.approx(ours.steps[0].ap, nan_ok=True)
    people = matching.ranges[0].people.any()
    assert theirs.steps[-1].ap == pytest.approx(1 if people else math.nan, nan_ok=True)


def test_nobody(make_data) -> None:
    assert np.isnan(coco_analyze_costs(match(make_data({1: []}), [])).steps[-1].ap)
