"""Errors: what each type costs, by method and keypoint; a bar leads to the errors and their images."""

import pandas as pd
import streamlit as st

from app.analysis.dataset import RULES, Dataset, Run
from app.lab.charts import Point, choose_one
from app.lab.gallery import Instance, show_instances
from app.lab.tables import choose_rows
from methods.analysis.instances import KINDS
from methods.analysis.repair import FIGURE_8
from methods.figures.errors import error_bars
from methods.figures.scores import keypoint_bars

ALL = "all"
LEVELS = (0.5, 0.75, 0.85)
METHOD, KIND, KEYPOINT = "errors' method", "errors' kind", "errors' keypoint"  # keys of what is chosen


def show(dataset: Dataset) -> None:
    """The page."""
    names = list(dataset.runs)
    keypoints = list(dataset.data.skeleton.keypoints)
    oks = st.radio("OKS from which a person counts as found", LEVELS, 2, horizontal=True, key="errors' oks")
    rules = st.radio("Repair", list(RULES), horizontal=True, key="errors' rules", help=FIGURE_8)
    costs = {name: run.costs(oks, rules) for name, run in dataset.runs.items()}
    steps = [step.name for step in costs[names[0]].steps]

    def choose_kind(point: Point) -> None:
        kind = steps[point["curve_number"]]
        st.session_state.update({METHOD: point["y"], KIND: kind if kind in KINDS else ALL, KEYPOINT: ALL})

    def choose_keypoint(point: Point) -> None:
        chosen = {METHOD: names[point["curve_number"]], KEYPOINT: keypoints[point["point_index"]]}
        st.session_state.update(chosen | {KIND: ALL})

    st.caption("Click on a part of a bar, or on a keypoint's bar, to see those errors.")
    choose_one(error_bars(costs, f"What each error type costs at OKS {oks:g}"), "error bars", choose_kind)
    lost = {name: run.keypoints for name, run in dataset.runs.items()}
    choose_one(keypoint_bars(lost, "lost"), "keypoint bars", choose_keypoint)
    _errors(dataset, keypoints)


def _errors(dataset: Dataset, keypoints: list[str]) -> None:
    st.subheader("Errors")
    columns = st.columns(3)
    # The keys hold what was clicked on; a method that is no longer there would be refused.
    if st.session_state.get(METHOD) not in dataset.runs:
        st.session_state.pop(METHOD, None)
    name = columns[0].selectbox("Method", list(dataset.runs), key=METHOD)
    kind = columns[1].selectbox("Type", (ALL, *KINDS), key=KIND)
    keypoint = columns[2].selectbox(
        "Keypoint", (ALL, *keypoints), key=KEYPOINT, format_func=lambda keypoint: keypoint.replace("_", " ")
    )
    table = chosen_errors(dataset.runs[name], kind, keypoint)
    table.insert(1, "image", [dataset.images[image_id].file_name for image_id in table["image_id"]])
    drawn = table.drop(columns=["image_id", "person", "detection"])
    chosen = table.loc[choose_rows(drawn, f"errors of {name}, {kind}, {keypoint}").index]
    show_instances(dataset, [name], [_instance(row, name) for row in chosen.to_dict(orient="records")], "errors")


def chosen_errors(run: Run, kind: str, keypoint: str) -> pd.DataFrame:
    """The errors of one type and keypoint, or of all; the worst first."""
    table = run.error_table
    chosen = table[((table["kind"] == kind) | (kind == ALL)) & ((table["keypoint"] == keypoint) | (keypoint == ALL))]
    return chosen.sort_values(["score", "similarity"], ascending=[False, True], kind="stable")


def _instance(row: dict, name: str) -> Instance:
    about = f"{row['keypoint'].replace('_', ' ')}: {row['kind']}".removeprefix(": ")
    return Instance(row["image_id"], row["person"], f"{row['image']}: {about}", name, row["detection"])
