"""Colours of people and of body sides."""

from app.colours import person_colour, side_colours
from methods.drawing import PERSON_COLOURS
from methods.skeletons import COCO17


def test_peoples_colours_come_round_and_are_css():
    assert person_colour(0) == "#{:02x}{:02x}{:02x}".format(*PERSON_COLOURS[0])
    assert person_colour(len(PERSON_COLOURS)) == person_colour(0)
    assert person_colour(1) != person_colour(0)


def test_left_right_and_middle_differ():
    colours = dict(zip(COCO17.keypoints, side_colours(COCO17), strict=True))
    assert colours["left_wrist"] == colours["left_eye"]
    assert len({colours["left_wrist"], colours["right_wrist"], colours["nose"]}) == 3
