"""Names at the ends of lines: level with them where there is room, and never over one another."""

import numpy as np
import plotly.graph_objects as go
import pytest

from methods.figures.labels import ROOM, label_ends, spread


def test_places_with_room_stay_and_others_move_apart() -> None:
    assert spread([0.2, 0.5, 0.8], 0.1, 0, 1).tolist() == [0.2, 0.5, 0.8]
    assert spread([0.5, 0.5, 0.55], 0.1, 0, 1).tolist() == pytest.approx([0.5, 0.6, 0.7])
    assert spread([0.9, 0.95, 1.0], 0.1, 0, 1).tolist() == pytest.approx([0.8, 0.9, 1.0])
    assert spread([0, 0], 0.1, 0, 1).tolist() == [0, 0.1]


@pytest.fixture
def figure() -> go.Figure:
    return go.Figure().update_xaxes(range=[0, 0.8]).update_yaxes(range=[0.2, 1])


def test_names_stand_apart_in_the_order_of_the_ends(figure) -> None:
    ends = {"left": (0.7, 0.21), "right": (0.8, 0.21), "high": (0.6, 0.9), "a name of many letters": (0.75, 0.9)}
    label_ends(figure, ends, dict.fromkeys(ends, "#000000"))
    labels = figure.layout.annotations
    assert [label.text for label in labels] == ["left", "right", "high", "a name of many le…"]
    assert (np.diff([label.ay for label in labels]) >= ROOM * 0.8 - 1e-9).all()
    assert {label.ax for label in labels} == {0.8}
    assert [(label.x, label.y) for label in labels] == [ends[name] for name in ("left", "right", "high", list(ends)[3])]


def test_names_that_cannot_all_stand_there_are_left_out(figure) -> None:
    ends = {f"method {number}": (0.5, 0.5) for number in range(20)}
    label_ends(figure, ends, dict.fromkeys(ends, "#000000"))
    assert figure.layout.annotations == ()
