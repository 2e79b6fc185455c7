"""The lab for data sets and results files: `streamlit run app/lab/main.py`."""

import sys
from pathlib import Path

import streamlit as st

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # Streamlit puts only this folder there

from app.lab import browse, compare, errors, labels, measures, scores
from app.lab.sidebar import choose
from app.lab.words import complain, show_report
from methods.errors import WorkbenchError

# Streamlit's own colours are too pale: of what is chosen in a list, on dark ground; of axes' words, on light ground.
STYLE = """<style>
[data-testid='stMultiSelect'] [data-tag] { color: light-dark(#ffffff, #06121a); }
.js-plotly-plot :is(.xtick, .ytick) text, .js-plotly-plot :is(.xtitle, .ytitle) {
  fill: light-dark(#4d535b, #e6e4e0) !important;
}
</style>"""
PAGES = {
    "Scores": scores.show,
    "Beside OKS": measures.show,
    "Errors": errors.show,
    "Compare": compare.show,
    "Labels": labels.show,
    "Data": browse.show,
}

st.set_page_config("Pose lab", layout="wide")
st.html(STYLE)
dataset = choose()
page = st.radio("Page", list(PAGES), horizontal=True, label_visibility="collapsed", key="page")
if dataset:
    show_report(dataset.report)
    try:
        PAGES[page](dataset)
    except WorkbenchError as error:
        complain(error)
