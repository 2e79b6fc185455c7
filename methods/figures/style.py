"""How all figures look, and the one rule for the colour of a method: on the page, in the lab and in reports."""

import colorsys
from collections.abc import Iterable
from hashlib import sha256

import plotly.graph_objects as go
import plotly.io as pio

from methods.catalog import families
from methods.user_models import read_models

# Okabe and Ito's colours, which people with any colour vision can tell apart, so that they stand out from white and
# from ink alike; violet in place of black.
COLOURS = ("#2f8fc4", "#d98200", "#009e73", "#c2629a", "#d55e00", "#7d6fd0", "#8a8f2a")
# Of the user's own models, as far from these and from each other as they can be.
OWN_COLOURS = ("#dc18dc", "#14b814", "#805c4d", "#e93559", "#5935e9", "#3d6666", "#c78f57", "#dc188e")
DOUBTFUL = "#999999"  # differences without evidence
GOLDEN = 0.618034  # of a turn of the colour circle: hues that follow one another by it never come round

# Of Plotly's template what figures of bars and lines use: the whole is copied into each, which takes 15 ms and is most
# of a small figure's JSON.
WHITE = pio.templates["plotly_white"]
USED = (
    "colorway font hovermode hoverlabel paper_bgcolor plot_bgcolor xaxis yaxis title annotationdefaults shapedefaults"
)
TEMPLATE = go.layout.Template(
    layout={name: WHITE.layout[name] for name in USED.split()},
    data={name: WHITE.data[name] for name in ("bar", "scatter")},
)


def method_colours(names: Iterable[str]) -> dict[str, str]:
    """A CSS colour for each method, always the same one, whichever others are shown with it.

    COLOURS go to the first variant of each family, in the families' order, OWN_COLOURS to the user's models in theirs.
    Further families, variants and models have colours of their own, and so have names that no family knows, such as
    those of results files: by the letters of the name.
    """
    own = dict(zip(read_models(), OWN_COLOURS, strict=False))
    first = [family.variants[0].name for family in families() if family.variants]
    known = [*first, *(each.name for family in families() for each in family.variants[1:])]
    return {
        name: _numbered(known.index(name)) if name in known else own.get(name) or _of_letters(name) for name in names
    }


def _numbered(number: int) -> str:
    """One of COLOURS, and after them hues that are as far apart as they can be."""
    if number < len(COLOURS):
        return COLOURS[number]
    further = number - len(COLOURS)
    return _css(further * GOLDEN % 1, 0.42 + 0.04 * (further % 4))


def _of_letters(name: str) -> str:
    digest = sha256(name.encode()).digest()
    return _css(int.from_bytes(digest[:4]) / 2**32, 0.42 + 0.12 * digest[4] / 255)


def _css(hue: float, lightness: float) -> str:
    """A colour neither pale nor loud; hue and lightness are 0..1."""
    red, green, blue = (round(255 * part) for part in colorsys.hls_to_rgb(hue, lightness, 0.55))
    return f"#{red:02x}{green:02x}{blue:02x}"


def styled(figure: go.Figure, title: str, x: str, y: str, height: int = 420) -> go.Figure:
    """The figure with its title and axes' names, in the common style."""
    figure.update_layout(
        title=title,
        template=TEMPLATE,
        height=height,
        xaxis_title=x,
        yaxis_title=y,
        margin={"l": 60, "r": 20, "t": 60, "b": 50},
        legend={"orientation": "h", "y": -0.2},
        hoverlabel={"namelength": -1},
    )
    return figure


def diagonal(figure: go.Figure) -> None:
    """A dotted line from 0, 0 to 1, 1."""
    line = {"color": DOUBTFUL, "dash": "dot", "width": 1}
    figure.add_scatter(x=[0, 1], y=[0, 1], mode="lines", showlegend=False, line=line, hoverinfo="skip")
