"""Colours of people, of body sides and of methods."""

from app.colours import LINES, method_colours, person_colour, side_colours
from methods import variants
from methods.drawing import PERSON_COLOURS
from methods.skeletons import COCO17


def test_peoples_colours_come_round_and_are_css():
    assert person_colour(0) == "#{:02x}{:02x}{:02x}".format(*PERSON_COLOURS[0])
    assert person_colour(len(PERSON_COLOURS)) == person_colour(0)
    assert person_colour(1) != person_colour(0)


def test_left_right_and_middle_differ():
    colours = dict(zip(COCO17.joints, side_colours(COCO17), strict=True))
    assert colours["left_wrist"] == colours["left_eye"]
    assert len({colours["left_wrist"], colours["right_wrist"], colours["nose"]}) == 3


def test_a_method_keeps_its_colour_whoever_is_shown_with_it():
    everybody = method_colours(["kapao-n", "posedet-n", "yolo11n-pose", "mine"])
    assert method_colours(["posedet-n"])["posedet-n"] == everybody["posedet-n"]
    assert method_colours(["mine", "yolo11n-pose"])["mine"] == everybody["mine"]


def test_no_two_methods_have_the_same_colour_and_strangers_have_their_own():
    names = [*(variant.name for variant in variants()), *(f"stranger {number}" for number in range(12))]
    found = method_colours(names)
    assert len(set(found.values())) == len(names)
    assert not {found[name] for name in names[-12:]} & set(LINES)
