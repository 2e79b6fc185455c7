"""What the viewer is sent after each decoding: the one place that turns predictions into its JSON.

The types are the schema: tests hold every value against them, and `python -m app.components.viewer_value` writes them
to static/viewer.schema.json, by which the scripts name them.
"""

import json
import math
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NotRequired

import numpy as np
from pydantic import ConfigDict, TypeAdapter, with_config
from typing_extensions import TypedDict

from app.analysis.comparison import Compared, Comparison
from app.colours import person_colour
from app.outputs.layers import DrawnLayer, NotKept, layers
from methods.analysis.disagreement import Disagreement
from methods.data.coco import People
from methods.skeletons import COCO17
from methods.types import Poses, Prediction
from methods.writing import write_bytes

SCHEMA = Path(__file__).resolve().parents[1] / "static" / "viewer.schema.json"

# x, y, score, visibility flag, its probability, and where the method gives them those of absent, occluded and visible;
# the keypoint is null where there is none.
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
    """Milliseconds by stage."""

    preprocess: float
    body: float
    forward: float
    postprocess: float


class Panel(TypedDict):
    """One method, or one step of a method's pipeline, which has text, source and layers that are always drawn.

    oks and errors are by the person's number: OKS, and for each keypoint an error type, null without a label.
    """

    name: str
    summary: str
    people: list[Person]
    timing: Timing | None
    imported: bool
    note: str
    ground_truth: str
    oks: dict[str, float]
    errors: dict[str, list[str | None]]
    layers: list[DrawnLayer]
    text: NotRequired[str]
    source: NotRequired[str]
    always: NotRequired[list[DrawnLayer]]


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
    """The viewer's prop `value`; `image` names the image that it is about, `link` is a query, "" for none."""

    image: str
    link: str
    ground_truth: list[Person]
    ranking: Ranking
    keypoints: list[str]
    limbs: list[list[int]]
    sigmas: list[float]
    panels: list[Panel]


def value(
    image: str,
    comparison: Comparison,
    summaries: Mapping[str, str],
    notes: Mapping[str, str] | None = None,
    asked: Mapping[str, Collection[str]] | None = None,
    link: str = "",
    imported: Collection[str] = (),
) -> Value:
    """One panel for each method.

    notes: why nobody was found, by method; asked: for each method the names of the layers of its intermediate outputs
    that are to be drawn; imported: which of the methods are results that the visitor brought along.
    """
    return {
        **bare(image),
        "link": link,
        "ground_truth": annotated_people(comparison.ground_truth) if comparison.ground_truth is not None else [],
        "ranking": _ranking(comparison.disagreement),
        "panels": [
            _panel(name, each, comparison.ground_truth, summaries, notes or {}, asked or {}, name in imported)
            for name, each in comparison.methods.items()
        ],
    }


def bare(image: str) -> Value:
    """A value without panels, ground truth, ranking and link."""
    return {
        "image": image,
        "link": "",
        "ground_truth": [],
        "ranking": {"people": [], "keypoints": []},
        "keypoints": list(COCO17.keypoints),
        "limbs": [list(limb) for limb in COCO17.limbs],
        "sigmas": list(COCO17.sigmas),
        "panels": [],
    }


def step(
    name: str, text: str, source: str, drawn: list[DrawnLayer], note: str = "", people: Sequence[Person] = ()
) -> Panel:
    """A panel with words, with layers of intermediate outputs that are always drawn, and the people to show."""
    return {
        "name": name,
        "summary": name,
        "text": text,
        "source": source,
        "people": list(people),
        "always": drawn,
        "timing": None,
        "imported": False,
        "note": note,
        "layers": [],
        "ground_truth": "",
        "oks": {},
        "errors": {},
    }


def people_of(poses: Poses, numbers: np.ndarray) -> list[Person]:
    """N people with their numbers [N]."""
    return [
        {
            "id": int(number),
            "colour": person_colour(int(number)),
            "score": round(float(poses.scores[i]), 3),
            "box": [round(float(edge), 1) for edge in poses.boxes[i]],
            "keypoints": [_keypoint(poses, i, k) for k in range(poses.keypoints.shape[1])],
        }
        for i, number in enumerate(numbers)
    ]


