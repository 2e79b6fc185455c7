"""One rule for the colours of methods."""

import numpy as np

from methods import variants
from methods.analysis.delta_oks import DeltaOks
from methods.analysis.difference import Difference
from methods.figures.people import oks_against_oks
from methods.figures.scores import difference_dots
from methods.figures.style import COLOURS, method_colours

PAIR = ("posedet-n", "mine")
SPANS = [("AP", -0.2, -0.1), ("AR", 0.1, 0.2)]


def test_a_method_has_its_colour_whoever_is_shown_with_it_and_in_whatever_order():
    everybody = method_colours(["kapao-n", "posedet-n", "yolo11n-pose", "mine", "yours"])
    for name, colour in everybody.items():
        assert method_colours([name]) == {name: colour}
        assert method_colours([*reversed(everybody)])[name] == colour


def test_no_two_methods_have_the_same_colour_and_strangers_have_their_own():
    names = [*(variant.name for variant in variants()), *(f"stranger {number}" for number in range(12))]
    found = method_colours(names)
    assert len(set(found.values())) == len(names)
    assert not {found[name] for name in names[-12:]} & set(COLOURS)


def test_two_methods_side_by_side_have_their_own_colours():
    rows = [Difference(name=name, first=0.5, second=0.5, difference=0, low=low, high=high) for name, low, high in SPANS]
    first, second, _ = difference_dots(rows, PAIR).data
    assert [first.marker.color, second.marker.color] == list(method_colours(PAIR).values())
    assert [len(each.x) for each in (first, second)] == [1, 1]
    people = DeltaOks(None, np.array([4, 5]), np.array([0.9, 0.2]), np.array([0.3, 0.9]))
    first, second, _ = oks_against_oks(people, PAIR).data
    assert [first.marker.color, second.marker.color] == list(method_colours(PAIR).values())
