"""Compare: two runs, measure by measure and person by person, with paired intervals."""

import streamlit as st

from app.analysis.dataset import Dataset, compare_runs
from app.lab.charts import choose_several, show_chart
from app.lab.gallery import people_instances, show_instances
from app.lab.tables import choose_rows, show_table
from app.lab.words import plain
from methods.analysis.delta_oks import delta_oks
from methods.analysis.difference import NO_EVIDENCE
from methods.figures.people import oks_against_oks
from methods.figures.scores import difference_dots

ABOUT = {"measures": "Measures", "slices": "AP of slices", "keypoints": "AP of keypoints"}
WORDS = {"first higher": "{0} higher", "second higher": "{1} higher", NO_EVIDENCE: NO_EVIDENCE}


def show(dataset: Dataset) -> None:
    """The page."""
    names = list(dataset.runs)
    if len(names) < 2:
        st.info("Choose results of two methods in the sidebar to compare them.")
        return
    left, right = st.columns(2)
    first = left.selectbox("First", names, key="first")
    second = right.selectbox("Second", [name for name in names if name != first], key="second")
    _differences(dataset, (first, second))
    _people(dataset, (first, second))


def _differences(dataset: Dataset, names: tuple[str, str]) -> None:
    with st.spinner("Resampling images"):
        found = compare_runs(dataset, names)
    st.subheader(plain(f"{names[1]} less {names[0]}"))
    about = st.radio("Differences of", list(ABOUT), format_func=ABOUT.__getitem__, horizontal=True, key="about")
    rows = getattr(found, about)
    evident = st.toggle("Only differences with evidence", key="evident")
    shown = [row for row in rows if not evident or row.verdict != NO_EVIDENCE]
    st.caption(
        f"Both methods on the same resampled images; {found.level:.0%} intervals. Where one spans zero there is"
        f" {NO_EVIDENCE} of a difference: {sum(row.verdict == NO_EVIDENCE for row in rows)} of {len(rows)} here."
    )
    if not shown:
        st.info(f"There is {NO_EVIDENCE} of any difference here.")
        return
    show_chart(difference_dots(shown, names, ABOUT[about]), "differences")
    table = found.to_pandas()
    table = table[(table["about"] == about.removesuffix("s")) & table["name"].isin([row.name for row in shown])]
    table["verdict"] = [WORDS[verdict].format(*names) for verdict in table["verdict"]]
    columns = {"first": names[0], "second": names[1]}
    show_table(table.drop(columns="about").rename(columns=columns))


def _people(dataset: Dataset, names: tuple[str, str]) -> None:
    st.subheader("Person by person")
    first, second = (dataset.runs[name] for name in names)
    found = delta_oks(first.matching, second.matching)
    told = plain(found)
    st.caption(
        f"{told[0].upper()}{told[1:]}. Click on a dot, or draw a box or lasso around several, to see these people."
    )
    chosen = choose_several(oks_against_oks(found, names), "oks against oks")
    table = dataset.people[
        ["file_name", "size", "highest_iou", "visible keypoints", *(f"OKS {name}" for name in names)]
    ].copy()
    table.insert(1, "delta", table[f"OKS {names[0]}"] - table[f"OKS {names[1]}"])
    table = table.sort_values("delta", key=abs, ascending=False, kind="stable")
    table = table.loc[table.index.isin(chosen)] if chosen else table
    people = choose_rows(table, "compared people").index
    show_instances(dataset, names, people_instances(dataset, people.tolist()), "compared")
