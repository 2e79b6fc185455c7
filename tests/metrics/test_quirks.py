"""The numbered table of methods/metrics/README.md: quirk n of COCO's keypoint AP is shown by test_quirk_n."""

import math
import re
from pathlib import Path

import numpy as np
import pytest

from methods.errors import DataError
from methods.metrics import ap as module
from methods.metrics.ap import keypoint_ap
from methods.metrics.matching import match, match_ranges
from methods.skeletons import COCO17

HALF = 51 / 101  # of COCO's 101 recall levels, those up to 0.5


@pytest.fixture
def both(make_data, plain_pycocotools):
    """The ten measures, after asserting that pycocotools says the same to the last bit."""

    def measure(content, found):
        ours = keypoint_ap(make_data(content), found)
        expected = plain_pycocotools(content, found).stats
        np.testing.assert_array_equal(np.nan_to_num(list(ours.model_dump().values()), nan=-1), expected)
        return ours

    return measure


def shift_for(oks: float, area: float = 50.0**2) -> float:
    """How far to move keypoints of the nose's sigma, in pixels, for a similarity of `oks`."""
    return math.sqrt(-math.log(oks) * 2 * area * (2 * COCO17.sigmas[0]) ** 2)


def nose(x: float, y: float) -> list[float]:
    """Keypoints of a person of whom only the nose is labelled."""
    return [x, y, 2] + [0] * 48


def test_every_quirk_of_the_table_has_its_test() -> None:
    table = (Path(module.__file__).parent / "README.md").read_text()
    listed = [int(number) for number in re.findall(r"^\| (\d+) \|", table, flags=re.MULTILINE)]
    tested = {int(found[1]) for name in globals() if (found := re.match(r"test_quirk_(\d+)_", name))}
    assert listed == list(range(1, len(listed) + 1))
    assert tested == set(listed)


def test_quirk_1_equal_scores_keep_the_order_of_image_ids(both, make_person, make_detection) -> None:
    right, wrong = make_detection(2, 100, 100, 0.5), make_detection(7, 400, 400, 0.5)
    for found in ([right, wrong], [wrong, right]):
        assert both({7: [], 2: [make_person(100, 100)]}, found).ap == pytest.approx(1)
    right, wrong = right | {"image_id": 7}, wrong | {"image_id": 2}
    for found in ([right, wrong], [wrong, right]):
        assert both({7: [make_person(100, 100)], 2: []}, found).ap == pytest.approx(0.5)


def test_quirk_2_the_best_twenty(both, make_person, make_detection) -> None:
    wrong = [make_detection(1, 400, 400, 0.9) for _ in range(20)]
    right = make_detection(1, 100, 100, 0.5)
    assert both({1: [make_person(100, 100)]}, [*wrong, right]).ar == 0
    assert both({1: [make_person(100, 100)]}, [*wrong[1:], right]).ar == 1


def test_quirk_3_the_last_of_equals(both, make_data, make_person, make_detection) -> None:
    content, found = {1: [make_person(100, 100), make_person(100, 100)]}, [make_detection(1, 100, 100, 0.9)]
    both(content, found)
    assert match(make_data(content), found).person[0].tolist() == [[1]] * 10


def test_quirk_4_a_choice_is_final(both, make_person, make_detection) -> None:
    """The first detection is nearer to the first person, whom the second detection alone reaches."""
    a, b = make_person(100, 100, keypoints=nose(100, 100)), make_person(105, 100, keypoints=nose(105, 100))
    reach = shift_for(0.5)
    found = [make_detection(1, 102, 100, 0.9), make_detection(1, 100 - 0.9 * reach, 100, 0.8)]
    assert both({1: [a, b]}, found).ar50 == 0.5
    assert both({1: [a, b]}, [found[0] | {"score": 0.7}, found[1]]).ar50 == 1


def test_quirk_5_who_counts_goes_before_who_is_ignored(both, make_person, make_detection) -> None:
    near = make_person(100 + shift_for(0.6), 100, keypoints=nose(100 + shift_for(0.6), 100))
    content = {1: [make_person(100, 100, keypoints=nose(100, 100), iscrowd=1), near]}
    result = both(content, [make_detection(1, 100, 100, 0.9)])
    assert result.ar50 == 1
    assert result.ar75 == 0  # there the crowd takes it, and it is ignored


