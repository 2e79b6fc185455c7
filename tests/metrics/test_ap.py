"""AP and AR: hand-computed cases."""

import copy
import json
import math

import numpy as np
import pytest

from methods.errors import DataError
from methods.metrics.ap import KeypointAP, keypoint_ap, match, summarise
from methods.skeletons import COCO17

HALF = 51 / 101  # of COCO's 101 recall levels, those up to 0.5


def shift_for(oks: float, area: float) -> float:
    """How far to move keypoints of the nose's sigma, in pixels, for a similarity of `oks`."""
    return math.sqrt(-math.log(oks) * 2 * area * (2 * COCO17.sigmas[0]) ** 2)


def test_one_of_two_people_found(make_data, make_person, make_detection) -> None:
    data = make_data({1: [make_person(100, 100), make_person(400, 400)]})
    found = keypoint_ap(data, [make_detection(1, 100, 100, 0.9)])
    assert found.ap == pytest.approx(HALF)
    assert found.ap50 == pytest.approx(HALF)
    assert (found.ar, found.ar50, found.ar75, found.ar_medium) == (0.5, 0.5, 0.5, 0.5)
    assert math.isnan(found.ap_large)
    assert math.isnan(found.ar_large)


def test_all_found(make_data, make_person, make_detection) -> None:
    large = make_person(300, 200, area=200.0**2)
    data = make_data({1: [make_person(100, 100)], 2: [large]})
    found = keypoint_ap(data, [make_detection(1, 100, 100, 0.1), make_detection(2, 300, 200, 0.2)])
    assert list(found.model_dump().values()) == pytest.approx([1.0] * 10)


def test_the_worse_of_two_detections_scores_higher(make_data, make_person, make_detection) -> None:
    """OKS 0.72: true at the five thresholds up to 0.70; at the others false, and precision is a half."""
    nose_only = make_person(100, 100, keypoints=[100, 100, 2] + [0] * 48)
    data = make_data({1: [nose_only]})
    found = [make_detection(1, 100 + shift_for(0.72, 50.0**2), 100, 0.9), make_detection(1, 100, 100, 0.8)]
    result = keypoint_ap(data, found)
    assert result.ap == pytest.approx((5 * 1 + 5 * 0.5) / 10)
    assert result.ap50 == pytest.approx(1)
    assert result.ap75 == pytest.approx(0.5)
    assert result.ar == 1


def test_a_double_detection_below_the_first_costs_nothing(make_data, make_person, make_detection) -> None:
    data = make_data({1: [make_person(100, 100)]})
    found = [make_detection(1, 100, 100, 0.9), make_detection(1, 100, 100, 0.8)]
    assert keypoint_ap(data, found).ap == pytest.approx(1)


@pytest.mark.parametrize(("crowd", "expected"), [(True, 1.0), (False, 0.5)])
def test_a_detection_in_a_crowd_is_ignored(make_data, make_person, make_detection, crowd, expected) -> None:
    region = make_person(400, 400, iscrowd=1, keypoints=[0] * 51)
    data = make_data({1: [make_person(100, 100), *([region] if crowd else [])]})
    found = [make_detection(1, 400, 400, 0.9), make_detection(1, 100, 100, 0.5)]
    assert keypoint_ap(data, found).ap == pytest.approx(expected)


def test_a_person_without_labelled_keypoints_is_ignored(make_data, make_person, make_detection) -> None:
    data = make_data({1: [make_person(100, 100), make_person(400, 400, keypoints=[0] * 51)]})
    found = [make_detection(1, 400, 400, 0.9), make_detection(1, 100, 100, 0.5)]
    assert keypoint_ap(data, found).ap == pytest.approx(1)


