"""What a paper's figure counts, counted on the visitor's image: a small bar chart beside a step's picture."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from typing_extensions import TypedDict

from methods.types import Poses


class Row(TypedDict):
    """One bar: its name, how much of the width it fills, 0..1, and the number in words."""

    name: str
    share: float
    told: str


@dataclass(frozen=True)
class Chart:
    """A chart of a step: its title, which names the paper's figure, and its rows, none where nothing can be counted.

    `rows` takes a family's intermediate outputs and the poses decoded with them.
    """

    title: str
    rows: Callable[[Any, Poses], Sequence[Row]]


class Bars(TypedDict):
    """A Chart as data."""

    title: str
    rows: list[Row]


def bars(chart: Chart, intermediate: Any, poses: Poses) -> Bars:
    """The chart of one prediction."""
    return {"title": chart.title, "rows": list(chart.rows(intermediate, poses))}
