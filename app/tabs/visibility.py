"""The tab Visibility: the metamodel's filter over every method, before and after."""

from dataclasses import replace
from typing import Any

import gradio as gr

from app.analysis.comparison import compare
from app.analysis.filtering import leave_out
from app.components import notice, viewer, viewer_value
from app.events import CHOICE
from app.limits import VISIBILITY_PEOPLE
from app.messages import NO_IMAGE, NO_METHOD
from app.models import summaries
from app.picker import Picker
from app.shown_images import image_value
from app.state.finding import find
from app.state.visibility import add_visibility, metamodel
from app.state.visitor import VisitorState
from methods.catalog import family_of

NO_METAMODEL = "No weights of the metamodel come with this workbench yet."
TOO_MANY = "Only the {limit} people of best score are judged of {names}."


class VisibilityTab:
    """Lays the tab out and answers its events; `visitor` holds a VisitorState, `tab` is the tab itself."""

    def __init__(self, visitor: gr.State, tab: gr.Tab, picker: Picker) -> None:
        self.name = str(tab.label)
        with gr.Row(elem_classes="stress"):
            with gr.Column(elem_classes="area-input"):
                self.on = gr.Checkbox(True, label="Filter every method", elem_id="visibility-on")
                self.absent = gr.Slider(
                    0, 1, 0.5, step=0.01, buttons=[], elem_id="visibility-absent",
                    label="Absent", info="keypoints that are absent with a higher probability are left out",
                )  # fmt: skip
                self.occluded = gr.Slider(
                    0, 1, 1, step=0.01, buttons=[], elem_id="visibility-occluded",
                    label="Occluded", info="the same for occluded ones; 1 keeps them all",
                )  # fmt: skip
                self.notice = notice.notice("visibility-notice")
            with gr.Column(elem_classes="area-viewer"):
                self.viewer = viewer.viewer("visibility-viewer", "pairs")
        self.linked = {"filter": self.on, "absent": self.absent, "occluded": self.occluded}
        self._wire(visitor, tab, picker)

    def _wire(self, visitor: gr.State, tab: gr.Tab, picker: Picker) -> None:
        filters = [self.on, self.absent, self.occluded]
        given, shown, busy = [visitor, *filters], [self.viewer, self.notice], CHOICE | {"show_progress_on": self.viewer}
        moved = [self.on.input, self.absent.input, self.occluded.input]
        gr.on([tab.select, *moved], self.show, given, shown, **busy)
        picker.opened.change(self.follow, given, shown, **busy)

    def follow(self, visitor: VisitorState, on: bool, absent: float, occluded: float) -> tuple[Any, Any]:
        """The filter on the image that was just opened, where this tab is open; nothing where it was forgotten."""
        if visitor.session is None:
            return viewer.cleared(), ""
        if visitor.tab != self.name:
            return gr.skip(), gr.skip()
        return self.show(visitor, on, absent, occluded)

    def show(self, visitor: VisitorState, on: bool, absent: float, occluded: float) -> tuple[Any, str]:
        """Every method that is shown before the filter and, where it is on, after it."""
        session, controls, model = visitor.session, visitor.controls, metamodel()
        if session is None or not controls.methods or model is None:
            return gr.skip(), NO_METAMODEL if model is None else NO_METHOD if session else NO_IMAGE
        found = find(session, controls, [name for name in controls.methods if not family_of(name).filters])
        before = add_visibility(session, model, found)
        numbers, pairs, of_pairs = session.number_people(before), {}, {}
        for name, prediction in before.items():
            pairs[name], of_pairs[name] = prediction, numbers[name]
            if on:  # people keep their numbers, also those of whom few keypoints are left
                after = replace(prediction, poses=leave_out(prediction.poses, absent, occluded))
                pairs[f"{name}, filtered"], of_pairs[f"{name}, filtered"] = after, numbers[name]
        compared = compare(pairs, of_pairs, session.ground_truth)
        value = viewer_value.value(session.key, compared, summaries(), imported=session.imported)
        value["ranking"]["keypoints"] = []  # that a filter disagrees with its own method says nothing
        many = ", ".join(name for name, prediction in found.items() if len(prediction.poses) > VISIBILITY_PEOPLE)
        said = TOO_MANY.format(names=many, limit=VISIBILITY_PEOPLE) if many else ""
        return gr.update(value=viewer.sent(value), image=image_value(session)), said
