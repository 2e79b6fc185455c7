"""What a card shows: part of an image, the people in it, and words."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from app.analysis.crops import Region

TRUTH = "#ffffff"


@dataclass(frozen=True)
class Figure:
    """Somebody drawn on a card: keypoints [K, 2] in pixels of the image, NaN where there is none."""

    keypoints: np.ndarray
    colour: str = TRUTH
    role: str = "ground_truth"


@dataclass(frozen=True)
class Card:
    """A region (x1, y1, x2, y2) of an image, who is drawn there, lines from wrong keypoints to their places, and words.

    `verdict` stands out, as good or bad; `button` is that of the event, "" for none.
    """

    image: np.ndarray | None  # RGB uint8 [H, W, 3]
    region: Region
    people: Sequence[Figure]
    title: str
    lines: Sequence[str] = ()
    ways: Sequence[tuple[float, float, float, float]] = field(default=())
    verdict: str = ""
    good: bool = True
    button: str = ""
