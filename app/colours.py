"""Colours of people, of body sides and of methods, as CSS."""

import colorsys
from collections.abc import Iterable

from methods.catalog import families
from methods.drawing import LEFT, MIDDLE, PERSON_COLOURS, RIGHT, Colour
from methods.skeletons import Skeleton

# Of methods in curves: Okabe and Ito's colours that stand out from white and from ink alike.
LINES = ("#2f8fc4", "#d98200", "#009e73", "#c2629a", "#d55e00", "#7d6fd0", "#8a8f2a")
NEUTRAL = "#c9ced3"  # of what belongs to nobody
GOLDEN = 0.618034  # of a turn of the colour circle: hues that follow one another by it never come round


def method_colours(names: Iterable[str]) -> dict[str, str]:
    """A colour for each method, whichever others are shown with it; no two have the same.

    LINES go to the first variant of each family, in the families' order. Further families and variants have colours of
    their own, and so have names that no family knows, such as those of results files: these in the order given.
    """
    first = [family.variants[0].name for family in families() if family.variants]
    known = [*first, *(each.name for family in families() for each in family.variants[1:])]
    given = list(names)
    order = [*known, *dict.fromkeys(name for name in given if name not in known)]
    return {name: _line(order.index(name)) for name in given}


def _line(number: int) -> str:
    """The colour of that number: one of LINES, and after them hues that are as far apart as they can be."""
    if number < len(LINES):
        return LINES[number]
    further = number - len(LINES)
    red, green, blue = colorsys.hls_to_rgb(further * GOLDEN % 1, 0.42 + 0.04 * (further % 4), 0.55)
    return _css((round(255 * red), round(255 * green), round(255 * blue)))


def person_colour(number: int) -> str:
    """Colour of the person with that number; they come round."""
    return _css(PERSON_COLOURS[number % len(PERSON_COLOURS)])


def side_colours(skeleton: Skeleton) -> list[str]:
    """Colour of each joint by the person's own left, right or middle."""
    colours = [_css(MIDDLE)] * len(skeleton)
    for left, right in skeleton.pairs:
        colours[left], colours[right] = _css(LEFT), _css(RIGHT)
    return colours


def _css(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
