"""What the viewer is sent: the photo once, and poses as plain JSON."""

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image

from app.components import viewer
from app.state.photo_session import PhotoSession
from methods.types import Poses

NAN = np.nan


def poses(**changed):
    values = {
        "boxes": np.array([[1, 2, 30, 40]]),
        "scores": np.array([0.9]),
        "keypoints": np.tile([10.04, 20.06], (1, 17, 1)),
        "keypoint_scores": np.full((1, 17), 0.75),
    }
    return Poses(**(values | changed))


def test_joints_are_x_y_score_state_and_probabilities():
    visibility = np.tile([0.1, 0.7, 0.2], (1, 17, 1))
    (person,) = viewer.people(poses(visibility=visibility), np.array([0]))
    assert person["joints"][3] == pytest.approx([10.0, 20.1, 0.75, 1, 0.7, 0.1, 0.7, 0.2])
    assert person["box"] == [1, 2, 30, 40]
    assert person["score"] == pytest.approx(0.9)


def test_what_a_method_does_not_give_is_none():
    keypoints = np.tile([10.0, 20.0], (1, 17, 1))
    keypoints[0, 5] = NAN
    (person,) = viewer.people(poses(keypoints=keypoints, keypoint_scores=np.full((1, 17), NAN)), np.array([0]))
    assert person["joints"][5] is None
    assert person["joints"][6] == [10.0, 20.0, None, None, None]


def test_an_answer_is_strict_json_with_a_panel_for_each_method(image, fakes):
    visit = PhotoSession(image, "photo.jpg")
    visit.infer(fakes)
    settings = {name: method.Settings.demo() for name, method in fakes.items()}
    found = visit.decode(fakes, settings)
    answer = viewer.answer(visit, found, {"second": "Nobody."}, {"first": "One.", "second": "Two."}, {})
    again = json.loads(json.dumps(answer, allow_nan=False))
    assert again == answer
    assert [panel["name"] for panel in again["panels"]] == ["first", "second"]
    assert [panel["note"] for panel in again["panels"]] == ["", "Nobody."]
    assert [person["id"] for person in again["panels"][1]["people"]] == [0, 1]
    assert set(again["panels"][0]["timing"]) == {"preprocess", "body", "forward", "postprocess"}
    assert again["photo"] == visit.photo


def test_the_photo_is_sent_small_but_measured_whole():
    photo = viewer.photo(PhotoSession(np.zeros((1000, 3200, 3), np.uint8), "wide.jpg", "Somebody"))
    head, body = photo["src"].split(",")
    shown = Image.open(io.BytesIO(base64.b64decode(body)))
    assert head == "data:image/jpeg;base64"
    assert shown.size == (1600, 500)
    assert (photo["width"], photo["height"]) == (3200, 1000)
    assert photo["credit"] == "Somebody"