@pytest.mark.parametrize(("right_first", "expected"), [(True, 1.0), (False, 0.5)])
def test_equal_scores_keep_their_order(make_data, make_person, make_detection, right_first, expected) -> None:
    data = make_data({1: [make_person(100, 100)]})
    found = [make_detection(1, 100, 100, 0.5), make_detection(1, 400, 400, 0.5)]
    assert keypoint_ap(data, found if right_first else found[::-1]).ap == pytest.approx(expected)


def test_only_the_best_twenty_of_an_image_count(make_data, make_person, make_detection) -> None:
    data = make_data({1: [make_person(100, 100)]})
    wrong = [make_detection(1, 400, 400, 0.9) for _ in range(20)]
    assert keypoint_ap(data, [*wrong, make_detection(1, 100, 100, 0.5)]).ar == 0
    assert keypoint_ap(data, [*wrong[1:], make_detection(1, 100, 100, 0.5)]).ar == 1


def test_the_first_annotation_counts_as_any_other(make_data, make_person, make_detection) -> None:
    """pycocotools takes a match with annotation id 0 for no match; files that count from 0 are common."""
    data = make_data({0: [make_person(100, 100, id=0)]})
    assert keypoint_ap(data, [make_detection(0, 100, 100, 0.5)]).ap == pytest.approx(1)


def test_nothing_found(make_data, make_person) -> None:
    found = keypoint_ap(make_data({1: [make_person(100, 100)], 2: []}), [])
    assert (found.ap, found.ap50, found.ap75, found.ap_medium, found.ar, found.ar_medium) == (0, 0, 0, 0, 0, 0)
    assert math.isnan(found.ap_large)


@pytest.mark.parametrize("content", [{}, {1: []}])
def test_nobody_to_find(make_data, make_detection, content) -> None:
    found = [make_detection(image_id, 100, 100, 0.5) for image_id in content]
    assert all(math.isnan(value) for value in keypoint_ap(make_data(content), found).model_dump().values())


def test_detections_are_left_as_they_are(make_data, make_person, make_detection) -> None:
    found = [make_detection(1, 100, 100, 0.5)]
    before = copy.deepcopy(found)
    keypoint_ap(make_data({1: [make_person(100, 100)]}), found)
    assert found == before


def test_nothing_is_printed(make_data, make_person, make_detection, capsys) -> None:
    keypoint_ap(make_data({1: [make_person(100, 100)]}), [make_detection(1, 100, 100, 0.5)])
    assert capsys.readouterr().out == ""


def test_a_detection_of_another_data_set(make_data, make_person, make_detection) -> None:
    with pytest.raises(DataError, match=r"No detection belongs to an image of test: results\[0\]\.image_id is 7"):
        keypoint_ap(make_data({1: [make_person(100, 100)]}), [make_detection(7, 100, 100, 0.5)])


def test_a_detection_with_other_keypoints(make_data, make_person, make_detection) -> None:
    found = [make_detection(1, 100, 100, 0.5, keypoints=[0.0] * 42)]
    with pytest.raises(DataError, match=r"42 keypoint numbers, test \(COCO-17\) needs 51"):
        keypoint_ap(make_data({1: [make_person(100, 100)]}), found)


def test_json_keeps_every_number_and_has_no_nan(make_data, make_person, make_detection) -> None:
    data = make_data({1: [make_person(100, 100), make_person(400, 400)]})
    result = summarise(match(data, [make_detection(1, 100, 100, 0.9)]))
    text = result.model_dump_json()
    assert json.loads(text)["ap_large"] is None
    back = KeypointAP.model_validate_json(text)
    np.testing.assert_equal(back.model_dump(), result.model_dump())


def test_table_and_text() -> None:
    result = KeypointAP.from_values([0.5, 0.75, 0.25, math.nan, 1, 0, 0, 0, 0, 0])
    assert result.to_pandas().loc[0, ["ap", "ap50", "ap75", "ap_large"]].tolist() == [0.5, 0.75, 0.25, 1]
    assert str(result).startswith("AP 0.500, AP50 0.750, AP75 0.250, AP medium -, AP large 1.000, AR 0.000")
