"""Error types in the tab Failures: bars of what each costs, and the people whom a bar is about."""

from collections.abc import Mapping
from html import escape
from typing import Any

import gradio as gr

from app.analysis.dataset import OUR_RULES, RULES, Dataset
from app.analysis.instances import ORDERS, error_cards, error_rows, false_positive_counts
from app.analysis.scenes import kept
from app.components import cards, clicks, notice
from app.components.plots import fitted, plot
from app.components.tables import coloured
from app.data_choice import chosen_dataset, data_choice
from app.events import DECODING
from app.limits import CASES
from app.server.event_data import one_of, whole
from app.state.visitor import VisitorState
from methods.analysis.instances import BACKGROUND, KINDS
from methods.analysis.repair import FIGURE_8, FIGURE_8_OKS, ErrorCosts
from methods.errors import WorkbenchError
from methods.figures.errors import error_bars
from methods.metrics.matching import OKS_THRESHOLDS
from methods.metrics.results import score_text, signed_text

HINT = (
    '<p class="pv-hint">After Ronchi and Perona: jitter is a little off, a miss far off, an inversion lies on the '
    "mirrored keypoint, a swap on somebody else's. A bar begins with AP as found; each further part is what AP gains "
    f"when one type more is repaired. Click a part to see its instances. {FIGURE_8} The instances below follow our "
    "rules.</p>"
)
LEGEND = (
    '<p class="pv-hint">White and dashed is the ground truth, in colour the prediction; red lines lead from wrong '
    "keypoints to their places. Click an image to enlarge it. A repair corrects keypoints, makes the OKS the score, "
    "removes a false positive or leaves a missed person out of the ground truth; all else stays as it was. A false "
    "positive is a duplicate of a person who is found already, with an OKS of at least 0.5, a poor localisation of "
    "one, from 0.1, or nobody there. AP is COCO's, over OKS 0.5 to 0.95. A false positive whose "
    "score is below all true ones costs nothing.</p>"
)


