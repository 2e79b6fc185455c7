"""A dot for each person: of a data set, or how well two methods find them. A dot's customdata is the person's index."""

import pandas as pd
import plotly.graph_objects as go

from methods.analysis.delta_oks import DeltaOks
from methods.figures.style import COLOURS, DOUBTFUL, method_colours, styled

SIZES = (5, 10, 20, 50, 100, 200, 500, 1000)  # px, named on the axis
CLEAR = 0.1  # difference of OKS from which a dot has the colour of the better method


def people_dots(people: pd.DataFrame, title: str = "People") -> go.Figure:
    """How large people are and how far others' boxes overlap theirs, in colours of how many keypoints are visible.

    `people` comes from `people_table`.
    """
    figure = go.Figure()
    groups = sorted(people.groupby("visible keypoints"), key=lambda group: int(str(group[0]).split()[0]))
    for number, (name, rows) in enumerate(groups):
        figure.add_scatter(
            x=rows["area"] ** 0.5,
            y=rows["highest_iou"],
            name=f"{name} visible keypoints",
            mode="markers",
            marker={"color": COLOURS[number], "size": 7, "opacity": 0.8},
            customdata=rows.index,
            hovertemplate="%{x:.0f} px, IoU %{y:.2f}",
        )
    figure.update_xaxes(type="log", tickvals=SIZES, ticktext=[str(size) for size in SIZES])
    return styled(figure, title, "size: square root of the area, px", "highest IoU with another box")


def oks_against_oks(found: DeltaOks, names: tuple[str, str], title: str = "") -> go.Figure:
    """Each person's OKS with one method against that with another; grey where they differ by less than CLEAR."""
    figure = go.Figure()
    delta, colour = found.delta, method_colours(names)
    groups = (
        (f"{names[0]} better", delta >= CLEAR, colour[names[0]]),
        (f"{names[1]} better", delta <= -CLEAR, colour[names[1]]),
        ("about the same", abs(delta) < CLEAR, DOUBTFUL),
    )
    for name, chosen, shade in groups:
        figure.add_scatter(
            x=found.first[chosen],
            y=found.second[chosen],
            name=f"{name} ({chosen.sum()})",
            mode="markers",
            marker={"color": shade, "size": 7, "opacity": 0.8},
            customdata=found.person[chosen],
            hovertemplate=f"{names[0]} %{{x:.2f}}, {names[1]} %{{y:.2f}}",
        )
    figure.update_xaxes(range=[-0.02, 1.02])
    figure.update_yaxes(range=[-0.02, 1.02])
    heading = title or "OKS of each person"
    return styled(figure, heading, f"OKS with {names[0]}", f"OKS with {names[1]}", height=520)
