"""Plotly figures fitted to the page: no ground of their own, so that they suit light and dark alike."""

import plotly.graph_objects as go

GREY = "#7b858c"  # readable on the light page and on the dark one
TOOLS = [
    "zoom", "pan", "select", "lasso", "zoomin", "zoomout", "autoscale", "resetscale", "toimage",
]  # fmt: skip
GRID, ZERO = "rgba(123,133,140,0.25)", "rgba(123,133,140,0.5)"


def fitted(figure: go.Figure, height: int | None = None, legend: float = -0.22) -> go.Figure:
    """The same figure, changed: `height` in pixels (its own if None), the legend's place below the axes."""
    figure.update_layout(
        template="none",
        title={"font": {"size": 15}, "x": 0.01},
        font={"color": GREY},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        margin={"l": 55, "r": 12, "t": 42, "b": 45},
        legend={"orientation": "h", "y": legend},
        # On a phone the tools would hide the title, and a drag would zoom where one means to scroll.
        modebar={"remove": TOOLS},
        dragmode=False,
        height=height or figure.layout.height,
    )
    figure.update_xaxes(gridcolor=GRID, zerolinecolor=ZERO)
    figure.update_yaxes(gridcolor=GRID, zerolinecolor=ZERO, automargin=True)
    return figure
