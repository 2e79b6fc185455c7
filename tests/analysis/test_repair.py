"""What errors cost: by hand, as COCO's AP before repair, and 1 after it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from methods.analysis.error_types import find_errors
from methods.analysis.instances import error_table, to_repair
from methods.analysis.repair import (
    LOCALISATION,
    ORDER,
    ErrorCosts,
    error_costs,
    repaired_keypoints,
    repaired_precision,
)
from methods.metrics.ap import summarise
from methods.metrics.curves import curve
from methods.metrics.matching import match

STEPS = ["as found", "miss", "swap", "inversion", "jitter", "left out", "scoring", "background", "missed"]


def pose(x: float, y: float) -> np.ndarray:
    return np.array([[x + 40 * (i % 4), y + 40 * (i // 4)] for i in range(17)], dtype=float)


def triples(keypoints: np.ndarray, third: float) -> list[float]:
    return np.column_stack([keypoints, np.full(17, third)]).ravel().tolist()


@pytest.fixture
def flawed(make_data, make_person, make_detection):
    """Four people in four images. Best first: nobody at all; one with three keypoints far off (OKS 14/17 = 0.82); one
    with four keypoints left and right exchanged (13/17 = 0.76); a good one. The fourth person is not found.
    """
    true = pose(50, 50)
    missing, exchanged = true.copy(), true.copy()
    missing[[0, 9, 11]] += 1000
    exchanged[[7, 8, 9, 10]] = true[[8, 7, 10, 9]]
    found = [(4, true + np.array([5000, 0]), 0.9), (1, missing, 0.8), (2, exchanged, 0.7), (3, true, 0.6)]
    data = make_data({i: [make_person(0, 0, keypoints=triples(true, 2))] for i in (1, 2, 3, 4)})
    return match(data, [make_detection(i, 0, 0, score, keypoints=triples(one, 1)) for i, one, score in found])


def at_recalls(*steps: tuple[int, float]) -> float:
    """Mean precision over 101 recalls: (how many recalls, precision) each."""
    return sum(count * precision for count, precision in steps) / 101


def test_costs_by_hand(flawed) -> None:
    """Recalls 0..0.25 are 26 of the 101, and each further quarter 25."""
    costs = error_costs(flawed, 0.85)
    aps = dict(zip((step.name for step in costs.steps), (step.ap for step in costs.steps), strict=True))
    assert list(aps) == STEPS
    # False, false, false, true: precision 1/4 up to recall 1/4.
    assert aps["as found"] == pytest.approx(at_recalls((26, 1 / 4)))
    # False, true, false, true.
    assert aps["miss"] == aps["swap"] == pytest.approx(at_recalls((51, 1 / 2)))
    # False, true, true, true.
    assert aps["inversion"] == aps["jitter"] == aps["left out"] == pytest.approx(at_recalls((76, 3 / 4)))
    # The true ones go before the false one, and at last that is left out.
    assert aps["scoring"] == aps["background"] == pytest.approx(at_recalls((76, 1)))
    assert aps["missed"] == pytest.approx(1)
    assert [(step.name, step.count) for step in costs.steps if step.count] == [
        ("miss", 3), ("inversion", 4), ("background", 1), ("missed", 1),
    ]  # fmt: skip
    assert sum(step.gain for step in costs.steps) == pytest.approx(1 - aps["as found"])


def test_at_a_gentler_threshold_there_is_less_to_repair(flawed) -> None:
    assert error_costs(flawed, 0.5).steps[0].ap == pytest.approx(at_recalls((76, 3 / 4)))


def test_a_keypoint_left_out_costs_as_itself(make_data, make_person, make_detection) -> None:
    true = pose(50, 50)
    partial = true.copy()
    partial[:4] = 0
    data = make_data({1: [make_person(0, 0, keypoints=triples(true, 2))]})
    costs = error_costs(match(data, [make_detection(1, 0, 0, 0.9, keypoints=triples(partial, 1))]), 0.85)
    gains = {step.name: step.gain for step in costs.steps}
    assert gains["left out"] == pytest.approx(1)
    assert gains["miss"] == gains["swap"] == 0


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32 - 1), oks=st.sampled_from([0.5, 0.75, 0.85]))
def test_it_begins_with_coco_ap_and_ends_with_one(make_data, random_case, seed, oks) -> None:
    content, detections = random_case(seed, levels=5)
    matching = match(make_data(content), detections)
    steps = error_costs(matching, oks).steps
    assert steps[0].ap == pytest.approx(curve(matching, oks).ap, abs=1e-12, nan_ok=True)
    if not np.isnan(steps[0].ap):
        assert steps[-1].ap == pytest.approx(1)
        assert steps[-2].ap >= steps[-3].ap - 1e-12


def test_only_chosen_kinds_and_detections_are_repaired(flawed) -> None:
    errors = find_errors(flawed)
    before, true = flawed.detections.keypoints, pose(50, 50)
    image = flawed.detections.image.tolist().index(0)  # of image 1: the one with keypoints far off
    np.testing.assert_array_equal(repaired_keypoints(errors, {"inversion": None})[image], before[image])
    np.testing.assert_array_equal(repaired_keypoints(errors, {"miss": [image]})[image], true)
    np.testing.assert_array_equal(repaired_keypoints(errors, {"miss": [image + 1], "swap": []}), before)


def test_without_repair_it_is_coco_ap(flawed) -> None:
    assert repaired_precision(find_errors(flawed), {}).mean() == summarise(flawed).ap


@pytest.mark.parametrize(
    ("kind", "instance", "expected"),
    [
        ("miss", 0, [(51, 1 / 2)]),  # false, true, false, true
        ("inversion", 1, [(51, 1 / 2)]),  # false, false, true, true
        ("scoring", 2, [(26, 1)]),  # the good one has score 1 and comes first
        ("scoring", 3, [(26, 1 / 3)]),  # that which finds nobody comes last
        ("background", 3, [(26, 1 / 3)]),  # false, false, true
        ("background", 2, [(26, 1 / 4)]),  # the good one finds somebody, so it stays
        ("missed", 3, [(34, 1 / 4)]),  # one of three is found: recalls 0 to 0.33
        ("missed", 2, [(26, 1 / 4)]),  # who is found is still asked for
    ],
)
def test_one_repaired_by_hand(flawed, kind, instance, expected) -> None:
    """As found it is false, false, false, true: precision 1/4 up to recall 1/4. Detections are in the images' order."""
    before = flawed.detections.keypoints.copy()
    precision = repaired_precision(find_errors(flawed), {kind: [instance]}, [0.85])
    assert precision.mean() == pytest.approx(at_recalls(*expected))
    np.testing.assert_array_equal(flawed.detections.keypoints, before)


