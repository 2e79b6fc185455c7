"""What the viewer is sent: poses as JSON of the schema that the scripts are written for, and the image once."""

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image
from pydantic import TypeAdapter

from app.analysis.candidates import Candidates as Found
from app.analysis.candidates import find_versions, loosened
from app.analysis.comparison import compare
from app.analysis.numbering import NOBODY, number_people
from app.components import viewer, viewer_value
from app.components.viewer_schema import Candidates, Value
from app.components.viewer_value import people_of
from methods.data.coco import People
from methods.types import Poses, Timing
from methods.visibility.judgement import HIDDEN, STATES, VISIBLE, Judgement

NAN = np.nan
SUMMARIES = {"first": "One.", "second": "Two."}


def poses(**changed):
    values = {
        "boxes": np.array([[1, 2, 30, 40]]),
        "scores": np.array([0.9]),
        "keypoints": np.tile([10.04, 20.06], (1, 17, 1)),
        "keypoint_scores": np.full((1, 17), 0.75),
    }
    return Poses(**(values | changed))


def annotated():
    """One person, two of whose keypoints have no label."""
    flags = np.full((1, 17), 2, np.uint8)
    flags[0, [3, 4]] = 0, 1
    keypoints = np.random.default_rng(0).uniform(0, 200, (1, 17, 2))
    raw = {"keypoints": np.concatenate([keypoints[0], flags[0, :, None]], axis=1).ravel().tolist()}
    raw |= {"bbox": [0, 0, 200, 200], "area": 2e4}
    return People(np.array([[0, 0, 200, 200]]), keypoints, flags, np.array([2e4]), np.zeros(1, bool), (raw,))


@pytest.fixture
def found(fakes):
    return {name: method.predict([np.zeros((48, 64, 3), np.uint8)])[0] for name, method in fakes.items()}


def valid(value):
    """The value as it comes out of strict JSON, held against the types."""
    again = json.loads(json.dumps(value, allow_nan=False))
    TypeAdapter(Value).validate_python(again, strict=True)
    return again


def test_keypoints_are_x_y_score_state_and_the_chances_of_states():
    judgement = Judgement.unknown(1, 17)
    judgement.inside[0, 3], judgement.seen[0, 3], judgement.within[0, 3] = 0.9, 0.2, 0.7
    (person,) = people_of(poses(), np.array([0]), judgement)
    assert person["keypoints"][3] == pytest.approx([10.0, 20.1, 0.75, STATES.index(HIDDEN), 0.18, 0.72, 0.1, 0.3])
    assert person["keypoints"][4] == pytest.approx([10.0, 20.1, 0.75, None])
    assert person["box"] == [1, 2, 30, 40]
    assert person["score"] == pytest.approx(0.9)


def test_what_a_method_does_not_give_is_none():
    keypoints = np.tile([10.0, 20.0], (1, 17, 1))
    keypoints[0, 5] = NAN
    (person,) = people_of(poses(keypoints=keypoints, keypoint_scores=np.full((1, 17), NAN)), np.array([0]))
    assert person["keypoints"][5] is None
    assert person["keypoints"][6] == [10.0, 20.0, None, None]


def test_a_value_has_a_panel_for_each_method_and_is_as_the_schema_says(found):
    numbers, _ = number_people(NOBODY, found)
    timings = {"second": Timing(1, 2, 3, 4), "unticked": Timing(1, 2, 3)}
    value = valid(
        viewer_value.value(
            "p", compare(found, numbers), SUMMARIES, {"second": "Nobody."}, imported=["first"], timings=timings
        )
    )
    assert [panel["name"] for panel in value["panels"]] == ["first", "second"]
    assert [panel["note"] for panel in value["panels"]] == ["", "Nobody."]
    assert [panel["summary"] for panel in value["panels"]] == ["Results that you imported.", "Two."]
    assert [person["id"] for person in value["panels"][1]["people"]] == [0, 1]
    assert value["panels"][0]["timing"] is None
    assert value["panels"][1]["timing"] == {"preprocess": 1, "body": 4, "forward": 2, "postprocess": 3}
    assert [panel["ran"] for panel in value["panels"]] == [True, True]
    assert value["image"] == "p"
    assert [person["found"] for person in value["ranking"]["people"]] == [2, 2]
    assert len(value["ranking"]["keypoints"]) == 17


def test_ground_truth_and_closeness_to_it(found):
    ground_truth = annotated()
    numbers = {name: np.arange(len(each.poses)) for name, each in found.items()}
    value = valid(viewer_value.value("p", compare(found, numbers, ground_truth), SUMMARIES))
    (person,) = value["ground_truth"]
    assert person["keypoints"][3] is None
    assert [person["keypoints"][k][3:] for k in (4, 5)] == [[STATES.index(HIDDEN)], [STATES.index(VISIBLE)]]
    oks = value["panels"][0]["oks"]["0"]
    assert value["panels"][0]["ground_truth"] == f"1 of 1 found, 1 others · OKS {oks:.2f} over all 1"
    nobody = {name: numbers[name] + 1 for name in numbers}
    missed = viewer_value.value("p", compare(found, nobody, ground_truth), SUMMARIES)["panels"][0]["ground_truth"]
    assert missed == "0 of 1 found, 2 others · OKS 0.00 over all 1"


def test_whom_only_one_method_found_comes_last_in_the_ranking(found):
    numbers = {"first": np.array([0, 1]), "second": np.array([0, 2])}
    people = viewer_value.value("p", compare(found, numbers), SUMMARIES)["ranking"]["people"]
    assert [person["found"] for person in people] == [2, 1, 1]
    assert people[0]["disagreement"] < people[1]["disagreement"] == 1


def test_a_step_is_as_the_schema_says(found):
    panel = viewer_value.step("1. A", "What it does.", "Section 3", [], "", people_of(poses(), np.array([0])))
    assert valid({**viewer_value.bare("p"), "panels": [panel]})["panels"][0]["text"] == "What it does."


def test_filters_come_with_their_panels_and_candidates_are_as_the_schema_says(fakes, found):
    numbers, _ = number_people(NOBODY, found)
    filters = {"first": {"people": 0.5, "keypoints": None, "candidates": "key"}, "not shown": {}}
    value = valid(viewer_value.value("p", compare(found, numbers), SUMMARIES, filters=filters))
    assert [panel.get("filter") for panel in value["panels"]] == [filters["first"], None]
    raw = fakes["first"].infer([np.zeros((48, 64, 3), np.uint8)])[0]
    loose = loosened(fakes["first"].Settings())
    poses, versions = find_versions(lambda settings: fakes["first"].decode(raw, settings), loose)
    sent = viewer_value.candidates("key", Found(loose, poses, versions, np.array([4, 0, 7])))
    TypeAdapter(Candidates).validate_python(json.loads(json.dumps(sent, allow_nan=False)), strict=True)
    assert [(each["above"], each["up_to"], each["person"]["id"]) for each in sent["people"]] == [
        (-1, 0.9, 4), (-1, 0.6, 0), (-1, 0.3, 7)
    ]  # fmt: skip


def test_the_image_is_sent_small_but_measured_whole():
    image = viewer.image_value(np.zeros((1000, 3200, 3), np.uint8), "wide", "Somebody")
    head, body = image["src"].split(",")
    shown = Image.open(io.BytesIO(base64.b64decode(body)))
    assert head == "data:image/jpeg;base64"
    assert shown.size == (1600, 500)
    assert (image["width"], image["height"]) == (3200, 1000)
    assert (image["id"], image["credit"]) == ("wide", "Somebody")
