"""The tab Failures: error types and their instances, two methods person by person, doubtful labels, the quizzes."""

from typing import Any

import gradio as gr

from app.events import DECODING
from app.tabs.failures.errors import ErrorsPart
from app.tabs.failures.labels import LabelsPart
from app.tabs.failures.pair import PairPart
from app.tabs.failures.quizzes import QuizzesPart

PARTS = ("Error types", "Two methods", "Labels", "Quizzes")


class FailuresTab:
    """Lays the parts out; `visitor` holds a VisitorState, `tab` is the tab itself."""

    def __init__(self, visitor: gr.State, tab: gr.Tab) -> None:
        # No tabs inside of the tab: Gradio would tell again and again that the outer one is selected.
        self.part = gr.Radio(list(PARTS), value=PARTS[0], show_label=False, container=False, elem_id="failure-part")
        self.linked = {"part": self.part}
        opened = [gr.State(0) for _ in PARTS]  # how often each part was chosen
        shown = [gr.Column(visible=part == PARTS[0]) for part in PARTS]
        with shown[0]:
            self.errors = ErrorsPart(visitor, [tab.select, opened[0].change])
        with shown[1]:
            self.pair = PairPart(visitor, [opened[1].change])
        with shown[2]:
            self.labels = LabelsPart(visitor, [opened[2].change])
        with shown[3]:
            self.quizzes = QuizzesPart([opened[3].change])
        self.part.change(self.choose, [self.part, *opened], [*shown, *opened], **DECODING)

    def choose(self, chosen: str, *opened: int) -> tuple[Any, ...]:
        """Show the chosen part alone, and let it know."""
        visible = (gr.update(visible=part == chosen) for part in PARTS)
        return *visible, *(count + (part == chosen) for part, count in zip(PARTS, opened, strict=True))
