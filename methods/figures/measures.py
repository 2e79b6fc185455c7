"""Measures beside OKS: PCK, end-point errors, and joint angles' bias and limits of agreement."""

from collections.abc import Mapping

import plotly.graph_objects as go

from methods.figures.style import COLOURS, DOUBTFUL, method_colours, styled
from methods.metrics.angles import AngleError, AngleErrors, AnglePairs
from methods.metrics.endpoint_error import EndpointErrors
from methods.metrics.pck import Pck


def pck_curves(found: Mapping[str, Pck], title: str = "") -> go.Figure:
    """PCK of all keypoints against the threshold, of methods with the same reference."""
    figure = go.Figure()
    colour = method_colours(found)
    for name, one in found.items():
        figure.add_scatter(
            x=one.curve_at,
            y=one.curve,
            name=name,
            mode="lines",
            line={"color": colour[name]},
            hovertemplate=f"%{{y:.3f}} within %{{x:g}} {one.unit}",
        )
    figure.update_yaxes(range=[0, 1.02])
    first = next(iter(found.values()), None)
    unit = first.unit if first else ""
    return styled(figure, title or f"PCK in {unit}", f"threshold in {unit}", "share of keypoints that are right")


def endpoint_bars(found: Mapping[str, EndpointErrors], title: str = "") -> go.Figure:
    """Each keypoint's median distance in pixels, and with the thin line how far nine in ten are off at most."""
    figure = go.Figure()
    colour = method_colours(found)
    for name, one in found.items():
        figure.add_bar(
            x=[row.keypoint for row in one.rows],
            y=[row.median for row in one.rows],
            name=name,
            marker={"color": colour[name], "line": {"width": 0}},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [row.far - row.median for row in one.rows],
                "arrayminus": [0] * len(one.rows),
                "thickness": 1,
                "width": 0,
                "color": DOUBTFUL,
            },
            customdata=[[row.mean, row.far, row.found, row.labelled] for row in one.rows],
            hovertemplate="%{x}: median %{y:.1f} px, mean %{customdata[0]:.1f}, "
            "nine in ten within %{customdata[1]:.1f};"
            " %{customdata[2]} of %{customdata[3]} found",
        )
    return styled(figure, title or "End-point error", "", "median, to nine in ten, px")


def agreement_dots(found: Mapping[str, AngleErrors], title: str = "") -> go.Figure:
    """The bias of each joint's angle with its limits of agreement, found less annotated, in degrees."""
    figure = go.Figure()
    colour = method_colours(found)
    for name, one in found.items():
        figure.add_scatter(
            x=[row.joint for row in one.rows],
            y=[row.bias for row in one.rows],
            name=name,
            mode="markers",
            marker={"color": colour[name], "size": 9},
            error_y={"type": "data", "array": [row.high - row.bias for row in one.rows], "thickness": 1},
            customdata=[[row.low, row.high, row.found, row.annotated] for row in one.rows],
            hovertemplate="%{x}: bias %{y:+.1f}°, limits of agreement %{customdata[0]:+.1f}° to %{customdata[1]:+.1f}°;"
            " %{customdata[2]} of %{customdata[3]} angles",
        )
    figure.add_hline(y=0, line_width=1, line_color=DOUBTFUL)
    styled(figure, title or "Joint angles: bias and limits of agreement", "", "found less annotated, degrees")
    return figure.update_layout(scattermode="group")


def bland_altman(pairs: AnglePairs, error: AngleError, title: str = "") -> go.Figure:
    """Every angle at one joint: difference against mean, with bias and limits; customdata is the person's index."""
    figure = go.Figure()
    figure.add_scatter(
        x=(pairs.annotated + pairs.found) / 2,
        y=pairs.difference,
        name=pairs.joint,
        mode="markers",
        showlegend=False,
        marker={"color": COLOURS[0], "size": 7, "opacity": 0.8},
        customdata=pairs.person,
        hovertemplate="mean %{x:.0f}°, difference %{y:+.0f}°",
    )
    lines = {"bias": (error.bias, "solid"), "limit": (error.low, "dash"), "limit ": (error.high, "dash")}
    for value, dash in lines.values():
        if value == value:  # not NaN
            figure.add_hline(
                y=value, line_width=1, line_color=DOUBTFUL, line_dash=dash, annotation_text=f"{value:+.1f}°"
            )
    heading = title or f"Angle at the {pairs.joint}"
    return styled(figure, heading, "mean of annotated and found, degrees", "found less annotated, degrees", height=480)
