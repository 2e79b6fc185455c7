"""The few kinds of marks into which every method's evidence is translated, and layers of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from app.limits import MARKS
from methods.types import Poses


@dataclass(frozen=True)
class Mark:
    """One thing to draw over the photo, in pixels of the original image.

    `at` by kind: box x1, y1, x2, y2; cell (of a map, filled) likewise; point x, y; arrow from x1, y1 to x2, y2; pose
    x, y of each joint in turn.
    `score` is the method's confidence, 0..1; name and details are what hovering tells, a line each. `aside` is for what
    the method saw but did not use.
    """

    kind: Literal["box", "cell", "point", "arrow", "pose"]
    at: list[float]
    colour: str  # CSS
    score: float
    name: str
    details: list[str]
    aside: bool = False


@dataclass(frozen=True)
class Layer:
    """One kind of evidence: its name, one line that a student understands, and how to mark it.

    `marks` takes a family's evidence, the poses decoded with it and the people's numbers [N] in the viewer.
    """

    name: str
    meaning: str
    marks: Callable[[Any, Poses, np.ndarray], list[Mark]]


def strongest(marks: Sequence[Mark], limit: int = MARKS) -> tuple[list[Mark], str]:
    """The `limit` marks of highest score, best first, and a note where some were left out or there are none."""
    ranked = sorted(marks, key=lambda mark: -mark.score)
    if not ranked:
        return [], "None at these settings."
    if len(ranked) <= limit:
        return ranked, ""
    return ranked[:limit], f"The {limit} marks of highest confidence out of {len(ranked)}."


def pixels(values: np.ndarray) -> list[float]:
    """Coordinates of any shape as a flat list, to a tenth of a pixel."""
    return np.asarray(values, np.float64).round(1).ravel().tolist()


def named(number: int) -> str:
    """What the viewer calls the person with that number."""
    return f"person {number + 1}"
