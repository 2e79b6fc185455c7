"""Data: the people of a data set, filtered by slices and by how well they are found."""

import pandas as pd
import streamlit as st

from app.analysis.dataset import Dataset
from app.lab.charts import choose_several
from app.lab.gallery import people_instances, show_instances
from app.lab.tables import choose_rows
from methods.figures.people import people_dots

SLICES = {
    "overlap": "Overlap with others",
    "size": "Size",
    "visible keypoints": "Visible keypoints",
    "edge of the image": "At the image's edge",
}


def show(dataset: Dataset) -> None:
    """The page."""
    table = _filtered(dataset)
    st.subheader(f"{len(table)} of {len(dataset.people)} people, in {table['image_id'].nunique()} images")
    if not len(table):
        st.info("Nobody is left; take a filter off.")
        return
    st.caption("Click on a dot, or draw a box or lasso around several, or choose rows, to see these people.")
    chosen = choose_several(people_dots(table), f"people {hash(tuple(table.index))}")
    table = table.loc[table.index.isin(chosen)] if chosen else table
    people = choose_rows(table.drop(columns=["image_id", "cut_off"]), f"table {hash(tuple(table.index))}", 280).index
    runs = st.multiselect("Methods in the images", list(dataset.runs), list(dataset.runs)[:3], key="drawn")
    show_instances(dataset, runs, people_instances(dataset, people.tolist()), "people")


def _filtered(dataset: Dataset) -> pd.DataFrame:
    table = dataset.people
    columns = st.columns(len(SLICES))
    for column, (group, title) in zip(columns, SLICES.items(), strict=True):
        names = list(dict.fromkeys(table[group]))
        chosen = column.multiselect(title, names, key=f"slice {group}", placeholder="all")
        if chosen:
            table = table[table[group].isin(chosen)]
    left, middle, right = st.columns((2, 2, 2))
    words = left.text_input("File name contains", key="file name")
    if words:
        table = table[table["file_name"].str.contains(words, case=False, regex=False)]
    name = middle.selectbox("OKS of", list(dataset.runs), key="judge")
    low, high = right.slider("between", 0.0, 1.0, (0.0, 1.0), key="judged")
    return table[table[f"OKS {name}"].between(low, high)]
