"""One rule for the colours of methods."""

from itertools import combinations

import numpy as np
from PIL import ImageColor
from skimage.color import deltaE_cie76, rgb2lab

from methods import variants
from methods.analysis.delta_oks import DeltaOks
from methods.analysis.difference import Difference
from methods.figures import style
from methods.figures.people import oks_against_oks
from methods.figures.scores import difference_dots
from methods.figures.style import COLOURS, OWN_COLOURS, method_colours

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


def test_the_users_models_stand_out_from_each_other_and_from_what_comes_along(monkeypatch):
    monkeypatch.setattr(style, "read_models", lambda: {f"mine-{number}": None for number in range(5)})
    names = ["mine-3", "mine-1", "kapao-n"]
    assert list(method_colours(names).values()) == [OWN_COLOURS[3], OWN_COLOURS[1], COLOURS[0]]
    lab = {each: rgb2lab(np.array(ImageColor.getrgb(each)) / 255) for each in (*COLOURS, *OWN_COLOURS)}
    apart = {pair: deltaE_cie76(*(lab[each] for each in pair)) for pair in combinations(lab, 2)}
    assert min(apart.values()) > 19, min(apart, key=lambda pair: apart[pair])
    assert min(value for pair, value in apart.items() if set(pair) & set(OWN_COLOURS)) > 30


def test_two_methods_side_by_side_have_their_own_colours():
    rows = [Difference(name=name, first=0.5, second=0.5, difference=0, low=low, high=high) for name, low, high in SPANS]
    first, second, _ = difference_dots(rows, PAIR).data
    assert [first.marker.color, second.marker.color] == list(method_colours(PAIR).values())
    assert [len(each.x) for each in (first, second)] == [1, 1]
    people = DeltaOks(None, np.array([4, 5]), np.array([0.9, 0.2]), np.array([0.3, 0.9]))
    first, second, _ = oks_against_oks(people, PAIR).data
    assert [first.marker.color, second.marker.color] == list(method_colours(PAIR).values())