@pytest.mark.parametrize(("crowd", "ap"), [(1, 1.0), (0, 0.5)])
def test_quirk_6_a_crowd_takes_in_any_number(both, make_person, make_detection, crowd, ap) -> None:
    ignored = make_person(400, 400, keypoints=[0] * 51, iscrowd=crowd)
    twice = [make_detection(1, 400, 400, score) for score in (0.9, 0.8)]
    result = both({1: [make_person(100, 100), ignored]}, [*twice, make_detection(1, 100, 100, 0.5)])
    assert result.ap == pytest.approx(ap)


@pytest.mark.parametrize(("x", "oks"), [(400, 1), (474, 1), (476, 0.99), (700, 0)])
def test_quirk_7_somebody_without_keypoints_is_a_box_of_three_times_the_size(
    both, make_data, make_person, make_detection, x, oks
) -> None:
    """The box is 375..425, so the grown one ends at 475."""
    content = {1: [make_person(400, 400, keypoints=[0] * 51), make_person(100, 100)]}
    found = [make_detection(1, x, 400, 0.9)]
    both(content, found)
    assert match(make_data(content), found).pairs.oks[0] == pytest.approx(oks, abs=0.02)


def test_quirk_8_num_keypoints_ignores_and_flags_compare(both, make_data, make_person, make_detection) -> None:
    content = {1: [make_person(100, 100, num_keypoints=0), make_person(300, 300, keypoints=[0] * 51, num_keypoints=3)]}
    found = [make_detection(1, 100, 100, 0.9), make_detection(1, 300, 300, 0.8)]
    result = both(content, found)
    assert result.ap == pytest.approx(1)
    assert match(make_data(content), found).ground_truth.ignored.tolist() == [True, False]


def test_quirk_9_the_first_detection_decides_how_large_they_are(both, make_person, make_detection) -> None:
    """A wrong detection with a large box and keypoints on one point: ignored among medium people by its box only."""
    content = {1: [make_person(100, 100)]}
    wrong = make_detection(
        1, 400, 400, 0.9, bbox=[0, 0, 300, 300], keypoints=[400, 400, 1, 440, 440, 1] + [420, 420, 1] * 15
    )
    found = [wrong, make_detection(1, 100, 100, 0.5)]
    assert both(content, found).ap_medium == pytest.approx(1)
    without = [{name: value for name, value in one.items() if name != "bbox"} for one in found]
    assert both(content, without).ap_medium == pytest.approx(0.5)


def test_quirk_9_some_with_and_some_without_a_box(make_data, make_person, make_detection) -> None:
    found = [make_detection(1, 100, 100, 0.5), make_detection(1, 100, 100, 0.5, bbox=[])]
    with pytest.raises(DataError, match="Some detections have a bbox and some have none"):
        keypoint_ap(make_data({1: [make_person(100, 100)]}), found)


def test_quirk_10_bounds_of_areas_are_inclusive(both, make_person, make_detection) -> None:
    result = both({1: [make_person(100, 100, area=96.0**2)]}, [make_detection(1, 100, 100, 0.9)])
    assert (result.ar_medium, result.ar_large) == (1, 1)


def test_quirk_11_a_threshold_is_reached_by_what_equals_it(make_data, make_person, make_detection) -> None:
    data = make_data({1: [make_person(100, 100, keypoints=nose(100, 100))]})
    matching = match(data, [make_detection(1, 100 + shift_for(0.7), 100, 0.9)])
    oks = float(matching.pairs.oks[0])
    exact = match_ranges(matching.ground_truth, matching.detections, matching.ranges, [oks, np.nextafter(oks, 1)])
    assert exact.person[0].tolist() == [[0], [-1]]
    one = match_ranges(matching.ground_truth, matching.detections, matching.ranges, [1.0])
    assert one.person[0].tolist() == [[-1]]
    perfect = match(data, [make_detection(1, 100 + 1e-6, 100, 0.9)], [1.0])
    assert perfect.pairs.oks[0] < 1
    assert perfect.person[0].tolist() == [[0]]


