"""The tab Papers: what each method claims, what our weights reach, under which licence, with the model cards."""

from html import escape
from typing import Any

import gradio as gr
from markdown_it import MarkdownIt

from app.components.tables import table, tables
from methods import variants, weights
from methods.catalog import find_family
from methods.papers import Paper, papers
from methods.weights import WEIGHTS_DIR, read_manifest

MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
REACHED = ("Weights", "AP", "95% interval", "AP50", "input, px", "images", "data", "licence")


class PapersTab:
    """Lays the tab out; it answers no events."""

    def __init__(self) -> None:
        tables(
            '<div class="papers"><h2>What the weights here reach</h2>'
            "<p>Measured with the command in each model card, on few images: mind the intervals. The weights of the "
            "small variants were trained for a few hours on two processor cores; they show how a method works, "
            "not how well it can.</p>"
            + table("Measured here", REACHED, [_reached(name) for name in weights.published()])
            + "</div>"
        )  # fmt: skip
        families = {variant.name: variant.family for variant in variants()}
        for family, paper in papers().items():
            with gr.Accordion(find_family(family).title, open=False, elem_id=f"paper-{family}"):
                found = [each for each in weights.published() if families.get(each) == family]
                tables(published(family, paper) + "".join(map(card, found)))
        with gr.Accordion("References: model cards", open=False, elem_id="paper-references"):
            found = [each for each in weights.published() if families.get(each) not in papers()]
            tables("".join(map(card, found)))


def published(family: str, paper: Paper) -> str:
    """A paper's claim and tables as HTML."""
    title = find_family(family).title
    ours = (title, title.upper())
    shown = [
        table(f"Table {each.number}, as published: {each.caption}", each.columns, each.rows, ours)
        for each in paper.tables
    ]
    link = f'<a href="{escape(paper.url)}" target="_blank" rel="noreferrer">{escape(paper.url)}</a>'
    checkpoints = MARKDOWN.render(f"**The authors' weights.** {paper.checkpoints}") if paper.checkpoints else ""
    return (
        f'<div class="papers"><h2>{escape(paper.title)}</h2>'
        f"<p>{escape(paper.authors)}. {escape(paper.venue)}. {link}</p>"
        f"<p><strong>Claim.</strong> {escape(paper.claim)}</p>{''.join(shown)}{checkpoints}</div>"
    )


def card(name: str) -> str:
    """A model card as HTML that opens by a click, without the front matter."""
    path = WEIGHTS_DIR / f"{name}.md"
    text = path.read_text(encoding="utf-8") if path.is_file() else "These weights have no model card."
    shown = MARKDOWN.render(text.split("---\n", 2)[-1])
    return f'<details class="papers model-card"><summary>Model card of {escape(name)}</summary>{shown}</details>'


def _reached(name: str) -> list[Any]:
    entry = read_manifest()[name]
    metrics = entry.metrics
    interval = metrics.get("AP_interval")
    return [
        name, metrics.get("AP"), None if interval is None else f"{interval[0]:.3f} to {interval[1]:.3f}",
        metrics.get("AP50"), metrics.get("input_size"), metrics.get("images"), metrics.get("data"), entry.licence,
    ]  # fmt: skip
