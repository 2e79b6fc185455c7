"""Thresholds that the browser moves by itself show what the server answers."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from app.models import offered
from app.samples import find_offer
from app.shown_images import compared
from app.state.controls import Controls
from app.state.finding import find, known
from app.state.photo_session import PhotoSession
from app.thresholds import candidates_of, filters_of
from methods.data.scenes import NAME
from methods.images import read_image

SCRIPT = Path(__file__).resolve().parents[1] / "js" / "people_at.mjs"
CONFIDENCES = (0.05, 0.1, 0.2, 0.29, 0.3, 0.31, 0.4, 0.5, 0.7, 0.9, 1.0)


@pytest.fixture(scope="module", params=["bus", f"{NAME}-crowd-middle"])
def session(request):
    """An image of several people whom every offered method has seen."""
    session = PhotoSession(read_image(find_offer(request.param).path), request.param)
    session.infer(offered())
    return session


def answer(session, controls):
    """The server's panels by name."""
    value = compared(session, known(session, controls), filters=filters_of(session, controls))
    return {panel["name"]: panel for panel in value["panels"]}


def people_in_browser(cases):
    """Whom the script shows of each case's candidates."""
    done = subprocess.run(
        [shutil.which("node"), SCRIPT], input=json.dumps(cases), capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_every_method_shows_in_the_browser_what_the_server_answers(session):
    controls = Controls.initial(offered())
    before = answer(session, controls)
    candidates = candidates_of(session, controls, list(offered()))
    assert candidates.keys() == offered().keys()
    cases, answers = [], []
    for confidence in CONFIDENCES:
        for name in offered():
            controls = controls.with_setting(name, "pose_confidence", confidence)
            if filter_ := controls.settings[name].keypoint_filter:
                controls = controls.with_setting(name, filter_, confidence / 2)
        for name, panel in answer(session, controls).items():
            assert panel["filter"]["candidates"] == candidates[name]["key"]
            cases.append({"candidates": candidates[name]["people"], "filter": panel["filter"]})
            answers.append((name, confidence, panel["people"]))
    shown = people_in_browser(cases)
    for (name, confidence, people), there in zip(answers, shown, strict=True):
        assert there == people, f"{name} at {confidence}"
    assert len({len(people) for _, _, people in answers}) > 5  # the thresholds made a difference
    again = answer(session, Controls.initial(offered()))
    assert {name: panel["people"] for name, panel in again.items()} == {
        name: panel["people"] for name, panel in before.items()
    }


@pytest.mark.parametrize(
    "chosen", [{"input_size": 448}, {"test_time_augmentation": True}, {"keypoint_objects_only": True}], ids=str
)
def test_another_input_has_candidates_of_its_own(session, chosen):
    controls = Controls.initial(offered())
    before = candidates_of(session, controls, ["kapao-n"])["kapao-n"]
    for name, value in chosen.items():
        controls = controls.with_setting("kapao-n", name, value)
    find(session, controls, ["kapao-n"])
    found = candidates_of(session, controls, ["kapao-n"])["kapao-n"]
    assert found["key"] != before["key"]
    cases, answers = [], []
    for confidence in CONFIDENCES:
        controls = controls.with_setting("kapao-n", "pose_confidence", confidence)
        panel = answer(session, controls)["kapao-n"]
        assert panel["filter"]["candidates"] == found["key"]
        cases.append({"candidates": found["people"], "filter": panel["filter"]})
        answers.append(panel["people"])
    assert people_in_browser(cases) == answers
    assert found["people"] != before["people"]


def test_nobody_has_a_number_twice_in_a_method_and_other_settings_have_other_candidates(session):
    controls = Controls.initial(offered())
    first = candidates_of(session, controls, ["kapao-n", "yolo11n-pose"])
    for each in first.values():
        numbers = {candidate["person"]["id"] for candidate in each["people"]}
        rows = {(*candidate["person"]["box"], candidate["person"]["score"]) for candidate in each["people"]}
        assert len(numbers) == len(rows)
    changed = controls.with_setting("kapao-n", "pose_iou", 0.9)
    second = candidates_of(session, changed, ["kapao-n", "yolo11n-pose"])
    assert first["kapao-n"]["key"] != second["kapao-n"]["key"]
    assert first["yolo11n-pose"] == second["yolo11n-pose"]