class ErrorsPart:
    """Lays the part out and answers its events; `visitor` holds a VisitorState, `opened` are events that show it."""

    def __init__(self, visitor: gr.State, opened: list[Any]) -> None:
        names = kept()
        with gr.Row(elem_classes="stress"):
            with gr.Column(elem_classes="area-input"):
                self.data = data_choice(visitor, "errors-data", opened)
                self.oks = gr.Slider(
                    float(OKS_THRESHOLDS[0]), float(OKS_THRESHOLDS[-1]), FIGURE_8_OKS, step=0.05, buttons=[],
                    label="OKS", info="from which a person counts as found; KAPAO's Figure 8 has 0.85",
                    elem_id="errors-oks",
                )  # fmt: skip
                self.rules = gr.Radio(list(RULES), value=OUR_RULES, label="Repair", elem_id="errors-rules")
                self.method = gr.Dropdown(names, value=names[0], label="Method", elem_id="errors-method")
                self.kind = gr.Dropdown(list(KINDS), value="swap", label="Type of error", elem_id="errors-kind")
                self.order = gr.Radio(list(ORDERS), value=ORDERS[0], label="Order", elem_id="errors-order")
                self.notice = notice.notice("errors-notice")
            with gr.Column(elem_classes="area-viewer"):
                gr.HTML(HINT, apply_default_css=False)
                self.bars = plot("errors-bars")
                self.clicks = clicks.clicks("errors-bars")
                with gr.Accordion("The bars as numbers", open=False):
                    self.numbers = gr.HTML("", apply_default_css=False, elem_id="errors-numbers")
                self.heading = gr.HTML("", apply_default_css=False, elem_classes="presets", elem_id="errors-heading")
                gr.HTML(LEGEND, apply_default_css=False)
                self.cards = cards.cards("errors-cards")
                self.repaired = gr.State([])
        self._wire(visitor, opened)

    def _wire(self, visitor: gr.State, opened: list[Any]) -> None:
        chosen = [visitor, self.data, self.method, self.kind, self.order]
        instances = [self.cards, self.heading, self.repaired]
        gr.on(
            [*opened, self.data.change, self.oks.change, self.rules.change], self.show_bars,
            [visitor, self.data, self.oks, self.rules, self.method],
            [self.bars, self.numbers, self.method, self.notice], **DECODING,
        )  # fmt: skip
        changes = [each.change for each in (self.data, self.method, self.kind, self.order)]
        gr.on([*opened, *changes], self.show_cards, chosen, instances, **DECODING)
        self.clicks.select(self.click_bar, [visitor, self.data], [self.method, self.kind], **DECODING)
        self.cards.select(self.repair, [*chosen, self.repaired], [self.cards, self.repaired], **DECODING)

    def show_bars(self, visitor: VisitorState, data: str, oks: float, rules: str, method: str) -> tuple[Any, ...]:
        """What each type costs each method."""
        try:
            dataset = chosen_dataset(visitor, data)
        except WorkbenchError as error:
            return *(gr.skip(),) * 3, str(error)
        costs = {name: run.costs(oks, rules) for name, run in dataset.runs.items()}
        figure = fitted(error_bars(costs, f"What each error type costs at OKS {oks:g}"), legend=-0.16).update_xaxes(
            title=""
        )
        names = list(dataset.runs)
        # A method that was chosen meanwhile stays.
        offer = gr.update(choices=names) if method in names else gr.update(choices=names, value=names[0])
        return figure, _numbers(dataset, costs), offer, ""

    def show_cards(
        self, visitor: VisitorState, data: str, method: str, kind: str, order: str
    ) -> tuple[Any, Any, list[int]]:
        """The people with that error."""
        try:
            dataset = chosen_dataset(visitor, data)
        except WorkbenchError:
            return gr.skip(), gr.skip(), []
        if method not in dataset.runs:
            return gr.skip(), gr.skip(), []
        rows, total = error_rows(dataset.runs[method], kind, order)
        value = cards.shown(
            error_cards(dataset, method, kind, rows), dataset.data.skeleton, f"{method} makes no such error here."
        )
        part = f"{len(rows)} of {total}" if total > len(rows) else f"{total}"
        kinds = f": {false_positive_counts(dataset.runs[method])}" if kind == BACKGROUND else ""
        return value, f"<h2>{escape(method)}: {escape(kind)}, {part} people{kinds}</h2>", []

    def click_bar(self, event: gr.EventData, visitor: VisitorState, data: str) -> tuple[Any, Any]:
        """Choose the method and type of the bar that was pressed."""
        try:
            runs = chosen_dataset(visitor, data).runs
        except WorkbenchError:
            return gr.skip(), gr.skip()
        return one_of(event, "row", runs) or gr.skip(), one_of(event, "name", KINDS) or gr.skip()

    def repair(
        self,
        event: gr.EventData,
        visitor: VisitorState,
        data: str,
        method: str,
        kind: str,
        order: str,
        repaired: list[int],
    ) -> tuple[Any, list[int]]:
        """Repair one instance, and say what AP becomes."""
        try:
            dataset = chosen_dataset(visitor, data)
        except WorkbenchError:
            return gr.skip(), repaired
        if method not in dataset.runs:
            return gr.skip(), repaired
        rows, _ = error_rows(dataset.runs[method], kind, order)
        repaired = sorted({*repaired, whole(event, "card", CASES)})
        return cards.shown(error_cards(dataset, method, kind, rows, repaired), dataset.data.skeleton), repaired


def _numbers(dataset: Dataset, costs: Mapping[str, ErrorCosts]) -> str:
    """AP as found, then what each repair adds and how many such errors there are."""
    first = next(iter(costs.values()))
    columns = ["AP as found", *(step.name for step in first.steps[1:])]
    rows = {
        name: [score_text(one.steps[0].ap), *(f"{signed_text(step.gain)} ({step.count})" for step in one.steps[1:])]
        for name, one in costs.items()
    }
    return coloured(f"What AP gains at OKS {first.oks:g} (and how many)", columns, rows, dataset.colours)