def test_quirk_12_precision_is_zero_beyond_the_last_recall(both, make_person, make_detection) -> None:
    content = {1: [make_person(100, 100), make_person(400, 400)]}
    found = [make_detection(1, 100, 100, 0.9), make_detection(1, 400, 400, 0.8)]
    assert both(content, found[:1]).ap == pytest.approx(HALF)
    assert 0 < 1 - both({1: content[1][:1]}, found[:1]).ap50 < 1e-15  # 1 / (1 + 2.2e-16)


def test_quirk_13_nobody_to_find(both, make_person, make_detection) -> None:
    result = both({1: []}, [make_detection(1, 100, 100, 0.9)])
    assert all(math.isnan(value) for value in result.model_dump().values())
    elsewhere = both(
        {1: [], 2: [make_person(100, 100)]}, [make_detection(1, 9, 9, 0.9), make_detection(2, 100, 100, 0.5)]
    )
    assert elsewhere.ap == pytest.approx(0.5)


def test_quirk_14_what_a_keypoint_says_of_itself_does_not_matter(both, make_person, make_detection) -> None:
    content = {1: [make_person(100, 100, keypoints=nose(100, 100))]}
    there = [100, 100, 0] + [9999, -9999, 1] * 16
    assert both(content, [make_detection(1, 0, 0, 0.9, keypoints=there)]).ap == pytest.approx(1)
    corner = {1: [make_person(0, 0, keypoints=nose(0, 0))]}
    assert both(corner, [make_detection(1, 0, 0, 0.9, keypoints=[0] * 51)]).ap == pytest.approx(1)


def test_quirk_15_annotations_may_count_from_zero(make_data, plain_pycocotools, make_person, make_detection) -> None:
    content, found = {1: [make_person(100, 100, id=0)]}, [make_detection(1, 100, 100, 0.5)]
    assert keypoint_ap(make_data(content), found).ap == pytest.approx(1)
    assert plain_pycocotools(content, found).stats[0] == 0


def test_quirk_16_other_categories_do_not_exist(both, make_person, make_detection) -> None:
    cat = make_detection(1, 400, 400, 0.9, category_id=17)
    assert both({1: [make_person(100, 100)]}, [cat, make_detection(1, 100, 100, 0.5)]).ap == pytest.approx(1)


def test_quirk_17_an_empty_list(make_data, plain_pycocotools, make_person) -> None:
    content = {1: [make_person(100, 100)]}
    assert keypoint_ap(make_data(content), []).ap == 0
    with pytest.raises(IndexError):
        plain_pycocotools(content, [])


@pytest.mark.parametrize(("off", "ar"), [(0, 1), (0.001, 0)])
def test_quirk_18_somebody_of_no_area(both, make_person, make_detection, off, ar) -> None:
    content = {1: [make_person(100, 100, area=0.0)]}
    assert both(content, [make_detection(1, 100 + off, 100, 0.9)]).ar == ar


def test_quirk_19_a_keypoint_that_is_no_number(make_data, plain_pycocotools, make_person, make_detection) -> None:
    content, found = {1: [make_person(100, 100)]}, [make_detection(1, 100, 100, 0.9, keypoints=[math.nan] * 51)]
    with pytest.raises(DataError, match="not a finite number"):
        keypoint_ap(make_data(content), found)
    assert plain_pycocotools(content, found).stats[0] == pytest.approx(1)


def test_quirk_20_a_detection_of_another_image(make_data, plain_pycocotools, make_person, make_detection) -> None:
    content = {1: [make_person(100, 100)]}
    found = [make_detection(1, 100, 100, 0.9), make_detection(9, 100, 100, 0.5)]
    assert keypoint_ap(make_data(content), found).ap == pytest.approx(1)
    with pytest.raises(AssertionError):
        plain_pycocotools(content, found)
    with pytest.raises(DataError):
        keypoint_ap(make_data(content), found[1:])
