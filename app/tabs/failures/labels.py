"""Labels in the tab Failures: annotations that are probably wrong, because most methods agree with each other only."""

from typing import Any

import gradio as gr

from app.analysis.labels import ALL, FILE, chosen_doubts, doubt_cards
from app.components import cards, download, notice
from app.data_choice import chosen_dataset, data_choice
from app.events import DECODING
from app.state.visitor import VisitorState
from methods.analysis.label_error import Kind
from methods.errors import WorkbenchError

HINT = (
    '<p class="pv-hint">Annotations against which most methods agree: left and right exchanged, keypoints elsewhere, '
    "nobody annotated, or one person twice; the most probable first. White and dashed is the annotation, orange what "
    "the methods have in common. Methods that learned from the same labels err alike, so look before you correct. "
    "The file is for a label tool: COCO annotations of what the methods agree on, with kind, score, reason and the "
    "id of the annotation in doubt.</p>"
)


class LabelsPart:
    """Lays the part out and answers its events; `visitor` holds a VisitorState, `opened` are events that show it."""

    def __init__(self, visitor: gr.State, opened: list[Any]) -> None:
        with gr.Row(elem_classes="stress"):
            with gr.Column(elem_classes="area-input"):
                self.data = data_choice(visitor, "labels-data", opened)
                self.kind = gr.Radio(
                    [ALL, *(kind.value for kind in Kind)], value=ALL, label="Show", elem_id="labels-kind"
                )
                self.export = gr.Button("Save as JSON", elem_id="labels-export")
                self.download = download.download("labels-download")
                self.notice = notice.notice("labels-notice")
            with gr.Column(elem_classes="area-viewer"):
                gr.HTML(HINT, apply_default_css=False)
                self.said = gr.HTML("", apply_default_css=False, elem_id="labels-said")
                self.cards = cards.cards("labels-cards")
        gr.on(
            [*opened, self.data.change, self.kind.change], self.show, [visitor, self.data, self.kind],
            [self.cards, self.said, self.notice], **DECODING,
        )  # fmt: skip
        self.export.click(self.save, [visitor, self.data], [self.download, self.notice], **DECODING)

    def show(self, visitor: VisitorState, data: str, kind: str) -> tuple[Any, Any, str]:
        """The doubts of that kind."""
        try:
            dataset = chosen_dataset(visitor, data)
            doubts = chosen_doubts(dataset, kind)
        except WorkbenchError as error:
            return None, "", str(error)
        value = cards.shown(doubt_cards(dataset, doubts), dataset.data.skeleton, "No label is in doubt here.")
        return value, f'<p class="card-said">{dataset.label_errors.sentence()}</p>', ""

    def save(self, visitor: VisitorState, data: str) -> tuple[Any, str]:
        """All doubts as a file for a label tool."""
        try:
            dataset = chosen_dataset(visitor, data)
            content = dataset.label_errors.to_coco(dataset.data)
        except WorkbenchError as error:
            return gr.skip(), str(error)
        return download.file(FILE, "application/json", content.encode()), ""
