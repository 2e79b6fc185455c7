"""Presses on the bars of a Plotly figure, which gr.Plot does not tell of."""

import gradio as gr

from app.components.plots import listener


def clicks(plot_id: str) -> gr.HTML:
    """Invisible; its event `select` carries `name`, that of the pressed trace, and `row`, the bar's place on y."""
    return listener("clicks.js", f'mountClicks(element, "{plot_id}", trigger);')
