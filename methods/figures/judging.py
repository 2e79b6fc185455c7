"""Whether judging keypoints beats a threshold on a method's own scores: precision and recall of three ways."""

from collections.abc import Iterable, Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from methods.figures.style import DOUBTFUL, method_colours, styled
from methods.metrics.curves import RECALLS
from methods.visibility.studies.judging import BANDS, JudgeEffects, MethodEffect

COLUMNS = 4
ROW = 230  # px
SHADE = "rgba(123,133,140,0.25)"


def three_ways(measured: JudgeEffects, title: str = "") -> go.Figure:
    """A picture for each method: precision at every recall by its own score (grey) and by the combined one, shaded
    their 95% intervals, and the point that the paper's filter leaves, with its interval."""
    names = [one.method for one in measured.methods]
    figure = make_subplots(
        -(-len(names) // COLUMNS), COLUMNS, shared_xaxes="all", shared_yaxes="all", subplot_titles=names,
        horizontal_spacing=0.03, vertical_spacing=0.14,
    )  # fmt: skip
    colours = method_colours(names)
    for number, one in enumerate(measured.methods):
        place = {"row": number // COLUMNS + 1, "col": number % COLUMNS + 1}
        ways = (
            ("own score", one.own_curve, one.own_band, DOUBTFUL),
            ("combined score", one.combined_curve, one.combined_band, colours[one.method]),
        )
        for name, curve, band, colour in ways:
            reached = sum(precision > 0 for precision in curve)
            figure.add_trace(_band(band, reached), **place)
            figure.add_trace(_line(name, curve[:reached], colour, number == 0), **place)
        figure.add_trace(_filter(one, colours[one.method], number == 0), **place)
    figure.update_xaxes(range=[0, 0.8])
    figure.update_xaxes(title="recall", row=-(-len(names) // COLUMNS))
    figure.update_yaxes(range=[0, 1.02])
    about = title or f"Keypoints in {measured.images} images of {measured.data}"
    return styled(figure, about, "", "precision", height=90 + ROW * (-(-len(names) // COLUMNS)))


def _line(name: str, curve: Sequence[float], colour: str, told: bool) -> go.Scatter:
    return go.Scatter(
        x=RECALLS[: len(curve)], y=list(curve), name=name, legendgroup=name, showlegend=told, mode="lines",
        line={"color": colour, "width": 2}, hovertemplate=f"{name}: precision %{{y:.3f}} at recall %{{x:.2f}}",
    )  # fmt: skip


def _band(band: Iterable[tuple[float, float]], reached: int) -> go.Scatter:
    """The intervals at every BANDS of RECALLS, as far as the curve reaches in all resamples but a few."""
    known = [(RECALLS[k * BANDS], *each) for k, each in enumerate(band) if k * BANDS < reached and each[0] > 0]
    x, low, high = zip(*known, strict=True) if known else ((), (), ())
    return go.Scatter(
        x=[*x, *x[::-1]], y=[*high, *low[::-1]], mode="lines", line={"width": 0}, fill="toself", fillcolor=SHADE,
        hoverinfo="skip", showlegend=False,
    )  # fmt: skip


def _filter(one: MethodEffect, colour: str, told: bool) -> go.Scatter:
    low, high = one.ranges[0]
    return go.Scatter(
        x=[one.recall], y=[one.filtered], name="the paper's filter", legendgroup="filter", showlegend=told,
        mode="markers", marker={"color": colour, "size": 9, "symbol": "diamond"},
        error_y={
            "type": "data", "symmetric": False, "array": [high - one.filtered], "arrayminus": [one.filtered - low],
            "thickness": 1,
        },
        hovertemplate="filter: precision %{y:.3f} at recall %{x:.2f}",
    )  # fmt: skip
