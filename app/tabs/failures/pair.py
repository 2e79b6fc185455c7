"""Two methods in the tab Failures: whom one finds better than the other."""

from html import escape
from typing import Any

import gradio as gr

from app.analysis.instances import difference_cards
from app.analysis.scenes import kept
from app.components import cards, notice
from app.data_choice import chosen_dataset, data_choice
from app.events import DECODING
from app.state.visitor import VisitorState
from methods.errors import WorkbenchError

HINT = (
    '<p class="pv-hint">Everybody sorted by the difference of OKS between two methods; of a whole image it is the '
    "sum over its people (KAPAO's equation 13). White and dashed is the ground truth, the methods are in colour.</p>"
)
SAME = "Choose two different methods."


class PairPart:
    """Lays the part out and answers its events; `visitor` holds a VisitorState, `opened` are events that show it."""

    def __init__(self, visitor: gr.State, opened: list[Any]) -> None:
        names = kept()
        with gr.Row(elem_classes="stress"):
            with gr.Column(elem_classes="area-input"):
                self.data = data_choice(visitor, "pair-data", opened)
                self.first = gr.Dropdown(names, value=names[0], label="Found better by", elem_id="pair-first")
                self.second = gr.Dropdown(names, value=names[-1], label="than by", elem_id="pair-second")
                self.turn = gr.Button("The other way round", elem_id="pair-turn")
                self.of = gr.Radio(["people", "images"], value="people", label="Sort", elem_id="pair-of")
                self.both = gr.Checkbox(
                    True, label="Only where both find everybody", info="OKS above 0.5, as the paper's examples",
                    elem_id="pair-both",
                )  # fmt: skip
                self.notice = notice.notice("pair-notice")
            with gr.Column(elem_classes="area-viewer"):
                gr.HTML(HINT, apply_default_css=False)
                self.said = gr.HTML("", apply_default_css=False, elem_id="pair-said")
                self.cards = cards.cards("pair-cards")
        self._wire(visitor, opened)

    def _wire(self, visitor: gr.State, opened: list[Any]) -> None:
        self.data.change(self.offer_methods, [visitor, self.data], [self.first, self.second], **DECODING)
        self.turn.click(
            lambda one, other: (other, one), [self.first, self.second], [self.first, self.second], **DECODING
        )
        gr.on(
            [*opened, *(each.change for each in (self.data, self.first, self.second, self.of, self.both))],
            self.show, [visitor, self.data, self.first, self.second, self.of, self.both],
            [self.cards, self.said, self.notice], **DECODING,
        )  # fmt: skip

    def offer_methods(self, visitor: VisitorState, data: str) -> tuple[Any, Any]:
        """The methods of that data."""
        try:
            names = list(chosen_dataset(visitor, data).runs)
        except WorkbenchError:
            return gr.skip(), gr.skip()
        return gr.update(choices=names, value=names[0]), gr.update(choices=names, value=names[-1])

    def show(
        self, visitor: VisitorState, data: str, first: str, second: str, of: str, both: bool
    ) -> tuple[Any, Any, str]:
        """Whom the first finds better than the second, best first."""
        try:
            dataset = chosen_dataset(visitor, data)
        except WorkbenchError as error:
            return gr.skip(), gr.skip(), str(error)
        if not {first, second} <= set(dataset.runs):
            return gr.skip(), gr.skip(), ""
        if first == second:
            return gr.skip(), gr.skip(), SAME
        found, said = difference_cards(dataset, first, second, of == "images", both)
        legend = "".join(
            f'<li><i style="background:{colour}"></i>{escape(name)}</li>'
            for colour, name in ((dataset.colours[name], name) for name in (first, second))
        )
        value = cards.shown(found, dataset.data.skeleton, f"{first} finds nobody better than {second} here.")
        return value, f'<p class="card-said">{escape(said)}</p><ul class="card-legend">{legend}</ul>', ""
