"""Names from files as plain words: Streamlit takes most texts for Markdown, which can fetch an image from anywhere."""

import re
from collections.abc import Sequence

import streamlit as st

from app.analysis.reading import FIELDS
from methods.errors import sentence_of

# What begins emphasis, code, links, images, HTML, formulas, coloured words and further entities.
MARKS = re.compile(r"[\\`*_\[\]<>~^$&{}]")


def plain(text: object) -> str:
    """The text so that Markdown shows it letter by letter, in one line."""
    return MARKS.sub(lambda mark: f"&#{ord(mark[0])};", " ".join(str(text).split()))


def show_report(sentences: Sequence[str]) -> None:
    """How files were read, folded; nothing where there is nothing to say."""
    if sentences:
        with st.expander("How your files were read", expanded=True):
            st.markdown("\n".join(f"* {plain(sentence)}" for sentence in sentences))


def complain(error: Exception) -> None:
    """Show an error's sentence."""
    st.error(plain(sentence_of(error, FIELDS)))
