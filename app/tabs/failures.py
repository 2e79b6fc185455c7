"""The tab Failures: what each type of error costs and its instances, two methods person by person, and the lessons."""

import gradio as gr

from app.tabs.errors import ErrorsPart
from app.tabs.lessons import LessonsPart
from app.tabs.pair import PairPart
from app.tabs.tradeoffs import TradeoffsTab


class FailuresTab:
    """Lays the three parts out; `tradeoffs` holds the visitor's own data, `tab` is the tab itself."""

    def __init__(self, tradeoffs: TradeoffsTab, tab: gr.Tab) -> None:
        with gr.Tabs():
            with gr.Tab("Error types", elem_id="part-errors") as errors:
                self.errors = ErrorsPart(tradeoffs, [tab, errors])
            with gr.Tab("Two methods", elem_id="part-pair") as pair:
                self.pair = PairPart(tradeoffs, [pair])
            with gr.Tab("Lessons", elem_id="part-lessons") as lessons:
                self.lessons = LessonsPart(lessons)
