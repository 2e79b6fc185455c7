"""What the viewer is sent after each decoding: the one place that turns predictions into its JSON, see
viewer_schema."""

import math
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from app.analysis.candidates import Candidates as Found
from app.analysis.comparison import Compared, Comparison
from app.colours import person_colour
from app.components.viewer_schema import Candidates, Filter, Keypoint, Panel, Person, Ranking, Timing, Value
from app.outputs.bars import Bars
from app.outputs.layers import DrawnLayer, NotKept, layers
from methods.analysis.disagreement import Disagreement
from methods.data.coco import People
from methods.skeletons import COCO17
from methods.types import Poses
from methods.types import Timing as Spent
from methods.visibility.judgement import HIDDEN, STATES, VISIBLE, Judgement

DECIMALS = 6  # of what is held against a threshold
State = list[float | None]  # the last part of a Keypoint
OF_FLAG = {1: STATES.index(HIDDEN), 2: STATES.index(VISIBLE)}  # the state of a keypoint that an annotator labelled


def value(
    image: str,
    comparison: Comparison,
    summaries: Mapping[str, str],
    notes: Mapping[str, str] | None = None,
    asked: Mapping[str, Collection[str]] | None = None,
    imported: Collection[str] = (),
    filters: Mapping[str, Filter] | None = None,
    timings: Mapping[str, Spent] | None = None,
    judged: Mapping[str, Judgement] | None = None,
) -> Value:
    """One panel for each method.

    notes: why nobody was found, by method; asked: for each method the names of the layers of its intermediate outputs
    that are to be drawn; imported: which of the methods are results that the visitor brought along;
    filters: of the methods whose thresholds can be moved; timings: of those that were measured; judged: what was judged
    of the methods' keypoints.
    """
    panels = {
        name: _panel(
            name, each, comparison.ground_truth, summaries, notes or {}, asked or {}, name in imported,
            (judged or {}).get(name),
        )
        for name, each in comparison.methods.items()
    }  # fmt: skip
    for name, each in (filters or {}).items():
        if name in panels:
            panels[name]["filter"] = each
    for name, spent in (timings or {}).items():
        if name in panels:
            panels[name]["timing"] = _timing(spent)
    return {
        **bare(image),
        "ground_truth": annotated_people(comparison.ground_truth) if comparison.ground_truth is not None else [],
        "ranking": _ranking(comparison.disagreement),
        "panels": list(panels.values()),
    }


def candidates(key: str, found: Found) -> Candidates:
    """Everybody whom a method finds at any threshold."""
    return {
        "key": key,
        "people": [
            {
                "above": round(version.above, DECIMALS),
                "up_to": round(version.up_to, DECIMALS),
                "person": people_of(version.poses, number)[0],
            }
            for versions, number in zip(found.versions, found.numbers[:, None], strict=True)
            for version in versions
        ],
    }


def bare(image: str) -> Value:
    """A value without panels, ground truth and ranking."""
    return {
        "image": image,
        "ground_truth": [],
        "ranking": {"people": [], "keypoints": []},
        "keypoints": list(COCO17.keypoints),
        "limbs": [list(limb) for limb in COCO17.limbs],
        "sigmas": list(COCO17.sigmas),
        "panels": [],
    }


def step(
    name: str,
    text: str,
    source: str,
    drawn: list[DrawnLayer],
    note: str = "",
    people: Sequence[Person] = (),
    charts: Sequence[Bars] = (),
) -> Panel:
    """A panel with words, layers of intermediate outputs that are always drawn, the people to show, and bar charts."""
    return {
        "name": name,
        "summary": name,
        "text": text,
        "source": source,
        "people": list(people),
        "always": drawn,
        "charts": list(charts),
        "timing": None,
        "ran": True,
        "imported": False,
        "note": note,
        "layers": [],
        "ground_truth": "",
        "oks": {},
        "errors": {},
    }


