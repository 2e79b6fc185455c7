"""Choosing a data set in Trade-offs and Failures: sample scenes, or the visitor's own."""

from typing import Any

import gradio as gr

from app.analysis.dataset import Dataset
from app.analysis.scenes import SETS, scenes_dataset
from app.components import report
from app.events import DECODING
from app.state.uploads import UPLOADS
from app.state.visitor import VisitorState
from methods.data.scenes import NAME
from methods.errors import WorkbenchError

OWN = "Your own data"
FORGOTTEN = "Your own data was forgotten after half an hour; give the files again."


def data_choice(visitor: gr.State, elem_id: str, opened: list[Any]) -> gr.Dropdown:
    """Lay out a choice of data; at each of the events `opened` the visitor's own is offered as well, and that is chosen
    which was chosen last, wherever it was.

    Below it stands how the visitor's own files were read, where these are chosen.
    """
    choice = gr.Dropdown(SETS, value=NAME, label="Data", elem_id=elem_id)
    said = report.report(f"{elem_id}-report")
    keep_alike(choice, visitor, opened)
    gr.on([*opened, choice.change], show_report, [visitor, choice], said, **DECODING)
    return choice


def keep_alike(choice: gr.Dropdown, visitor: gr.State, opened: list[Any]) -> None:
    """At each of the events `opened` let a choice of data offer and choose what all others do."""
    gr.on(opened, offer_own, [visitor, choice], choice, **DECODING)
    choice.input(remember, [visitor, choice], None, **DECODING)


def remember(visitor: VisitorState, data: str) -> None:
    """Let all other choices of data choose the same when they are opened."""
    visitor.dataset = data


def show_report(visitor: VisitorState, data: str) -> str:
    """How the chosen data's files were read; nothing of sample scenes, and of data that was forgotten."""
    given = UPLOADS.get(visitor.data) if data == OWN else None
    return report.shown(given.dataset.report) if given else ""


def offer_own(visitor: VisitorState, data: str) -> Any:
    """The choices, the visitor's own data among them, and what was chosen last, `data` where nothing was; sample scenes
    where the visitor's own was forgotten."""
    data = visitor.dataset or data
    given = UPLOADS.get(visitor.data)
    own = [(f"{OWN}: {given.dataset.data.name}", OWN)] if given else []
    return gr.update(choices=[*SETS, *own], value=NAME if data == OWN and not own else data)


def chosen_dataset(visitor: VisitorState, data: str) -> Dataset:
    """The chosen data; raises WorkbenchError where it was forgotten or is not there."""
    if data != OWN:
        return scenes_dataset(data)
    given = UPLOADS.get(visitor.data)
    if given is None:
        raise WorkbenchError(FORGOTTEN)
    return given.dataset
