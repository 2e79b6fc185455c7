"""Pixels as shares of a size, and the same pixels again."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from methods.data.formats.shares import box_pixels, box_shares, number, pixels, share_of

SIDES = st.integers(1, 65_535)
VALUES = st.floats(1e-6, 1e5) | st.just(0.0) | st.floats(-100, -1e-6)


@given(VALUES, SIDES)
def test_a_pixel_comes_back_to_the_last_bit(value, side):
    assert pixels(Decimal(share_of(value, side)), side) == value


@given(st.lists(VALUES, min_size=4, max_size=4), SIDES, SIDES)
def test_a_box_comes_back_to_the_last_bit(box, width, height):
    assert box_pixels([Decimal(each) for each in box_shares(box, width, height)], width, height) == box


def test_shares_are_short_where_they_can_be():
    assert share_of(320, 640) == "0.5"
    assert box_shares([0, 0, 640, 240], 640, 480) == ["0.5", "0.25", "1", "0.5"]


@pytest.mark.parametrize("word", ["nan", "inf", "1_0", "0x1", "", "1e9999", "\u0661", "1.2.3", "Infinity", "9" * 200])
def test_what_is_no_number(word):
    assert number(word) is None


@pytest.mark.parametrize("word", ["1", "-0.5", "+.5", "1.", "5e-3", "1E2"])
def test_what_is_a_number(word):
    assert float(number(word)) == float(word)