def annotated_people(ground_truth: People) -> list[Person]:
    """Annotated people, numbered from 0; their keypoints have no score, the annotated flag, and that for certain."""
    return [
        {
            "id": i,
            "colour": person_colour(i),
            "score": None,
            "box": ground_truth.boxes[i].round(1).tolist(),
            "area": round(float(ground_truth.areas[i]), 1),
            "keypoints": [
                [*ground_truth.keypoints[i, k].round(1).tolist(), None, int(flag), 1.0] if flag else None
                for k, flag in enumerate(ground_truth.visibility[i].tolist())
            ],
        }
        for i in range(len(ground_truth))
    ]


def schema() -> str:
    """The types as JSON schema."""
    return json.dumps(TypeAdapter(Value).json_schema(), indent=1) + "\n"


def _panel(
    name: str,
    found: Compared,
    ground_truth: People | None,
    summaries: Mapping[str, str],
    notes: Mapping[str, str],
    asked: Mapping[str, Collection[str]],
    imported: bool,
) -> Panel:
    return {
        "name": name,
        "summary": "Results that you imported." if imported else summaries.get(name, name),
        "people": people_of(found.prediction.poses, found.numbers),
        "timing": None if imported else _timing(found.prediction),
        "imported": imported,
        "note": notes.get(name, ""),
        "ground_truth": _closeness(ground_truth, found.oks) if ground_truth is not None else "",
        "oks": {str(number): oks for number, oks in found.oks.items()},
        "errors": {str(number): kinds for number, kinds in found.errors.items()},
        "layers": layers(found.prediction, found.numbers, asked.get(name, ())),
    }


def _closeness(ground_truth: People, oks: Mapping[int, float]) -> str:
    """One line: how many of the annotated people were found, and how closely."""
    if not oks:
        return f"0 of {len(ground_truth)} true"
    return f"{len(oks)} of {len(ground_truth)} true, OKS {np.mean(list(oks.values())):.2f}"


def _timing(prediction: Prediction) -> Timing | None:
    """None for a prediction that was kept from an earlier run, maybe on another machine."""
    if isinstance(prediction.intermediate, NotKept):
        return None
    spent = prediction.timing
    return {
        "preprocess": spent.preprocess,
        "body": spent.body,
        "forward": spent.forward,
        "postprocess": spent.postprocess,
    }


def _ranking(found: Disagreement | None) -> Ranking:
    if found is None:
        return {"people": [], "keypoints": []}
    means = found.mean_by_keypoint()
    order = [k for k in np.argsort(-np.nan_to_num(means, nan=-1.0), kind="stable") if not np.isnan(means[k])]
    return {
        "people": [
            {
                "id": int(number),
                "colour": person_colour(int(number)),
                "disagreement": round(float(found.people[i]), 3),
                "found": int(found.found[i].sum()),
                "area": round(float(found.areas[i]), 1),
                "keypoints": [None if math.isnan(value) else round(value, 3) for value in found.keypoints[i].tolist()],
            }
            for i, number in enumerate(found.numbers.tolist())
        ],
        "keypoints": [{"keypoint": int(k), "disagreement": round(float(means[k]), 3)} for k in order],
    }


def _keypoint(poses: Poses, person: int, keypoint: int) -> Keypoint:
    x, y = (float(value) for value in poses.keypoints[person, keypoint])
    if math.isnan(x) or math.isnan(y):
        return None
    score = float(poses.keypoint_scores[person, keypoint])
    place = [round(x, 1), round(y, 1), None if math.isnan(score) else round(score, 3)]
    if poses.visibility is None or np.isnan(poses.visibility[person, keypoint]).any():
        return [*place, None, None]
    states = poses.visibility[person, keypoint]
    state = int(states.argmax())
    return [*place, state, *(round(float(each), 3) for each in (states[state], *states))]


if __name__ == "__main__":
    write_bytes(SCHEMA, schema().encode())
