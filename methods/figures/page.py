"""A report as one HTML file that needs no internet: tables and interactive figures for each data set."""

from html import escape

import pandas as pd
import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from methods.analysis.crowd_levels import CrowdAP
from methods.analysis.measures import Measures, measures_notes
from methods.analysis.repair import FIGURE_8
from methods.analysis.report import DataReport, MethodReport, PairReport, Report
from methods.figures.calibration import calibration_bars, reliability
from methods.figures.curves import precision_recall
from methods.figures.errors import error_bars, repaired_curves
from methods.figures.measures import agreement_dots, endpoint_bars, pck_curves
from methods.figures.scores import accuracy_and_time, difference_dots, keypoint_bars, slice_dots
from methods.figures.visibility import map_scores, state_precisions, state_rocs
from methods.metrics.results import score_text

STYLE = """
:root { color-scheme: light dark }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 1100px; margin: 2em auto; padding: 0 1em; color: #222;
  background: #fff }
table { border-collapse: collapse; margin: 1em 0; display: block; overflow-x: auto }
th, td { padding: .25em .7em; border-bottom: 1px solid #ddd; text-align: right; white-space: nowrap }
th:first-child, td:first-child { text-align: left }
code { background: #f4f4f4; padding: .1em .3em; overflow-wrap: anywhere }
summary { cursor: pointer; font-weight: 600; margin: 1em 0 }
.note { color: #666 }
@media (prefers-color-scheme: dark) {
  body { color: #e4e6e8; background: #16181b }
  th, td { border-color: #3a3e43 }
  code { background: #26292d }
  .note { color: #a4a9ae }
}
"""
# A figure that was folded away when it was drawn has not the page's width. On a dark page figures turn dark as well.
SCRIPT = """
const dark = matchMedia("(prefers-color-scheme: dark)");
function paint() {
  const [ink, grid] = dark.matches ? ["#e4e6e8", "#3a3e43"] : ["#2a3f5f", "#ebf0f8"];
  const axis = { gridcolor: grid, zerolinecolor: grid };
  const style = { paper_bgcolor: "transparent", plot_bgcolor: "transparent", "font.color": ink };
  for (const name of ["xaxis", "yaxis"]) for (const key in axis) style[`${name}.${key}`] = axis[key];
  for (const figure of document.querySelectorAll(".plotly-graph-div")) Plotly.relayout(figure, style);
}
dark.addEventListener("change", paint);
if (dark.matches) paint();
for (const fold of document.querySelectorAll("details")) {
  fold.addEventListener("toggle", () => fold.querySelectorAll(".plotly-graph-div").forEach(Plotly.Plots.resize));
}
"""


def report_page(report: Report, title: str = "Evaluation") -> str:
    """HTML of the whole report."""
    sections = "".join(_data_section(each) for each in report.sets)
    command = f"<p>Made by <code>{escape(report.command)}</code></p>" if report.command else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style><script>{get_plotlyjs()}</script></head><body><h1>{escape(title)}</h1>{command}"
        f"{sections}<script>{SCRIPT}</script></body></html>"
    )


def _data_section(data: DataReport) -> str:
    by_name = {method.name: method for method in data.methods}
    evaluations = {name: one.evaluation for name, one in by_name.items() if one.evaluation}
    parts = [
        f"<h2>{escape(data.name)}</h2><p>{escape(data.about)}</p>",
        _table(_measures(data)),
        _figure(accuracy_and_time(evaluations)) if evaluations else "",
        _curves(by_name),
        "<h3>Errors</h3>"
        '<p class="note">After Ronchi and Perona (2017): what AP becomes as one type after the other is repaired, by'
        f" putting keypoints where they are annotated. {FIGURE_8}</p>",
        *(_costs(by_name, number) for number in range(len(data.methods[0].costs))),
        _table(pd.DataFrame({name: one.errors for name, one in by_name.items()}).T),
        *(_fold(f"{name}: curves as errors are repaired", _repairs(one)) for name, one in by_name.items()),
        "<h3>Keypoints</h3>",
        *(
            _figure(keypoint_bars({name: one.keypoints for name, one in by_name.items()}, field))
            for field in ("ap", "lost")
        ),
        "<h3>Beside OKS</h3>",
        _beside_oks({name: one.measures for name, one in by_name.items()}),
        "<h3>Slices</h3>"
        '<p class="note">A detection that finds nobody counts as false in every slice; AR does not depend on it.</p>',
        *(_figure(slice_dots({name: one.slices for name, one in by_name.items()}, field)) for field in ("ar", "ap")),
        "<h3>Crowds</h3>" + _table(_crowds(data)),
        *(_visibility(one) for one in data.methods),
        "<h3>Differences</h3>" if data.pairs else "",
        *(_pair(pair) for pair in data.pairs),
    ]
    return "".join(parts)


def _measures(data: DataReport) -> pd.DataFrame:
    rows = {}
    for method in data.methods:
        values = {title: getattr(method.ap, name) for name, title in method.ap.titles().items()}
        if method.evaluation:
            low, high = method.evaluation.interval.low.ap, method.evaluation.interval.high.ap
            values |= {"AP's interval": f"{score_text(low)} to {score_text(high)}"}
            stages = {"before": "preprocess", "body": "body", "network": "forward", "after": "postprocess"}
            values |= {f"ms {name}": f"{getattr(method.evaluation.timing, key):.1f}" for name, key in stages.items()}
        part = method.mapk.mean
        rows[method.name] = values | {"mAPK precision": part.precision, "mAPK recall": part.recall}
    return pd.DataFrame.from_dict(rows, orient="index")


