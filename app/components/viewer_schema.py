"""The types of what the viewer is sent: its JSON schema, by which the scripts name things.

`python -m app.components.viewer_schema` writes it to static/viewer.schema.json; tests hold every value against it.
"""

import json
from pathlib import Path
from typing import NotRequired

from pydantic import ConfigDict, TypeAdapter, with_config
from typing_extensions import TypedDict

from app.outputs.bars import Bars
from app.outputs.layers import DrawnLayer
from methods.writing import write_bytes

SCHEMA = Path(__file__).resolve().parents[1] / "static" / "viewer.schema.json"

# x, y, score, the number of its state in methods.visibility.judgement.STATES and, where it was judged, how likely each
# of these is; the keypoint is null where there is none.
Keypoint = list[float | None] | None


class Person(TypedDict):
    """Somebody found or annotated; coordinates in pixels of the image."""

    id: int
    colour: str
    score: float | None
    box: list[float]
    keypoints: list[Keypoint]
    area: NotRequired[float]


class Timing(TypedDict):
    """Milliseconds by stage, medians of several runs."""

    preprocess: float
    body: float
    forward: float
    postprocess: float


class Filter(TypedDict):
    """What a method's prediction was filtered by: the least score of a person, and of a keypoint, null where the method
    has no such setting; `candidates` is the key of whom there is to filter, "" where they are not known."""

    people: float
    keypoints: float | None
    candidates: str


class Candidate(TypedDict):
    """Somebody as a method finds them at thresholds above `above` and up to `up_to`."""

    above: float
    up_to: float
    person: Person


class Candidates(TypedDict):
    """A method's candidates, best score first, as a Filter names them."""

    key: str
    people: list[Candidate]


class Panel(TypedDict):
    """One method, or one step of a method's pipeline: text, source, layers that are always drawn, bar charts.

    ran says whether the network has run here, so that intermediate outputs are known. oks and errors are by the
    person's number: OKS, and for each keypoint an error type, null without a label.
    """

    name: str
    summary: str
    people: list[Person]
    timing: Timing | None
    ran: bool
    imported: bool
    note: str
    ground_truth: str
    oks: dict[str, float]
    errors: dict[str, list[str | None]]
    layers: list[DrawnLayer]
    text: NotRequired[str]
    source: NotRequired[str]
    always: NotRequired[list[DrawnLayer]]
    charts: NotRequired[list[Bars]]
    filter: NotRequired[Filter]


class RankedPerson(TypedDict):
    """How much the methods disagree about a person, and about each keypoint; found by so many methods."""

    id: int
    colour: str
    disagreement: float
    found: int
    area: float
    keypoints: list[float | None]


class RankedKeypoint(TypedDict):
    """The mean disagreement about a keypoint."""

    keypoint: int
    disagreement: float


class Ranking(TypedDict):
    """Most disagreed about first; empty where fewer than two methods are compared."""

    people: list[RankedPerson]
    keypoints: list[RankedKeypoint]


@with_config(ConfigDict(extra="forbid"))
class Value(TypedDict):
    """The viewer's prop `value`; `image` names the image that it is about."""

    image: str
    ground_truth: list[Person]
    ranking: Ranking
    keypoints: list[str]
    limbs: list[list[int]]
    sigmas: list[float]
    panels: list[Panel]


@with_config(ConfigDict(extra="forbid"))
class Props(TypedDict):
    """The viewer's props besides its image; `candidates` by method, sent as text, where thresholds can be moved."""

    value: Value
    candidates: dict[str, Candidates]


def schema() -> str:
    """The types as JSON schema."""
    return json.dumps(TypeAdapter(Props).json_schema(), indent=1) + "\n"


if __name__ == "__main__":
    write_bytes(SCHEMA, schema().encode())
