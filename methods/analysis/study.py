"""What all studies have in common: ways of doing one thing, compared in pairs, and how a study is told."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from methods.analysis.crowding import crowded
from methods.analysis.difference import ap_gains
from methods.data.coco import CocoKeypoints
from methods.errors import DataError
from methods.method import Method
from methods.metrics.ap import KeypointAP, summarise
from methods.metrics.matching import Matching, match
from methods.metrics.results import Result, Score, score_text, signed_text
from methods.settings import Settings

FOUND_AT = 0.5  # OKS with an annotated person from which that person counts as found
ABLATION_COLUMNS = ("AP", "AP50", "AP75", "AP crowded", "Gain", "95% interval")


@dataclass(frozen=True)
class TextTable:
    """A table as it is shown; the first column holds names, the others numbers."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]

    def to_markdown(self) -> str:
        """The table in GitHub's Markdown."""
        rules = ("---", *("---:" for _ in self.columns[1:]))
        return "\n".join(f"| {' | '.join(cells)} |" for cells in (self.columns, rules, *self.rows))


class Ablation(Result):
    """AP of one way of doing something, on all images and on the crowded ones (None where there are none).

    `gain` is AP less that of the first way, with its 95% interval, both from resampled images in pairs.
    """

    name: str
    ap: KeypointAP
    ap_crowded: KeypointAP | None
    gain: Score
    gain_low: Score
    gain_high: Score

    def to_pandas(self) -> pd.DataFrame:
        """One row."""
        row = self.model_dump(exclude={"ap", "ap_crowded"}) | self.ap.model_dump()
        return pd.DataFrame([row | {"ap_crowded": self.ap_crowded.ap if self.ap_crowded else np.nan}])

    def cells(self) -> tuple[str, ...]:
        """The name, then the numbers of ABLATION_COLUMNS."""
        in_crowds = self.ap_crowded.ap if self.ap_crowded else np.nan
        scores = (self.ap.ap, self.ap.ap50, self.ap.ap75, in_crowds)
        return (self.name, *map(score_text, scores), signed_text(self.gain), interval_text(self))

    @property
    def gain_text(self) -> str:
        """The gain with its interval."""
        return f"{signed_text(self.gain)} ({interval_text(self)})"


class Study(Result):
    """One effect, measured on annotated images; `people` are those that count: no crowd, at least one label."""

    data: str
    images: int
    people: int
    command: str | None = None

    @abstractmethod
    def heading(self) -> str:
        """What was measured on what, in one line."""

    @abstractmethod
    def sentences(self) -> list[str]:
        """What was found, as a model card or the page may quote it."""

    @abstractmethod
    def tables(self) -> list[TextTable]:
        """All numbers that are shown."""

    def to_markdown(self) -> str:
        """Heading, sentences, tables and the command: the study as a section of a model card."""
        text = " ".join(self.sentences())
        parts = [self.heading(), text, *(table.to_markdown() for table in self.tables())]
        if self.command:
            parts.append(f"```\n{self.command}\n```")
        return "\n\n".join(parts) + "\n"


class MethodStudy(Study):
    """A study of one method; see `facts`."""

    method: str
    crowded_images: int  # CrowdPose's crowd index above 0.1
    settings: dict[str, Any]
    input_size: int  # pixels

    def heading(self) -> str:
        """Method, data and settings."""
        settings = ", ".join(f"{name} {value:g}" for name, value in self.settings.items())
        return (
            f"{self.method} on {self.images} images of {self.data}, {self.crowded_images} of them crowded, with"
            f" {self.people} people; input {self.input_size} px, {settings}"
        )


def facts(method: Method, data: CocoKeypoints, settings: Settings, command: str | None) -> dict[str, Any]:
    """The fields of every MethodStudy."""
    return {
        "method": method.name,
        "data": data.name,
        "images": len(data),
        "crowded_images": len(crowded(data)),
        "people": labelled_people(data),
        "settings": settings.model_dump(),
        "input_size": method.input_size,
        "command": command,
    }


def check(method: Method, settings: type[Settings], data: CocoKeypoints, needed: str) -> None:
    """Raise DataError unless the method is of the family with these `settings` and `data` has labelled people."""
    if not issubclass(method.Settings, settings):
        raise DataError(f"{method.name} has no {needed}.")
    if not labelled_people(data):
        raise DataError(f"{data.name} has no labelled people; give annotations of at least one.")


def labelled_people(data: CocoKeypoints) -> int:
    """How many people count."""
    return int(sum(image.people.labelled.sum() for image in data))


def compare_ablations(
    data: CocoKeypoints, found: Mapping[str, Sequence[dict[str, Any]]]
) -> tuple[list[Ablation], dict[str, Matching]]:
    """What each named way reaches, from its COCO results, and its matching; gains are over the first."""
    busy = crowded(data)
    ids = {image.image_id for image in busy}
    matchings = {name: match(data, results) for name, results in found.items()}
    ways = []
    for name, (ap, gain) in ap_gains(matchings).items():
        in_crowds = [result for result in found[name] if result["image_id"] in ids]
        ways.append(
            Ablation(
                name=name,
                ap=ap,
                ap_crowded=summarise(match(busy, in_crowds)) if len(busy) else None,
                gain=gain.difference,
                gain_low=gain.low,
                gain_high=gain.high,
            )
        )
    return ways, matchings


def found_people(matching: Matching) -> np.ndarray:
    """Indices, into the ground truth, of the people who are found at FOUND_AT."""
    return matching.matched(FOUND_AT)[1]


def interval_text(way: Ablation) -> str:
    """The gain's interval."""
    return f"{signed_text(way.gain_low)} to {signed_text(way.gain_high)}"


def percent_text(share: float) -> str:
    """A share as whole percents; a dash where it is undefined."""
    return "-" if np.isnan(share) else f"{share:.0%}"


def number_text(value: float, digits: int) -> str:
    """A number; a dash where it is undefined."""
    return "-" if np.isnan(value) else f"{value:.{digits}f}"