@pytest.mark.parametrize("kind", ["miss", "inversion", "background", "missed"])
def test_repaired_one_by_one_they_are_the_whole_type(make_data, make_person, make_detection, kind) -> None:
    """Two of each, everybody in an image of their own; each repair gains something."""
    true = pose(50, 50)
    missing, exchanged, nobody = true.copy(), true.copy(), true + 5000
    missing[[0, 9, 11]] += 1000
    exchanged[[7, 8, 9, 10]] = true[[8, 7, 10, 9]]
    found = [nobody, missing, exchanged, missing, nobody, exchanged, true]
    data = make_data({i: [make_person(0, 0, keypoints=triples(true, 2))] for i in range(len(found))})
    results = [make_detection(i, 0, 0, 0.9 - i / 10, keypoints=triples(one, 1)) for i, one in enumerate(found)]
    errors = find_errors(match(data, results))
    table = error_table(errors)
    rows = table[table["kind"] == kind].drop_duplicates(["person", "detection"])
    instances = [to_repair(errors, kind, one.person, one.detection) for one in rows.itertuples()]
    assert len(instances) == 2
    repairs = dict.fromkeys(LOCALISATION) if kind in ("background", "missed") else {}
    aps = [
        repaired_precision(errors, repairs | {kind: chosen}, [0.85]).mean()
        for chosen in ([], instances[0], instances[0] + instances[1], None)
    ]
    assert aps[0] < aps[1] < aps[2] == aps[3]


@settings(max_examples=20)
@given(seed=st.integers(0, 2**32 - 1))
def test_everything_one_by_one_is_everything(make_data, random_case, seed) -> None:
    """Of every type: all detections, or people, are the same as no choice. Cards of scoring are some of them."""
    content, detections = random_case(seed, levels=5)
    matching = match(make_data(content), detections)
    errors = find_errors(matching)
    for kind in ORDER:
        count = len(matching.ground_truth) if kind == "missed" else len(matching.detections)
        one_by_one, at_once = (repaired_precision(errors, {kind: chosen}) for chosen in (range(count), None))
        np.testing.assert_array_equal(one_by_one, at_once)
    for person in errors.scoring:
        near = to_repair(errors, "scoring", int(person), -1)
        assert len(near) > 1
        assert (matching.ground_truth.image[person] == matching.detections.image[near]).all()


def test_who_alone_is_missed_leaves_nobody_to_find(make_data, make_person) -> None:
    errors = find_errors(match(make_data({1: [make_person(100, 100)]}), []))
    assert (repaired_precision(errors, {}) == 0).all()
    assert (repaired_precision(errors, {"missed": [0]}) == 1).all()


def test_table_json_and_text(flawed) -> None:
    costs = error_costs(flawed)
    assert costs.oks == 0.85
    assert costs.to_pandas()["name"].tolist() == STEPS
    assert ErrorCosts.from_json(costs.to_json()) == costs
    assert "inversion" in str(costs)
    assert len(costs.steps[0].precision) == 101


def test_nobody_to_find(make_data, make_detection) -> None:
    costs = error_costs(match(make_data({1: []}), [make_detection(1, 5, 5, 0.5)]))
    assert all(np.isnan(step.ap) for step in costs.steps)