def people_of(poses: Poses, numbers: np.ndarray, judgement: Judgement | None = None) -> list[Person]:
    """N people with their numbers [N], and the states of their keypoints as far as they were judged."""
    unknown: State = [None]
    states = _states(judgement) if judgement else [[unknown] * poses.keypoints.shape[1]] * len(poses)
    return [
        {
            "id": int(number),
            "colour": person_colour(int(number)),
            "score": round(float(poses.scores[i]), 3),
            "box": [round(float(edge), 1) for edge in poses.boxes[i]],
            "keypoints": [_keypoint(poses, i, k, states[i][k]) for k in range(poses.keypoints.shape[1])],
        }
        for i, number in enumerate(numbers)
    ]


def annotated_people(ground_truth: People) -> list[Person]:
    """Annotated people, numbered from 0; their keypoints have no score, and the state that their flag says."""
    return [
        {
            "id": i,
            "colour": person_colour(i),
            "score": None,
            "box": ground_truth.boxes[i].round(1).tolist(),
            "area": round(float(ground_truth.areas[i]), 1),
            "keypoints": [
                [*ground_truth.keypoints[i, k].round(1).tolist(), None, OF_FLAG[flag]] if flag else None
                for k, flag in enumerate(ground_truth.visibility[i].tolist())
            ],
        }
        for i in range(len(ground_truth))
    ]


def _panel(
    name: str,
    found: Compared,
    ground_truth: People | None,
    summaries: Mapping[str, str],
    notes: Mapping[str, str],
    asked: Mapping[str, Collection[str]],
    imported: bool,
    judgement: Judgement | None,
) -> Panel:
    return {
        "name": name,
        "summary": "Results that you imported." if imported else summaries.get(name, name),
        "people": people_of(found.prediction.poses, found.numbers, judgement),
        "timing": None,
        "ran": not isinstance(found.prediction.intermediate, NotKept),
        "imported": imported,
        "note": notes.get(name, ""),
        "ground_truth": _closeness(ground_truth, found) if ground_truth is not None else "",
        "oks": {str(number): oks for number, oks in found.oks.items()},
        "errors": {str(number): kinds for number, kinds in found.errors.items()},
        "layers": layers(found.prediction, found.numbers, asked.get(name, ())),
    }


def _closeness(ground_truth: People, found: Compared) -> str:
    """One line: how many of the annotated people were found and how many others, and the mean OKS with whoever is
    missed counting 0, so that nobody gains by finding few."""
    people, others = len(ground_truth), len(found.numbers) - len(found.oks)
    mean = sum(found.oks.values()) / people if people else 0.0
    return f"{len(found.oks)} of {people} found, {others} others · OKS {mean:.2f} over all {people}"


def _timing(spent: Spent) -> Timing:
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
    # First those about whom two methods at least have an opinion: whom only one found is no matter of keypoints.
    people = sorted(range(len(found.numbers)), key=lambda i: found.found[i].sum() < 2)
    order = [k for k in np.argsort(-np.nan_to_num(means, nan=-1.0), kind="stable") if not np.isnan(means[k])]
    return {
        "people": [
            {
                "id": int(found.numbers[i]),
                "colour": person_colour(int(found.numbers[i])),
                "disagreement": round(float(found.people[i]), 3),
                "found": int(found.found[i].sum()),
                "area": round(float(found.areas[i]), 1),
                "keypoints": [None if math.isnan(value) else round(value, 3) for value in found.keypoints[i].tolist()],
            }
            for i in people
        ],
        "keypoints": [{"keypoint": int(k), "disagreement": round(float(means[k]), 3)} for k in order],
    }


def _states(judgement: Judgement) -> list[list[State]]:
    """For each person and keypoint the number of its state and the chances of all; the former is None where nobody
    judged it."""
    numbers, chances = judgement.states().tolist(), judgement.of_states().astype(float).round(2).tolist()
    return [
        [[None] if number < 0 else [number, *each] for number, each in zip(*of_person, strict=True)]
        for of_person in zip(numbers, chances, strict=True)
    ]


def _keypoint(poses: Poses, person: int, keypoint: int, state: State) -> Keypoint:
    x, y = (float(value) for value in poses.keypoints[person, keypoint])
    if math.isnan(x) or math.isnan(y):
        return None
    score = float(poses.keypoint_scores[person, keypoint])
    return [round(x, 1), round(y, 1), None if math.isnan(score) else round(score, DECIMALS), *state]
