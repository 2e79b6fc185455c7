"""Sortable tables in HTML."""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

SCRIPT = Path(__file__).resolve().parents[1] / "static" / "papers.js"


def tables(content: str) -> gr.HTML:
    """HTML of ours, made of `table` and text that was escaped, whose tables sort by a click on a heading."""
    return gr.HTML(content, js_on_load=SCRIPT.read_text(encoding="utf-8"), apply_default_css=False)


def table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], ours: Sequence[str] = ()) -> str:
    """A table with its caption; rows whose first cell starts with one of `ours` stand out. None is a dash."""
    head = "".join(f'<th scope="col"><button type="button">{escape(column)}</button></th>' for column in columns)
    body = "".join(_row(row, any(str(row[0]).startswith(name) for name in ours)) for row in rows)
    return (
        f'<div class="table-scroll" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f'<table class="sortable"><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _row(cells: Sequence[Any], stands_out: bool) -> str:
    texts = ["&ndash;" if cell is None else escape(str(cell)) for cell in cells]
    return f"<tr{' class=ours' if stands_out else ''}>" + "".join(f"<td>{text}</td>" for text in texts) + "</tr>"


def coloured(
    caption: str, columns: Sequence[str], rows: Mapping[str, Sequence[str]], colours: Mapping[str, str]
) -> str:
    """A table of numbers, a row for each method with its colour in figures, so that it is their legend as well."""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in ("Method", *columns))
    body = "".join(
        f'<tr><th scope="row"><i style="background:{colours[name]}"></i>{escape(name)}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        + "</tr>"
        for name, cells in rows.items()
    )
    return (
        f'<div class="table-scroll numbers" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
