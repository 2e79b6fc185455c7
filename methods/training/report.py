"""What a training has reached so far: one line of numbers an epoch, and curves as an HTML page."""

import json
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from methods.writing import write_text

METRICS, REPORT = "metrics.jsonl", "report.html"


def write_report(folder: Path, name: str, history: list[dict[str, Any]]) -> None:
    """Write METRICS and REPORT of the variant `name` into `folder`; the page needs no internet."""
    lines = "".join(json.dumps(entry) + "\n" for entry in history)
    write_text(folder / METRICS, lines)
    page = figure(name, history).to_html(include_plotlyjs="directory", full_html=True)
    script = folder / "plotly.min.js"
    if not script.is_file():
        from plotly.offline import get_plotlyjs

        write_text(script, get_plotlyjs())
    write_text(folder / REPORT, page)


def figure(name: str, history: list[dict[str, Any]]) -> go.Figure:
    """Validation AP with its interval, losses, learning rate and speed over epochs."""
    titles = ("Validation AP (with 95% interval)", "Losses", "Learning rate of the heads", "Images per second")
    shown = make_subplots(rows=2, cols=2, subplot_titles=titles)
    epochs = [entry["epoch"] for entry in history]
    judged = [entry for entry in history if "validation" in entry]
    x = [entry["epoch"] for entry in judged]
    variants = list(judged[0]["validation"]) if judged else []
    for variant in variants:
        found = [entry["validation"][variant] for entry in judged]
        high, low = [one["high"] - one["ap"] for one in found], [one["ap"] - one["low"] for one in found]
        error = {"type": "data", "symmetric": False, "array": high, "arrayminus": low, "thickness": 1}
        for measure in ("ap", "ap50", "ap75"):
            y = [one[measure] for one in found]
            label = f"{variant} {measure.upper()}" if len(variants) > 1 else measure.upper()
            bars = error if measure == "ap" else None
            shown.add_scatter(x=x, y=y, error_y=bars, name=label, mode="lines+markers", row=1, col=1)
    for part in history[0]["losses"] if history else ():
        y = [entry["losses"][part] for entry in history]
        shown.add_scatter(x=epochs, y=y, name=part, mode="lines+markers", row=1, col=2)
    for place, key in ((1, "learning_rate"), (2, "images_per_second")):
        y = [entry[key] for entry in history]
        shown.add_scatter(x=epochs, y=y, name=key.replace("_", " "), mode="lines+markers", row=2, col=place)
    shown.update_xaxes(title_text="epoch")
    shown.update_yaxes(type="log", row=1, col=2)
    shown.update_layout(title=f"Training {name}", template="plotly_white", height=800)
    return shown
