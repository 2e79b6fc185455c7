"""Pixels as shares of an image's size, in decimal digits, of which the very same pixels can be had again.

A share that is rounded to a float loses the pixel's last bits, so that AP changes in its last digits.
"""

import re
from collections.abc import Callable, Sequence
from decimal import Context, Decimal

EXACT = Context(prec=60)
DIGITS = (6, 10, 17, 25, 40, 60)  # significant ones of a share, tried in turn
_NUMBER = re.compile(r"[+-]?(\d{1,80}\.?\d{0,80}|\.\d{1,80})([eE][+-]?\d{1,3})?", re.ASCII)


def number(token: str) -> Decimal | None:
    """The number that a word of a label file is; None where it is none."""
    return Decimal(token) if _NUMBER.fullmatch(token) else None


def pixels(share: Decimal, side: int) -> float:
    """Where a share of a side of so many pixels lies, as the nearest float."""
    return float(EXACT.multiply(share, Decimal(side)))


def share_of(value: float, side: int) -> str:
    """The shortest of DIGITS that `pixels` makes this very number of."""
    return _shortest(EXACT.divide(Decimal(value), Decimal(side)), lambda share: pixels(share, side) == value)


def box_shares(box: Sequence[float], width: int, height: int) -> list[str]:
    """x, y, width, height in pixels as shares of the image: centre x, centre y, width, height; see `box_pixels`."""
    sides = [share_of(box[2], width), share_of(box[3], height)]
    return [_centre(box[0], sides[0], width), _centre(box[1], sides[1], height), *sides]


def _centre(start: float, side: str, whole: int) -> str:
    half = EXACT.divide(Decimal(side), Decimal(2))
    exact = EXACT.add(EXACT.divide(Decimal(start), Decimal(whole)), half)
    return _shortest(exact, lambda centre: _start(centre, half, whole) == start)


def box_pixels(box: Sequence[Decimal], width: int, height: int) -> list[float]:
    """Centre x, centre y, width, height as shares of the image: x, y, width, height in pixels."""
    halves = [EXACT.divide(side, Decimal(2)) for side in box[2:]]
    starts = [_start(*each) for each in zip(box[:2], halves, (width, height), strict=True)]
    return [*starts, pixels(box[2], width), pixels(box[3], height)]


def _start(centre: Decimal, half: Decimal, side: int) -> float:
    return pixels(EXACT.subtract(centre, half), side)


def _shortest(exact: Decimal, is_right: Callable[[Decimal], bool]) -> str:
    for digits in DIGITS:
        rounded = Context(prec=digits).plus(exact)
        if is_right(rounded):
            break
    return format(rounded.normalize(EXACT), "f")
