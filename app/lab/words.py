"""Names from files as plain words: Streamlit takes most texts for Markdown, which can fetch an image from anywhere."""

import re

import streamlit as st

# What begins emphasis, code, links, images, HTML, formulas, coloured words and further entities.
MARKS = re.compile(r"[\\`*_\[\]<>~^$&{}]")


def plain(text: object) -> str:
    """The text so that Markdown shows it letter by letter, in one line."""
    return MARKS.sub(lambda mark: f"&#{ord(mark[0])};", " ".join(str(text).split()))


def complain(error: Exception) -> None:
    """Show an error's sentence."""
    st.error(plain(error))
