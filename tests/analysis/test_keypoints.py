"""AP and lost OKS by keypoint, by hand."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from methods.analysis.error_types import find_errors
from methods.analysis.keypoints import KeypointScores, keypoint_scores
from methods.metrics.ap import keypoint_ap
from methods.metrics.matching import match


def scores(data, found):
    return keypoint_scores(find_errors(match(data, found)))


@pytest.fixture
def wrong_nose(make_data, make_person, make_detection):
    """Two people with nose and left eye labelled only; the first is found but for the nose, the second is not."""
    person = make_person(100, 100, keypoints=[100, 100, 2, 130, 100, 2] + [0] * 45)
    other = make_person(100, 100, keypoints=[100, 100, 2, 130, 100, 2] + [0] * 45)
    detection = make_detection(1, 130, 100, 0.9, keypoints=[900, 900, 1, 130, 100, 1] + [5, 5, 1] * 15)
    return make_data({1: [person], 2: [other]}), [detection]


def test_shares_of_lost_oks(wrong_nose) -> None:
    result = scores(*wrong_nose)
    lost = {row.keypoint: row.lost for row in result.rows}
    assert lost["nose"] == pytest.approx(0.5 / 2)
    assert lost["left_eye"] == 0
    assert result.not_found == 0.5
    assert result.mean_oks == pytest.approx(0.5 / 2)
    assert result.people == 2


def test_ap_of_a_keypoint_alone(wrong_nose) -> None:
    result = scores(*wrong_nose)
    rows = {row.keypoint: row for row in result.rows}
    assert rows["nose"].ap == 0
    assert rows["left_eye"].ap == pytest.approx(51 / 101)
    assert (rows["nose"].labelled, rows["right_eye"].labelled) == (2, 0)
    assert math.isnan(rows["right_eye"].ap)


def test_people_without_the_keypoint_are_ignored(make_data, make_person, make_detection) -> None:
    """The second person has no left eye, so that the detection there is no false one."""
    eye = make_person(100, 100, keypoints=[0, 0, 0, 100, 100, 2] + [0] * 45)
    nose = make_person(300, 300, keypoints=[300, 300, 2] + [0] * 48)
    found = [make_detection(1, 300, 300, 0.9), make_detection(1, 100, 100, 0.5)]
    rows = {row.keypoint: row for row in scores(make_data({1: [eye, nose]}), found).rows}
    assert rows["left_eye"].ap == pytest.approx(1)
    assert rows["nose"].ap == pytest.approx(1)


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32 - 1))
def test_shares_add_up_and_a_keypoint_is_a_data_set_of_its_own(make_data, random_case, seed) -> None:
    content, found = random_case(seed, 5)
    result = scores(make_data(content), found)
    if not result.people:
        assert math.isnan(result.mean_oks)
        return
    assert sum(row.lost for row in result.rows) + result.not_found + result.mean_oks == pytest.approx(1)
    alone = {}
    for image_id, people in content.items():
        alone[image_id] = []
        for person in people:
            keypoints = np.array(person["keypoints"], dtype=float).reshape(17, 3)
            keypoints[np.arange(17) != 9] = 0
            alone[image_id].append(person | {"keypoints": keypoints.ravel().tolist()})
    # A person without keypoints is compared by the box; the wrist's alone has the same box.
    expected = keypoint_ap(make_data(alone), found).ap
    assert result.rows[9].ap == pytest.approx(expected, abs=1e-12, nan_ok=True)


def test_table_and_json(wrong_nose) -> None:
    result = scores(*wrong_nose)
    assert result.to_pandas()["keypoint"].tolist()[:2] == ["nose", "left_eye"]
    assert KeypointScores.from_json(result.to_json()).to_json() == result.to_json()
    assert "left_ankle" in str(result)
