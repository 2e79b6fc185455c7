"""Beside OKS: PCK, end-point errors, joint angles and the calibration of scores; a dot leads to its person."""

import pandas as pd
import streamlit as st

from app.analysis.dataset import Dataset
from app.lab.charts import choose_several, show_chart
from app.lab.gallery import people_instances, show_instances
from app.lab.tables import show_table
from app.lab.words import plain
from methods.analysis.measures import Measures, measures_notes
from methods.figures.calibration import calibration_bars, reliability
from methods.figures.measures import agreement_dots, bland_altman, endpoint_bars, pck_curves
from methods.metrics.angles import angle_pairs
from methods.metrics.paired_people import pair_people

ALL = "all keypoints"


def show(dataset: Dataset) -> None:
    """The page."""
    found = {name: run.measures for name, run in dataset.runs.items()}
    st.subheader("PCK, end-point error and calibration")
    show_table(pd.DataFrame([{"method": name} | each.summary() for name, each in found.items()]))
    st.caption(plain(" ".join(measures_notes(found))))
    _pck(found)
    show_chart(endpoint_bars({name: each.endpoint for name, each in found.items()}), "endpoint errors")
    _angles(dataset, found)
    _calibration(found)


def _pck(found: dict[str, Measures]) -> None:
    references = [one.reference for one in next(iter(found.values())).pck]
    reference = st.radio("Threshold in parts of", references, horizontal=True, key="pck reference")
    number = references.index(reference)
    chosen = {name: each.pck[number] for name, each in found.items()}
    show_chart(pck_curves(chosen), "pck")
    tables = [one.to_pandas().assign(method=name) for name, one in chosen.items()]
    with st.expander("Keypoint by keypoint"):
        show_table(pd.concat(tables).pipe(lambda table: table[["method", *table.columns.drop("method")]]))


def _angles(dataset: Dataset, found: dict[str, Measures]) -> None:
    st.subheader("Joint angles")
    angles = {name: each.angles for name, each in found.items()}
    first = next(iter(angles.values()))
    if not first.rows:
        st.info(plain(first.sentence()))
        return
    show_chart(agreement_dots(angles), "agreement")
    left, right = st.columns(2)
    name = left.selectbox("Method", list(found), key="angles' method")
    joint = right.selectbox("Joint", [row.joint for row in first.rows], key="angles' joint")
    number = [row.joint for row in first.rows].index(joint)
    pairs = angle_pairs(pair_people(dataset.runs[name].matching))[number]
    st.caption("Click on a dot, or draw a box or lasso around several, to see these people.")
    figure = bland_altman(pairs, angles[name].rows[number], f"{name}: angle at the {joint}")
    people = choose_several(figure, f"bland altman {name} {joint}")
    if people:
        show_instances(dataset, [name], people_instances(dataset, people), "angles")


def _calibration(found: dict[str, Measures]) -> None:
    st.subheader("Calibration of scores")
    scores = {name: each.calibration for name, each in found.items()}
    left, right = st.columns(2)
    with left:
        people = {name: each.people.bins for name, each in scores.items() if each.people}
        show_chart(reliability(people, "People's scores"), "people's reliability")
    with right:
        names = list(dict.fromkeys(row.name for each in scores.values() for row in each.each_keypoint))
        keypoint = st.selectbox("Scores of", [ALL, *names], key="calibrated keypoint")
        bins = {
            name: row.bins
            for name, each in scores.items()
            for row in (each.keypoints, *each.each_keypoint)
            if row and row.name == keypoint
        }
        show_chart(reliability(bins, "Keypoints' scores"), "keypoints' reliability")
    show_chart(calibration_bars(scores), "calibration errors")