def _crowds(data: DataReport) -> pd.DataFrame:
    rows = {method.name: method.crowd.model_dump(exclude={"images"}) for method in data.methods}
    table = pd.DataFrame.from_dict(rows, orient="index")
    images = data.methods[0].crowd.images
    titles = {name: field.title for name, field in CrowdAP.model_fields.items()}
    levels = {f"ap_{level}": f"AP {level} (images: {count})" for level, count in images.items()}
    return table.rename(columns=titles | levels)


def _curves(methods: dict[str, MethodReport]) -> str:
    tables = []
    figures = []
    for number, one in enumerate(next(iter(methods.values())).curves):
        curves = {name: method.curves[number] for name, method in methods.items()}
        figures.append(_figure(precision_recall(curves, title=f"Precision and recall at OKS {one.oks:g}")))
        best = [one.best.to_pandas() for one in curves.values()]
        tables.append(pd.concat(best, keys=curves, names=["method", ""]))
    columns = {"oks": "OKS", "score": "score", "precision": "precision", "recall": "recall", "f1": "F1"}
    columns |= {"false_positives_per_image": "false positives an image"}
    table = pd.concat(tables)[list(columns)].rename(columns=columns).droplevel(1).rename_axis(None)
    return "<h3>Curves</h3>" + "".join(figures) + "<p>Where F1 is highest:</p>" + _table(table)


def _costs(methods: dict[str, MethodReport], number: int) -> str:
    costs = {name: method.costs[number] for name, method in methods.items()}
    oks = next(iter(costs.values())).oks
    return _figure(error_bars(costs, f"What each error type costs at OKS {oks:g}"))


def _repairs(method: MethodReport) -> str:
    return "".join(_figure(repaired_curves(costs)) for costs in method.costs)


def _beside_oks(methods: dict[str, Measures]) -> str:
    """PCK, end-point errors, joint angles and scores' calibration."""
    curves = {
        one.reference: {name: each.pck[number] for name, each in methods.items()}
        for number, one in enumerate(next(iter(methods.values())).pck)
    }
    scores = {"People's scores": "people", "Keypoints' scores": "keypoints"}
    bins = {
        title: {name: kind.bins for name, each in methods.items() if (kind := getattr(each.calibration, field))}
        for title, field in scores.items()
    }
    tables = (
        _table(pd.concat({name: getattr(each, field).to_pandas().set_index(index) for name, each in methods.items()}))
        for field, index in (("endpoint", "keypoint"), ("angles", "joint"), ("calibration", "score of"))
    )
    return (
        _table(pd.concat({name: each.to_pandas() for name, each in methods.items()}).droplevel(1))
        + f'<p class="note">{escape(" ".join(measures_notes(methods)))}</p>'
        + "".join(_figure(pck_curves(each)) for each in curves.values())
        + _figure(endpoint_bars({name: each.endpoint for name, each in methods.items()}))
        + _figure(agreement_dots({name: each.angles for name, each in methods.items()}))
        + "".join(_figure(reliability(each, title)) for title, each in bins.items())
        + _figure(calibration_bars({name: each.calibration for name, each in methods.items()}))
        + _fold("End-point errors, joint angles and calibration as numbers", "".join(tables))
    )


def _visibility(method: MethodReport) -> str:
    states, maps = method.visibility.states, method.visibility.maps
    parts = []
    if states:
        total = f"{score_text(states.all.total)} ({score_text(states.total_low)} to {score_text(states.total_high)})"
        parts.append(
            f"<p>In the annotated boxes of {states.people} people: total F1 {total}; labelled against not labelled ROC"
            f" AUC {score_text(states.auc)}; expected calibration error {score_text(states.calibration_error)}.</p>"
            + "".join(_figure(draw(states.curves)) for draw in (state_rocs, state_precisions))
            + _figure(reliability({method.name: states.bins}, confidence="probability of the likeliest state"))
            + _fold("F1 keypoint by keypoint", _table(states.to_pandas().set_index("keypoint")))
        )
    if maps:
        everything = maps.rows[-1]
        parts.append(
            f"<p>Visibility maps at the keypoints of {maps.matched} people found: labelled against not labelled ROC"
            f" AUC {score_text(everything.auc)} ({score_text(maps.auc_low)} to {score_text(maps.auc_high)}); the maps'"
            f" peaks are {everything.distance:.2f} cells from the keypoints.</p>"
            + _figure(map_scores(everything))
            + _fold("Keypoint by keypoint", _table(maps.to_pandas().set_index("keypoint")))
        )
    return "".join([f"<h3>Visibility by {escape(method.name)}</h3>", *parts]) if parts else ""


def _pair(pair: PairReport) -> str:
    found = pair.comparison
    names = (found.first, found.second)
    told = [f"{row}" for row in found.measures if row.name == "AP"]
    table = pd.DataFrame([person.model_dump() for person in pair.people])
    people = f"<p>{escape(pair.delta)}</p>" + (_table(table.set_index("file_name")) if len(table) else "")
    figures = [("measures", found.measures), ("slices", found.slices), ("keypoints", found.keypoints)]
    shown = "".join(_figure(difference_dots(rows, names, f"{about} (AP)")) for about, rows in figures if rows)
    heading = f"{names[0]} and {names[1]}: {'; '.join(told)}"
    return _fold(heading, shown + "<h4>People found better by either (delta-OKS)</h4>" + people)


def _fold(heading: str, content: str) -> str:
    return f"<details><summary>{escape(heading)}</summary>{content}</details>"


def _figure(figure: go.Figure) -> str:
    return figure.to_html(full_html=False, include_plotlyjs=False, config={"responsive": True})


def _table(table: pd.DataFrame) -> str:
    return table.to_html(float_format=score_text, na_rep="-", border=0)
