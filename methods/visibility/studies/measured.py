"""What the manifest says was measured of the published judge: how much better its combined score is, by data set."""

from collections.abc import Mapping
from typing import Any

from methods.metrics.results import signed_text
from methods.visibility.judge import JUDGE
from methods.weights import read_manifest

GAIN = "gain"  # in the manifest, by method: precision at equal recall more than by the own score, and its 95% interval


def plain_as_good(metrics: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """By data set the methods for which a threshold on their own score does as well, the interval not being above 0,
    with the gain in words; data sets without one are not there."""
    found = {
        data: {name: _text(*gain) for name, gain in measured[GAIN].items() if gain[1] <= 0}
        for data, measured in metrics.items()
    }
    return {data: methods for data, methods in found.items() if methods}


def measured_of_judge() -> dict[str, Any]:
    """What was measured of the published judge, by data set; empty where there is none."""
    entry = read_manifest().get(JUDGE)
    return entry.metrics if entry else {}


def _text(value: float, low: float, high: float) -> str:
    return f"{signed_text(value)} ({signed_text(low)} to {signed_text(high)})"
