"""The tab Visibility: the metamodel's filter over every method, before and after."""

from dataclasses import replace
from html import escape
from typing import Any

import gradio as gr

from app.analysis.comparison import compare
from app.components import notice, viewer, viewer_value
from app.components.plots import fitted, plot
from app.components.tables import coloured
from app.events import CHOICE, DECODING
from app.limits import VISIBILITY_PEOPLE
from app.messages import NO_IMAGE, NO_METHOD
from app.models import careful_threshold, keypoint_judge, summaries
from app.picker import Picker
from app.shown_images import image_value
from app.state.finding import find
from app.state.visibility import judge_people, judgements
from app.state.visitor import VisitorState
from methods.catalog import family_of
from methods.figures.judging import three_ways
from methods.figures.style import method_colours
from methods.visibility.judgement import ASKED, KEEPS_ALL, PRESETS, WRONG, leave_out
from methods.visibility.studies.judging import JudgeEffects
from methods.visibility.studies.measured import measured_of_judge, plain_as_good

NO_METAMODEL = "No weights of the metamodel come with this workbench yet."
NO_PRESET = (
    "There is no threshold at which at most {preset} of the keypoints left out for being {asked} was there, so that"
    " nothing is left out; choose another share or move the threshold."
)
AS_GOOD = (
    '<p class="pv-hint" id="visibility-measured">For some methods a plain threshold on their own score does as well as'
    " leaving out what is wrong. Precision of keypoints beyond it at equal recall, with 95% intervals: {gains}.</p>"
)
WAYS = "What was measured: the paper's filter, each method's own score and the combined one, with 95% intervals"
WAYS_HEIGHT = 560  # px
TOO_MANY = "Only the {limit} people of best score are judged of {names}."
MEANINGS = (
    "wrong: not there or misplaced, with the method's own score; hidden: inside the image, but not seen; not labelled:"
    " what annotators of COCO leave out"
)


def as_good() -> str:
    """For which methods a plain threshold does as well, as HTML; empty where that was measured of none."""
    gains = [
        f"on {data.split('/')[0]} {', '.join(f'{name} {gain}' for name, gain in methods.items())}"
        for data, methods in plain_as_good(measured_of_judge()).items()
    ]
    return AS_GOOD.format(gains=escape("; ".join(gains))) if gains else ""


def measured_numbers(measured: JudgeEffects) -> str:
    """Precision at equal recall by the filter, each method's own score and the combined one, as HTML."""
    precision = measured.tables()[0]
    rows = {row[0]: row[1:] for row in precision.rows}
    return coloured(measured.heading(), precision.columns[1:], rows, method_colours(rows))


def draw_measured(data: str) -> tuple[Any, str]:
    """The picture of the three ways on a data set, and its numbers."""
    measured = _measured()[data]
    drawn = fitted(three_ways(measured), WAYS_HEIGHT)
    return drawn.update_layout(margin={"t": 75}), measured_numbers(measured)  # methods' names stand above their axes


def _measured() -> dict[str, JudgeEffects]:
    return {one.data.split("/")[0]: one for one in measured_of_judge()}


