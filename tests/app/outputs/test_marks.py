"""How many marks of a layer are drawn, and what is said about the others."""

from app.limits import MARKS
from app.outputs.marks import Mark, strongest


def mark(score):
    return Mark("point", [0.0, 0.0], "#ffffff", score, "centre", [])


def test_the_strongest_are_kept_best_first_and_the_rest_is_told():
    marks, note = strongest([mark(0.2), mark(0.9), mark(0.5)], limit=2)
    assert [each.score for each in marks] == [0.9, 0.5]
    assert note == "The 2 marks of highest confidence out of 3."


def test_nothing_is_said_where_all_are_drawn_and_something_where_there_is_none():
    assert strongest([mark(0.2)] * MARKS)[1] == ""
    assert len(strongest([mark(0.2)] * (MARKS + 1))[0]) == MARKS
    assert strongest([]) == ([], "None at these settings.")
