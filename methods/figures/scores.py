"""Scores with their intervals: keypoints, slices, differences between two methods, and accuracy against time."""

import math
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from methods.analysis.difference import NO_EVIDENCE, Difference
from methods.analysis.keypoints import KeypointScores
from methods.analysis.run import Evaluation
from methods.analysis.slices import SliceScores
from methods.figures.style import DOUBTFUL, method_colours, styled


def keypoint_bars(scores: Mapping[str, KeypointScores], field: str = "ap", title: str = "") -> go.Figure:
    """One group of bars for each keypoint; `field` is "ap" (AP of the keypoint alone) or "lost" (OKS lost by it)."""
    figure = go.Figure()
    colour = method_colours(scores)
    for name, one in scores.items():
        figure.add_bar(
            x=[row.keypoint.replace("_", " ") for row in one.rows],
            y=[getattr(row, field) for row in one.rows],
            name=name,
            # Without an outline, which would cover the colour of bars two pixels wide.
            marker={"color": colour[name], "line": {"width": 0}},
            customdata=[row.labelled for row in one.rows],
            hovertemplate="%{x}: %{y:.3f}; labelled in %{customdata} people",
        )
    meaning = {"ap": "AP of the keypoint alone", "lost": "OKS lost, mean over people"}[field]
    return styled(figure, title or meaning, "", meaning)


def slice_dots(scores: Mapping[str, SliceScores], field: str = "ar", title: str = "") -> go.Figure:
    """A dot with its interval for each slice and method; `field` is "ap" or "ar"."""
    figure = go.Figure()
    colour = method_colours(scores)
    for name, one in scores.items():
        values = [getattr(row, field) for row in one.rows]
        high = [getattr(row, f"{field}_high") - value for row, value in zip(one.rows, values, strict=True)]
        low = [value - getattr(row, f"{field}_low") for row, value in zip(one.rows, values, strict=True)]
        figure.add_scatter(
            x=[f"{row.group}: {row.name}" for row in one.rows],
            y=values,
            name=name,
            mode="markers",
            marker={"color": colour[name], "size": 9},
            error_y={"type": "data", "symmetric": False, "array": high, "arrayminus": low, "thickness": 1},
            customdata=[row.people for row in one.rows],
            hovertemplate="%{x}: %{y:.3f}; %{customdata} people",
        )
    figure.update_yaxes(range=[0, 1.03])
    figure.update_xaxes(automargin=True)
    styled(figure, title or f"{field.upper()} of some of the people", "", field.upper(), height=520)
    # The slices' names are long and lie aslant, so that the methods' stand above.
    return figure.update_layout(scattermode="group", legend={"y": 1.02, "yanchor": "bottom"}, margin={"t": 90})


def difference_dots(rows: Sequence[Difference], names: tuple[str, str], title: str = "") -> go.Figure:
    """Second less first with its interval; grey where there is no evidence, else in the colour of the higher one."""
    figure = go.Figure()
    colours = method_colours(names)
    colour = {"first higher": colours[names[0]], "second higher": colours[names[1]], NO_EVIDENCE: DOUBTFUL}
    words = {"first higher": f"{names[0]} higher", "second higher": f"{names[1]} higher", NO_EVIDENCE: NO_EVIDENCE}
    for verdict, meaning in words.items():
        chosen = [row for row in rows if row.verdict == verdict]
        figure.add_scatter(
            y=[row.name for row in chosen],
            x=[row.difference for row in chosen],
            name=meaning,
            mode="markers",
            marker={"color": colour[verdict], "size": 9},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [row.high - row.difference for row in chosen],
                "arrayminus": [row.difference - row.low for row in chosen],
                "thickness": 1,
            },
            hovertemplate="%{y}: %{x:+.3f}",
        )
    figure.add_vline(x=0, line_width=1, line_color=DOUBTFUL)
    figure.update_yaxes(categoryorder="array", categoryarray=[row.name for row in rows][::-1])
    about = f"{names[1]} less {names[0]}"
    return styled(figure, title or about, about, "", height=140 + 26 * len(rows))


def accuracy_and_time(evaluations: Mapping[str, Evaluation], title: str = "") -> go.Figure:
    """AP with its interval against milliseconds per image, on disks as large as networks (KAPAO's Figure 1); hovering
    tells the stages."""
    figure = go.Figure()
    colour = method_colours(evaluations)
    for name, one in evaluations.items():
        body = f", body {one.timing.body:.1f} (shared by all small methods)" if one.timing.body else ""
        figure.add_scatter(
            x=[one.timing.total],
            y=[one.ap.ap],
            name=name,
            text=[name],
            mode="markers+text",
            textposition="top center",
            marker={"color": colour[name], "size": _diameter(one.parameters)},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [one.interval.high.ap - one.ap.ap],
                "arrayminus": [one.ap.ap - one.interval.low.ap],
                "thickness": 1,
            },
            hovertemplate="AP %{y:.3f}, %{x:.0f} ms: "
            + (f"{one.parameters / 1e6:.1f} M parameters, " if one.parameters else "")
            + f"before {one.timing.preprocess:.1f}{body}, network {one.timing.forward:.1f},"
            + f" after {one.timing.postprocess:.1f} ms",
        )
    figure.update_xaxes(rangemode="tozero")
    figure.update_yaxes(rangemode="tozero")
    return styled(figure, title or "Accuracy and time", "milliseconds per image", "AP")


def _diameter(parameters: int | None) -> float:
    """Pixels of a disk whose area is in proportion to the number of parameters; 12 where that is unknown."""
    return 12 if parameters is None else max(6, 7 * math.sqrt(parameters / 1e6))