class VisibilityTab:
    """Lays the tab out and answers its events; `visitor` holds a VisitorState, `tab` is the tab itself."""

    def __init__(self, visitor: gr.State, tab: gr.Tab, picker: Picker) -> None:
        self.name = str(tab.label)
        with gr.Row(elem_classes="stress"):
            with gr.Column(elem_classes="area-input"):
                self.on = gr.Checkbox(True, label="Filter every method", elem_id="visibility-on")
                self.asked = gr.Radio(
                    list(ASKED), value=WRONG, elem_id="visibility-asked",
                    label="Leave out keypoints that are", info=MEANINGS,
                )  # fmt: skip
                self.preset = gr.Radio(
                    list(PRESETS), value=next(iter(PRESETS)), elem_id="visibility-preset",
                    label="Of those left out, at most", info="was there, in images like those that were learned from",
                )  # fmt: skip
                self.threshold = gr.Slider(
                    0, 1, round(careful_threshold(), 2), step=0.01, buttons=[], elem_id="visibility-threshold",
                    label="Threshold", info="keypoints with a higher chance are left out; 1 keeps them all",
                )  # fmt: skip
                self.notice = notice.notice("visibility-notice")
            with gr.Column(elem_classes="area-viewer"):
                gr.HTML(as_good(), apply_default_css=False)
                self._lay_out_measured()
                self.viewer = viewer.viewer("visibility-viewer", "pairs")
        self.linked = {
            "filter": self.on, "asked": self.asked, "preset": self.preset, "threshold": self.threshold
        }  # fmt: skip
        self._wire(visitor, tab, picker)

    def _lay_out_measured(self) -> None:
        """Drawn only once somebody opens it: the page's start need not bring so many numbers."""
        sets = list(_measured())
        with gr.Accordion(WAYS, open=False, visible=bool(sets), elem_id="visibility-ways") as opened:
            data = gr.Radio(sets, value=sets[0] if sets else None, label="Data", elem_id="visibility-ways-data")
            curves = plot("visibility-ways-curves")
            numbers = gr.HTML("", apply_default_css=False, elem_id="visibility-ways-numbers")
        gr.on([opened.expand, data.input], draw_measured, data, [curves, numbers], **DECODING)

    def _wire(self, visitor: gr.State, tab: gr.Tab, picker: Picker) -> None:
        filters = [self.on, self.asked, self.preset, self.threshold]
        given, shown, busy = [visitor, *filters], [self.viewer, self.notice], CHOICE | {"show_progress_on": self.viewer}
        moved = [self.on.input, self.threshold.input]
        gr.on([tab.select, *moved], self.show, given, shown, **busy)
        chosen = [visitor, self.on, self.asked, self.preset]
        gr.on([self.asked.input, self.preset.input], self.choose, chosen, [self.threshold, *shown], **busy)
        picker.opened.change(self.follow, given, shown, **busy)

    def follow(self, visitor: VisitorState, on: bool, asked: str, preset: str, threshold: float) -> tuple[Any, Any]:
        """The filter on the image that was just opened, where this tab is open; nothing where it was forgotten."""
        if visitor.session is None:
            return viewer.cleared(), ""
        if visitor.tab != self.name:
            return gr.skip(), gr.skip()
        return self.show(visitor, on, asked, preset, threshold)

    def choose(self, visitor: VisitorState, on: bool, asked: str, preset: str) -> tuple[Any, Any, str]:
        """The preset's threshold, and the filter with it."""
        judge = keypoint_judge()
        threshold = judge.threshold(asked, PRESETS[preset]) if judge else KEEPS_ALL
        return gr.update(value=round(threshold, 2)), *self.show(visitor, on, asked, preset, threshold)

    def show(self, visitor: VisitorState, on: bool, asked: str, preset: str, threshold: float) -> tuple[Any, str]:
        """Every method that is shown before the filter and, where it is on, after it."""
        session, controls, judge = visitor.session, visitor.controls, keypoint_judge()
        if session is None or not controls.methods or judge is None:
            return gr.skip(), NO_METAMODEL if judge is None else NO_METHOD if session else NO_IMAGE
        found = find(session, controls, [name for name in controls.methods if not family_of(name).filters])
        judge_people(session, found)
        best = {name: replace(each, poses=each.poses[:VISIBILITY_PEOPLE]) for name, each in found.items()}
        numbers = session.number_people(best)
        pairs, of_pairs, judged = {}, {}, {}
        for name, judgement in judgements(session, best).items():
            pairs[name], of_pairs[name], judged[name] = best[name], numbers[name], judgement
            if on:  # people keep their numbers, also those of whom few keypoints are left
                after = replace(best[name], poses=leave_out(best[name].poses, judgement, asked, threshold))
                filtered = f"{name}, filtered"
                pairs[filtered], of_pairs[filtered], judged[filtered] = after, numbers[name], judgement
        compared = compare(pairs, of_pairs, session.ground_truth)
        value = viewer_value.value(session.key, compared, summaries(), imported=session.imported, judged=judged)
        value["ranking"]["keypoints"] = []  # that a filter disagrees with its own method says nothing
        many = ", ".join(name for name, prediction in found.items() if len(prediction.poses) > VISIBILITY_PEOPLE)
        said = [TOO_MANY.format(names=many, limit=VISIBILITY_PEOPLE)] if many else []
        if on and threshold == KEEPS_ALL == judge.threshold(asked, PRESETS[preset]):
            said.append(NO_PRESET.format(preset=preset, asked=asked))
        return gr.update(value=viewer.sent(value), image=image_value(session)), " ".join(said)
