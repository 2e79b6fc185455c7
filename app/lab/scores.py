"""Scores: the ten measures, curves with operating points, accuracy and time; from a curve to what is wrong there."""

import numpy as np
import pandas as pd
import streamlit as st

from app.analysis.dataset import Dataset, Run
from app.lab.charts import Point, choose_one, clickable, show_chart
from app.lab.gallery import detection_instances, people_instances, show_instances
from app.lab.tables import show_table
from app.lab.words import plain
from methods.analysis.instances import false_at
from methods.figures.curves import precision_recall
from methods.figures.scores import accuracy_and_time, slice_dots
from methods.metrics.curves import OperatingPoint, curve
from methods.metrics.matching import OKS_THRESHOLDS

LEVELS = [round(float(oks), 2) for oks in OKS_THRESHOLDS]
POINT = {
    "score": "score",
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "false_positives_per_image": "false positives an image",
    "true_positives": "found",
    "false_positives": "false",
    "people": "people",
}
CHOSEN = "point of a curve"  # key: a method, and the recall that was clicked on


def show(dataset: Dataset) -> None:
    """The page."""
    st.subheader(f"{plain(dataset.data.name)}: {len(dataset.people)} people in {len(dataset.data)} images")
    show_table(measures(dataset))
    timed = {name: run.evaluation for name, run in dataset.runs.items() if run.evaluation}
    if timed:
        show_chart(accuracy_and_time(timed), "accuracy and time")
    _curves(dataset)
    st.subheader("Some of the people")
    field = st.radio("Measure", ("ar", "ap"), format_func=str.upper, horizontal=True, key="slices' measure")
    show_chart(slice_dots({name: run.slices for name, run in dataset.runs.items()}, field), "slices")


def measures(dataset: Dataset) -> pd.DataFrame:
    """A row for each run: AP with its interval, then the other measures."""
    rows = []
    for name, run in dataset.runs.items():
        low, high = run.interval.low.ap, run.interval.high.ap
        values = {title: getattr(run.ap, key) for key, title in run.ap.titles().items()}
        rows.append({"method": name, "AP": values.pop("AP"), "interval": f"{low:.3f} to {high:.3f}"} | values)
    return pd.DataFrame(rows)


def _curves(dataset: Dataset) -> None:
    st.subheader("Precision and recall")
    left, right = st.columns(2)
    oks = left.select_slider("OKS from which a person counts as found", LEVELS, key="oks")
    score = right.slider("Show detections of at least this score (0: where F1 is highest)", 0.0, 1.0, 0.0, key="score")
    names = list(dataset.runs)
    curves = {name: curve(run.matching, oks) for name, run in dataset.runs.items()}
    working = {name: each.at(score) if score else each.best() for name, each in curves.items()}
    figure = precision_recall({name: each.summary() for name, each in curves.items()}, working, f"At OKS {oks:g}")

    def choose(point: Point) -> None:
        st.session_state[CHOSEN] = (names[point["curve_number"] % len(names)], point["x"])

    st.caption("Click on a curve to see what is wrong at that point.")
    choose_one(clickable(figure), "curves", choose)
    table = pd.concat([point.to_pandas().assign(method=name) for name, point in working.items()])
    show_table(table[["method", *POINT]].rename(columns=POINT))
    name, recall = st.session_state.get(CHOSEN, (None, 0.0))
    if name in curves:
        _wrong_there(dataset, name, curves[name].at_recall(recall))


def _wrong_there(dataset: Dataset, name: str, point: OperatingPoint) -> None:
    st.markdown(f"**{plain(name)}** at {plain(point)}")
    false, missed = wrong_at(dataset.runs[name], point)
    words = {"false": f"False detections ({len(false)})", "missed": f"People not found ({len(missed)})"}
    kind = st.radio("Show", list(words), format_func=words.__getitem__, horizontal=True, key="wrong")
    instances = detection_instances(dataset, name, false) if kind == "false" else people_instances(dataset, missed)
    show_instances(dataset, [name], instances, "curve")


def wrong_at(run: Run, point: OperatingPoint) -> tuple[list[int], list[int]]:
    """False detections of at least the point's score, best first, and people whom none of those finds, as indices."""
    matching = run.matching
    row, everyone = matching.row(point.oks), matching.index("all")
    person, found = matching.person[everyone, row], matching.detections
    chosen = found.scores >= point.score
    people = np.flatnonzero(matching.ranges[everyone].people)
    return false_at(matching, point.oks, point.score).tolist(), np.setdiff1d(people, person[chosen]).tolist()
