"""The lab for data sets and results files: `streamlit run app/lab.py`."""

import sys
from pathlib import Path

import streamlit as st

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # Streamlit puts only this folder there

from app.laboratory import browse, compare, errors, scores
from app.laboratory.sidebar import choose
from methods.errors import WorkbenchError

PAGES = {"Scores": scores.show, "Errors": errors.show, "Compare": compare.show, "Data": browse.show}

st.set_page_config("Pose lab", layout="wide")
bench = choose()
page = st.radio("Page", list(PAGES), horizontal=True, label_visibility="collapsed", key="page")
if bench:
    try:
        PAGES[page](bench)
    except WorkbenchError as error:
        st.error(str(error))
