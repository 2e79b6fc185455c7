"""Planted label errors are found with their reason, and clean labels are left alone."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from methods.analysis.label_error import Kind, LabelErrors
from methods.analysis.label_errors import find_label_errors
from methods.errors import DataError
from methods.metrics.matching import match
from methods.skeletons import COCO17

NOTHING: dict = {}
FLIP = list(COCO17.flip_order)


def pose(x: float, y: float = 100) -> np.ndarray:
    """Keypoints [17, 2] on a grid of 40 px."""
    return np.array([[x + 40 * (k % 4), y + 40 * (k // 4)] for k in range(17)], dtype=float)


@pytest.fixture(scope="module")
def doubts(make_data, make_person, make_detection):
    """From annotated poses (and fields) and poses that each of three methods finds, to the doubts and the data."""

    def person(keypoints, fields=NOTHING):
        triples = np.column_stack([keypoints, np.full(17, 2)]).ravel().tolist()
        box = [*keypoints.min(axis=0), *np.ptp(keypoints, axis=0)]
        made = make_person(0, 0, keypoints=triples, bbox=[float(one) for one in box], area=120.0**2)
        return made | fields

    def find(annotated, found, names=("a", "b", "c"), fields=(NOTHING,) * 9, noise=1.0, seed=0) -> tuple:
        rng = np.random.default_rng(seed)
        # Somebody about whom all agree, so that there is a score at which each method works.
        people = [person(pose(0)), *(person(one, field) for one, field in zip(annotated, fields, strict=False))]
        data = make_data({7: [each | {"id": 100 + number} for number, each in enumerate(people)]})
        matchings = {}
        for name in names:
            detections = [
                make_detection(7, 0, 0, 0.9, keypoints=np.column_stack([moved, np.ones(17)]).ravel().tolist())
                for moved in (one + rng.normal(0, noise, (17, 2)) for one in [pose(0), *found])
            ]
            matchings[name] = match(data, detections)
        return find_label_errors(data, matchings), data

    return find


@settings(max_examples=20)
@given(seed=st.integers(0, 2**32 - 1))
def test_clean_labels_raise_no_doubt(doubts, seed) -> None:
    found, _ = doubts([pose(300), pose(340, 120)], [pose(300), pose(340, 120)], noise=3, seed=seed)
    assert found.errors == ()
    assert found.sentence().startswith("0 labels to look at among 3 people in 1 images: left and right 0")


def test_left_and_right_exchanged(doubts) -> None:
    found, _ = doubts([pose(300)[FLIP]], [pose(300)])
    (one,) = found.errors
    assert (one.kind, one.person, one.annotation_id, one.file_name) == (Kind.LEFT_AND_RIGHT, 1, 101, "7.jpg")
    assert one.reason == "3 methods find this person with left and right the other way round."
    assert one.methods == ("a", "b", "c")
    np.testing.assert_allclose(np.array(one.pose).reshape(17, 3)[:, :2], pose(300), atol=4)


def test_annotated_elsewhere(doubts) -> None:
    """The legs are another's; the box is right."""
    wrong = pose(300)
    wrong[9:] += [130, 0]
    (one,) = doubts([wrong], [pose(300)], fields=[{"bbox": [300.0, 100, 120, 160]}])[0].errors
    assert (one.kind, one.person) == (Kind.ELSEWHERE, 1)
    assert one.keypoints == COCO17.keypoints[9:]
    assert one.reason == (
        "3 methods agree on another place for left wrist, right wrist, left hip, right hip and 4 more."
    )


def test_one_odd_keypoint_is_not_enough(doubts) -> None:
    wrong = pose(300)
    wrong[9] += 200
    assert doubts([wrong], [pose(300)])[0].errors == ()


def test_not_annotated(doubts) -> None:
    (one,) = doubts([], [pose(300)])[0].errors
    assert (one.kind, one.person, one.annotation_id) == (Kind.NOT_ANNOTATED, -1, None)
    assert one.box == pytest.approx((300, 100, 120, 160), abs=5)


@pytest.mark.parametrize("fields", [{"iscrowd": 1}, {"keypoints": [0, 0, 0] * 17}])
def test_crowds_and_people_without_labels_excuse(doubts, fields) -> None:
    assert doubts([pose(300)], [pose(300)], fields=[fields])[0].errors == ()


def test_what_only_one_of_three_finds_is_no_doubt(doubts, make_data, make_person, make_detection) -> None:
    data = make_data({1: [make_person(100, 100)]})
    right, wrong = make_detection(1, 100, 100, 0.9), make_detection(1, 400, 400, 0.95)
    matchings = {name: match(data, each) for name, each in {"a": [right, wrong], "b": [right], "c": [right]}.items()}
    assert find_label_errors(data, matchings).errors == ()


def test_doubled(doubts) -> None:
    found, _ = doubts([pose(300), pose(301)], [pose(300)])
    (one,) = found.errors
    assert (one.kind, one.person, one.other, one.annotation_id) == (Kind.DOUBLED, 2, 1, 102)
    assert one.score > 0.95


def test_the_most_probable_comes_first_and_json_and_table(doubts) -> None:
    found, _ = doubts([pose(300)[FLIP], pose(0, 400), pose(0, 400)], [pose(300), pose(300, 400)])
    assert found.errors[0].kind is Kind.DOUBLED
    assert {one.kind for one in found.errors} == {Kind.DOUBLED, Kind.LEFT_AND_RIGHT, Kind.NOT_ANNOTATED}
    scores = [one.score for one in found.errors]
    assert scores == sorted(scores, reverse=True)
    assert LabelErrors.from_json(found.to_json()) == found
    assert found.to_pandas()["kind"].tolist() == [one.kind.value for one in found.errors]


def test_for_a_label_tool(doubts) -> None:
    """COCO annotations that COCO's own reader takes, with the reason beside."""
    found, data = doubts([pose(300)[FLIP]], [pose(300)])
    exported = json.loads(found.to_coco(data))
    (annotation,) = exported["annotations"]
    assert exported["images"] == [{"id": 7, "file_name": "7.jpg", "width": 640, "height": 480}]
    assert (annotation["image_id"], annotation["annotation_id"], annotation["num_keypoints"]) == (7, 101, 17)
    assert annotation["kind"] == "left and right"
    assert exported["categories"][0]["keypoints"] == list(COCO17.keypoints)
    empty, _ = doubts([pose(300)], [pose(300)])
    assert json.loads(empty.to_coco(data))["images"] == []
    assert len(empty.to_pandas()) == 0


def test_one_method_alone_and_other_data(make_data, make_person) -> None:
    one, other = (match(make_data({1: [make_person(x, 1)]}), []) for x in (1, 2))
    with pytest.raises(DataError, match="at least two methods"):
        find_label_errors(make_data({}), {"a": one})
    with pytest.raises(DataError, match="different data sets"):
        find_label_errors(make_data({}), {"a": one, "b": other})


def test_nothing_found(make_data, make_person) -> None:
    data = make_data({1: [make_person(1, 1)], 2: []})
    assert find_label_errors(data, {name: match(data, []) for name in "ab"}).errors == ()
