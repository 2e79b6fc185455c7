"""The tabs, what each is for, and what a link keeps of it: its name and its own controls."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr

from app.components import share
from app.links import to_query
from app.models import methods_of
from app.state.visitor import VisitorState
from methods.errors import CatalogError

PURPOSES = {
    "Compare": "See who is found, and where the methods differ: click a person, move the confidence.",
    "Look inside": "Follow one method on the image, step by step, from the network's outputs to the poses.",
    "Stress": "Make the image worse, step by step, and see when each method loses people or keypoints.",
    "Visibility": "Leave out keypoints that are wrong, hidden or not in the image, in every method, and compare.",
    "Trade-offs": "Choose between finding everybody and finding nobody who is not there, on a whole dataset.",
    "Failures": "See what goes wrong on a whole dataset, how often, and what it costs; then predict it in quizzes.",
    "Several": "Find the images that the methods disagree about most, or follow people through a short video.",
    "Papers": "Read what each paper claims, what the weights here reach, and under which licence.",
}
OWN_IMAGE = "Your own image is in no link."


class Views:
    """What the tabs' own controls are called in the address: by tab the components by name."""

    def __init__(self, controls: Mapping[str, Mapping[str, Any]]) -> None:
        self.controls = controls
        self.components = [each for tab in controls.values() for each in tab.values()]
        self.made = itertools.count()

    def open_view(self, visitor: VisitorState, request: gr.Request) -> tuple[Any, ...]:
        """Turn to the tab that the page's address names and set its controls: tabs, all controls, a notice."""
        asked = request.query_params.get("tab")
        name = next((each for each in PURPOSES if tab_id(each) == asked), None)
        if name is None:
            return (gr.skip(),) * (len(self.components) + 2)
        visitor.tab = name
        values, notice = {}, gr.skip()
        try:
            for key, control in self.controls.get(name, {}).items():
                if key in request.query_params:
                    values[id(control)] = given(control, key, request.query_params[key])
        except CatalogError as error:
            notice = str(error)
        return gr.Tabs(selected=tab_id(name)), *(values.get(id(each), gr.skip()) for each in self.components), notice

    def make_link(self, visitor: VisitorState, *values: Any) -> dict[str, Any]:
        """The link to the open tab, for the component `share`."""
        session, controls = visitor.session, visitor.controls
        by_component = dict(zip(map(id, self.components), values, strict=True))
        tab = visitor.tab or next(iter(PURPOSES))
        own = self.controls.get(tab, {})
        view = {"tab": tab_id(tab), **changed(own, [by_component[id(each)] for each in own.values()])}
        sample = session.sample if session else ""
        query = to_query(sample, list(methods_of(controls.methods)), controls.settings, view)
        return share.link(query, OWN_IMAGE if session and not sample else "", next(self.made))


def tab_id(name: str) -> str:
    """A tab's name in the page's address."""
    return name.lower().replace(" ", "-")


def changed(controls: Mapping[str, Any], values: Sequence[Any]) -> dict[str, str]:
    """The values that are not the controls' first ones, as an address has them; one that none of them offers is left
    out, such as a visitor's own data."""
    pairs = zip(controls.items(), values, strict=True)
    return {
        name: str(value)
        for (name, control), value in pairs
        if value != control.value and (not isinstance(control, gr.Radio | gr.Dropdown) or value in _offered(control))
    }


def given(control: Any, name: str, text: str) -> Any:
    """The value that an address gives a control; raises CatalogError for one that it cannot have."""
    if isinstance(control, gr.Checkbox):
        if text in ("True", "False"):
            return text == "True"
        raise CatalogError(f"The link sets {name} to {text!r}; give True or False.")
    if isinstance(control, gr.Slider):
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if control.minimum <= value <= control.maximum:
            return value
        raise CatalogError(
            f"The link sets {name} to {text!r}; give a number from {control.minimum:g} to {control.maximum:g}."
        )
    if text in _offered(control):
        return text
    raise CatalogError(f"The link sets {name} to {text!r}; choose from: {', '.join(_offered(control))}.")


def _offered(control: Any) -> list[str]:
    return [str(value) for _, value in control.choices]
