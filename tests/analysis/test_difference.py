"""Differences between two methods: paired, with the sign one expects, and without evidence where there is none."""

import numpy as np
import pytest

from methods.analysis.difference import NO_EVIDENCE, Comparison, compare
from methods.errors import DataError
from methods.metrics.matching import match

COUNT = 60


@pytest.fixture
def one_each(make_data, make_person):
    """Images of one person each."""
    return make_data({i: [make_person(100, 100)] for i in range(COUNT)})


@pytest.fixture
def found_in(one_each, make_detection):
    """A matching in which the people of these images are found."""
    return lambda ids: match(one_each, [make_detection(i, 100, 100, 0.5) for i in ids])


def test_a_better_method(found_in) -> None:
    """Found in 20 and 40 of 60 images: AR differs by a third."""
    result = compare(found_in(range(20)), found_in(range(40)), ("few", "many"), details=False, resamples=300)
    ar = next(row for row in result.measures if row.name == "AR")
    assert (ar.first, ar.second, ar.difference) == pytest.approx((1 / 3, 2 / 3, 1 / 3))
    assert 0 < ar.low < 1 / 3 < ar.high < 2 / 3
    assert ar.verdict == "second higher"
    back = compare(found_in(range(40)), found_in(range(20)), ("many", "few"), details=False, resamples=300)
    assert next(row for row in back.measures if row.name == "AR").verdict == "first higher"


def test_pairs_are_narrower_than_two_samples(found_in) -> None:
    """The second finds all that the first finds and three more: alone each interval is wide, the difference is not."""
    result = compare(found_in(range(30)), found_in(range(33)), ("a", "b"), details=False, resamples=300)
    ar = next(row for row in result.measures if row.name == "AR")
    # Standard deviation of a share of 0.05 in 60 images: 0.028; unpaired it would be 0.09.
    assert ar.high - ar.low == pytest.approx(2 * 1.96 * 0.028, abs=0.03)


def test_no_evidence_is_said(found_in) -> None:
    result = compare(found_in(range(30)), found_in(range(29, 60)), ("a", "b"), details=False, resamples=300)
    ar = next(row for row in result.measures if row.name == "AR")
    assert ar.low < 0 < ar.high
    assert ar.verdict == NO_EVIDENCE
    assert "no evidence" in str(ar)
    undefined = next(row for row in result.measures if row.name == "AP large")
    assert np.isnan(undefined.difference)
    assert undefined.verdict == NO_EVIDENCE


def test_the_same_method_twice(found_in) -> None:
    result = compare(found_in(range(30)), found_in(range(30)), ("a", "a"), resamples=20)
    for row in (*result.measures, *result.slices, *result.keypoints):
        assert np.isnan(row.difference) or (row.difference, row.low, row.high) == (0, 0, 0)
        assert row.verdict == NO_EVIDENCE


def test_slices_and_keypoints(found_in) -> None:
    result = compare(found_in(range(20)), found_in(range(60)), ("few", "many"), resamples=50)
    slices = {row.name: row for row in result.slices}
    assert slices["overlap/alone"].verdict == "second higher"
    assert slices["overlap/IoU above 0.3"].verdict == NO_EVIDENCE
    assert {row.name: row.verdict for row in result.keypoints}["left_wrist"] == "second higher"
    table = result.to_pandas()
    assert set(table["about"]) == {"measure", "slice", "keypoint"}
    assert Comparison.from_json(result.to_json()).to_json() == result.to_json()
    assert "second higher" in str(result)


def test_other_people(one_each, found_in, make_data, make_person) -> None:
    other = match(make_data({i: [make_person(101, 100)] for i in range(COUNT)}), [])
    with pytest.raises(DataError, match="different data sets"):
        compare(found_in([1]), other, ("a", "b"))
