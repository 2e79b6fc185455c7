"""The method that is pointed at in a Plotly figure, in front of the others."""

import gradio as gr

from app.components.plots import listener


def hover(plot_id: str) -> gr.HTML:
    """Invisible; brings the traces of one `legendgroup` to the front."""
    return listener("hover.js", f'mountHover(element, "{plot_id}");')
