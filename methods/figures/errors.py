"""Error types: what each costs, in bars for several methods and as regions over one method's curve."""

from collections.abc import Mapping

import plotly.graph_objects as go

from methods.analysis.repair import ErrorCosts
from methods.figures.style import styled
from methods.metrics.curves import RECALLS

COLOURS = {
    "as found": "#DDDDDD",
    "miss": "#F0E442",
    "swap": "#E69F00",
    "inversion": "#D55E00",
    "jitter": "#8C4646",
    "left out": "#CC79A7",
    "scoring": "#56B4E9",
    "background": "#0072B2",
    "missed": "#009E73",
}


def error_bars(costs: Mapping[str, ErrorCosts], title: str = "What each error type costs") -> go.Figure:
    """A bar from 0 to 1 for each method: its AP, then what repairing one error type after the other adds."""
    figure = go.Figure()
    names = list(costs)
    for number, step in enumerate(next(iter(costs.values())).steps if costs else ()):
        steps = [costs[name].steps[number] for name in names]
        widths = [each.ap if number == 0 else each.gain for each in steps]
        figure.add_bar(
            y=names,
            x=widths,
            name=step.name,
            orientation="h",
            marker={"color": COLOURS[step.name]},
            customdata=[[each.count, each.ap] for each in steps],
            hovertemplate=f"{step.name}: %{{x:+.3f}}, AP then %{{customdata[1]:.3f}}; %{{customdata[0]}} of them",
        )
    figure.update_layout(barmode="relative", yaxis={"autorange": "reversed"})
    plot = 90 + 45 * len(names)  # px
    styled(figure, title, "AP", "", height=plot + 130)
    return figure.update_layout(legend={"y": -50 / plot}, margin={"b": 70})


def repaired_curves(costs: ErrorCosts, title: str = "Precision and recall as errors are repaired") -> go.Figure:
    """KAPAO's Figure 8 for one method: each region is what repairing one more error type adds to the curve.

    The figure itself has coco-analyze's rules: see methods.analysis.coco_analyze.
    """
    figure = go.Figure()
    for number, step in enumerate(costs.steps):
        figure.add_scatter(
            x=RECALLS,
            y=list(step.precision),
            name=f"{step.name} {step.ap:.3f}",
            mode="lines",
            line={"color": COLOURS[step.name], "width": 1},
            fill="tozeroy" if number == 0 else "tonexty",
            hovertemplate=f"{step.name}: precision %{{y:.3f}} at recall %{{x:.2f}}",
        )
    figure.update_xaxes(range=[0, 1])
    figure.update_yaxes(range=[0, 1.02])
    return styled(figure, title, "recall", f"precision at OKS {costs.oks:g}")
