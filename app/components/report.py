"""How a visitor's files were read, as lines that fold."""

from collections.abc import Sequence
from html import escape

import gradio as gr

TITLE = "How your files were read"


def report(elem_id: str) -> gr.HTML:
    """The component; its value is made by `shown`."""
    return gr.HTML("", apply_default_css=False, elem_id=elem_id, elem_classes="report-holder")


def shown(sentences: Sequence[str]) -> str:
    """The sentences as a list that is open at first; nothing where there are none."""
    if not sentences:
        return ""
    lines = "".join(f"<li>{_line(sentence)}</li>" for sentence in sentences)
    return f'<details class="report" open><summary>{TITLE}</summary><ul>{lines}</ul></details>'


def _line(sentence: str) -> str:
    """With its subject, which ends at the first colon, in bold."""
    subject, colon, rest = sentence.partition(": ")
    return f"<b>{escape(subject)}:</b> {escape(rest)}" if colon else escape(sentence)
