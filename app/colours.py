"""Colours of people and of body sides as CSS; those of methods are methods.figures.style's."""

from methods.drawing import LEFT, MIDDLE, PERSON_COLOURS, RIGHT, Colour
from methods.skeletons import Skeleton

NEUTRAL = "#c9ced3"  # of what belongs to nobody


def person_colour(number: int) -> str:
    """Colour of the person with that number; they come round."""
    return _css(PERSON_COLOURS[number % len(PERSON_COLOURS)])


def side_colours(skeleton: Skeleton) -> list[str]:
    """Colour of each keypoint by the person's own left, right or middle."""
    colours = [_css(MIDDLE)] * len(skeleton)
    for left, right in skeleton.pairs:
        colours[left], colours[right] = _css(LEFT), _css(RIGHT)
    return colours


def _css(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
