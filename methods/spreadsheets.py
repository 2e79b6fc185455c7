"""Tables as CSV that a spreadsheet shows and never runs, whoever chose the names in them."""

import pandas as pd

# What spreadsheets take for the beginning of a formula (OWASP, "CSV Injection").
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def to_csv(table: pd.DataFrame) -> str:
    """CSV of a table without its index, numbers with four decimals, texts as `harmless`."""
    return harmless(table).to_csv(index=False, float_format="%.4f")


def harmless(table: pd.DataFrame) -> pd.DataFrame:
    """The same table; texts that a spreadsheet would run have an apostrophe before them, which makes them texts."""
    changed = table.copy(deep=False)
    for position, kind in enumerate(table.dtypes):
        if not pd.api.types.is_numeric_dtype(kind):
            changed.isetitem(position, table.iloc[:, position].map(_harmless))
    return changed


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
