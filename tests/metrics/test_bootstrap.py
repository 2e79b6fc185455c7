"""The bootstrap: the set itself gives COCOeval's numbers, repeats are copies, the width is what theory says."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from methods.metrics.ap import area_outcomes, keypoint_ap, match, measures, summarise
from methods.metrics.bootstrap import bootstrap_interval, bootstrap_samples


def values(result) -> list[float]:
    return list(result.model_dump().values())


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32 - 1), levels=st.sampled_from([3, 1000]))
def test_each_image_once_gives_the_numbers_of_cocoeval(make_data, random_case, seed, levels) -> None:
    content, found = random_case(seed, levels)
    evaluator = match(make_data(content), found)
    np.testing.assert_array_equal(
        measures(area_outcomes(evaluator), np.ones(len(content), dtype=int)), values(summarise(evaluator))
    )


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32 - 1))
def test_repeated_images_count_as_copies_in_the_data_set(make_data, random_case, seed) -> None:
    content, found = random_case(seed, levels=10**9)  # no ties: their order would matter
    ids = sorted(content)  # the order of params.imgIds
    times = np.random.default_rng(seed + 1).integers(0, 4, len(ids))
    copies = {1000 * i + copy: content[i] for i, count in zip(ids, times, strict=True) for copy in range(count)}
    found_in_copies = [d | {"image_id": c} for c in copies for d in found if d["image_id"] == c // 1000]
    expected = keypoint_ap(make_data(copies), found_in_copies)
    np.testing.assert_allclose(
        measures(area_outcomes(match(make_data(content), found)), times), values(expected), rtol=0, atol=1e-12
    )


@pytest.fixture
def half_found(make_data, make_person, make_detection):
    """100 images with one person each, found in every second one."""
    data = make_data({i: [make_person(100, 100)] for i in range(1, 101)})
    return match(data, [make_detection(i, 100, 100, 0.5) for i in range(1, 101, 2)])


def test_width_of_the_interval(half_found) -> None:
    """AR is the share of people found: its standard deviation is sqrt(p (1 - p) / n) = 0.05."""
    interval = bootstrap_interval(half_found, resamples=1000)
    assert interval.low.ar == pytest.approx(0.5 - 1.96 * 0.05, abs=0.015)
    assert interval.high.ar == pytest.approx(0.5 + 1.96 * 0.05, abs=0.015)
    assert bootstrap_samples(half_found, 1000)[:, 5].std() == pytest.approx(0.05, abs=0.004)


def test_a_measure_that_is_undefined_has_an_undefined_interval(half_found) -> None:
    interval = bootstrap_interval(half_found, resamples=20)
    assert math.isnan(interval.low.ap_large)
    assert math.isnan(interval.high.ap_large)
    assert interval.low.ap_medium <= interval.high.ap_medium


def test_same_seed_same_interval(half_found) -> None:
    first = bootstrap_samples(half_found, 20, seed=3)
    np.testing.assert_array_equal(first, bootstrap_samples(half_found, 20, seed=3))
    assert not np.array_equal(first, bootstrap_samples(half_found, 20, seed=4), equal_nan=True)


def test_images_that_are_all_alike_leave_no_doubt(make_data, make_person, make_detection) -> None:
    data = make_data({i: [make_person(100, 100), make_person(400, 400)] for i in (1, 2, 3)})
    interval = bootstrap_interval(match(data, [make_detection(i, 100, 100, 0.5) for i in (1, 2, 3)]), resamples=20)
    assert interval.low.ap == pytest.approx(51 / 101)
    assert interval.high.ap == pytest.approx(51 / 101)


def test_nobody_to_find(make_data) -> None:
    interval = bootstrap_interval(match(make_data({1: []}), []), resamples=5)
    assert all(math.isnan(value) for value in [*values(interval.low), *values(interval.high)])


def test_nothing_found(make_data, make_person) -> None:
    interval = bootstrap_interval(match(make_data({1: [make_person(100, 100)], 2: []}), []), resamples=50)
    assert (interval.low.ap, interval.high.ap, interval.low.ar, interval.high.ar) == (0, 0, 0, 0)
