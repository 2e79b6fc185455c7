"""How all figures look, and which colour a method has."""

from collections.abc import Iterable, Mapping

import plotly.graph_objects as go

# Okabe and Ito's colours, which people with any colour vision can tell apart; violet in place of black, for dark pages.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7D6FD0", "#B8A800")
DOUBTFUL = "#999999"  # differences without evidence


def colours_of(names: Iterable[str], given: Mapping[str, str] | None = None) -> dict[str, str]:
    """A colour for each method: the `given` one, else the next of COLOURS."""
    return {
        name: (given or {}).get(name, COLOURS[number % len(COLOURS)])
        for number, name in enumerate(dict.fromkeys(names))
    }


def styled(figure: go.Figure, title: str, x: str, y: str, height: int = 420) -> go.Figure:
    """The figure with its title and axes' names, in the common style."""
    figure.update_layout(
        title=title,
        template="plotly_white",
        height=height,
        xaxis_title=x,
        yaxis_title=y,
        margin={"l": 60, "r": 20, "t": 60, "b": 50},
        legend={"orientation": "h", "y": -0.2},
        hoverlabel={"namelength": -1},
    )
    return figure
