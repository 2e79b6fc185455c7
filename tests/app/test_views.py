"""What a link keeps of a tab's controls, and what it may set them to."""

import gradio as gr
import pytest
from starlette.requests import Request

from app.state.controls import Controls
from app.state.visitor import VisitorState
from app.views import PURPOSES, Views, changed, given, tab_id
from methods.errors import CatalogError

RADIO = gr.Radio(["a", ("Bee", "b")], value="a")
SLIDER = gr.Slider(0, 1, 0.5)
BOX = gr.Checkbox(True)
CONTROLS = {"radio": RADIO, "slider": SLIDER, "box": BOX}


def test_what_is_as_at_first_is_in_no_link():
    assert changed(CONTROLS, ["a", 0.5, True]) == {}
    assert changed(CONTROLS, ["b", 0.25, False]) == {"radio": "b", "slider": "0.25", "box": "False"}


def test_a_choice_that_others_do_not_have_is_in_no_link():
    assert changed(CONTROLS, ["your own", 0.5, True]) == {}


def test_a_link_is_read_back():
    for values in (["b", 0.25, False], ["a", 1.0, True]):
        link = changed(CONTROLS, values)
        read = {name: given(CONTROLS[name], name, text) for name, text in link.items()}
        assert [read.get(name, control.value) for name, control in CONTROLS.items()] == values


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("radio", "c", "The link sets radio to 'c'; choose from: a, b."),
        ("slider", "2", "The link sets slider to '2'; give a number from 0 to 1."),
        ("slider", "nan", "give a number from 0 to 1"),
        ("slider", "much", "give a number from 0 to 1"),
        ("box", "1", "The link sets box to '1'; give True or False."),
    ],
)
def test_what_a_control_cannot_have_is_refused_in_one_sentence(name, text, message):
    with pytest.raises(CatalogError, match=message):
        given(CONTROLS[name], name, text)


def test_an_address_opens_its_tab_and_no_other(fakes):
    visitor = VisitorState(Controls.initial(fakes))

    def opened(query):
        return Views({}).open_view(
            visitor, gr.Request(request=Request({"type": "http", "query_string": query, "headers": []}))
        )

    assert opened(b"tab=look-inside")[0].selected == "look-inside"
    assert visitor.tab == "Look inside"
    assert opened(b"tab=moon") == opened(b"") == (gr.skip(), gr.skip())


def test_tabs_are_named_in_addresses_without_spaces():
    assert tab_id("Look inside") == "look-inside"
    assert len({tab_id(name) for name in PURPOSES}) == len(PURPOSES)
    assert all(purpose.endswith(".") for purpose in PURPOSES.values())
