"""Tables: three decimals for scores; rows can be chosen. Streamlit offers each as CSV, so cells are harmless there."""

from typing import Any

import pandas as pd
import streamlit as st

from methods.spreadsheets import harmless


def show_table(table: pd.DataFrame) -> None:
    """Draw it without its index."""
    st.dataframe(harmless(table), hide_index=True, column_config=_formats(table))


def choose_rows(table: pd.DataFrame, key: str, height: int = 240) -> pd.DataFrame:
    """Draw it without its index; returns the chosen rows, or all where none is chosen."""
    drawn = st.dataframe(
        harmless(table),
        hide_index=True,
        height=height,
        column_config=_formats(table),
        on_select="rerun",
        selection_mode="multi-row",
        key=key,
    )
    # What was chosen may be rows of a longer table that had this key before.
    rows = [row for row in drawn["selection"]["rows"] if row < len(table)]
    return table.iloc[rows] if rows else table


def _formats(table: pd.DataFrame) -> dict[str, Any]:
    scores = set(table.select_dtypes("floating"))
    return {
        name: st.column_config.NumberColumn(words, format="%.3f") if name in scores else st.column_config.Column(words)
        for name, words in ((name, str(name).replace("_", " ")) for name in table.columns)
    }
