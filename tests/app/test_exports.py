"""Downloads of a visit: JSON, CSV, PNG."""

import io
import json

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from app import exports
from app.state.photo_session import PhotoSession
from app.state.visibility import judge_people
from methods.types import Timing
from methods.visibility.judgement import Judgement


@pytest.fixture
def visit(fakes):
    visit = PhotoSession(np.full((240, 900, 3), 127, np.uint8), "strasse.jpeg")
    visit.infer(fakes)
    return visit


@pytest.fixture
def found(visit, fakes):
    settings = {"first": fakes["first"].Settings(), "second": fakes["second"].Settings(pose_confidence=0.8)}
    return visit.decode(fakes, settings)


def test_json_holds_coco_results_for_each_method(visit, found):
    data = json.loads(exports.to_json(visit, found))
    assert data["image"] == {"file_name": "strasse.jpeg", "id": 1, "width": 900, "height": 240}
    assert {name: method["people"] for name, method in data["methods"].items()} == {"first": 2, "second": 1}
    results = data["methods"]["first"]["results"]
    for result, coco in zip(results, found["first"].poses.to_coco(1), strict=True):
        assert {name: result[name] for name in coco} == coco
    assert data["methods"]["first"]["milliseconds"] is None  # nobody measured


@pytest.fixture
def judged(visit, found, monkeypatch):
    """The visit after somebody judged its first method's nose as hidden and its left eye as misplaced."""

    class FakeJudge:
        def judge(self, images, poses):
            judgement = Judgement.unknown(len(poses[0]), 17)
            judgement.inside[:, :2], judgement.seen[:, :2], judgement.within[:, :2] = 0.9, [0.2, 1], [0.8, 0.3]
            return [judgement]

    monkeypatch.setattr("app.state.visibility.keypoint_judge", lambda: FakeJudge())
    judge_people(visit, {"first": found["first"]})
    return visit


def test_json_and_csv_say_the_states_of_what_was_judged(judged, found):
    methods = json.loads(exports.to_json(judged, found))["methods"]
    first, second = (methods[name]["results"][0] for name in ("first", "second"))
    assert first["keypoint_states"] == ["hidden", "probably misplaced", *[None] * 15]
    assert {state: chances[0] for state, chances in first["state_chances"].items()} == pytest.approx(
        {"visible": 0.18, "hidden": 0.72, "not in the image": 0.1, "probably misplaced": 0.2}
    )
    assert second["keypoint_states"] == second["state_chances"]["hidden"] == [None] * 17
    table = pd.read_csv(io.BytesIO(exports.to_csv(judged, found)))
    assert table.loc[:1, "state"].tolist() == ["hidden", "probably misplaced"]
    assert table.loc[0, "hidden"] == pytest.approx(0.72)
    assert table.loc[table.method == "second", "state"].isna().all()


def test_png_marks_what_is_hidden_and_misplaced(visit, found, judged):
    marked = exports.to_png(judged, found)
    visit.judged.clear()
    assert exports.to_png(visit, found) != marked


def test_json_holds_the_times_that_were_measured(visit, found):
    visit.timings = {"first": Timing(1.0, 4.0, 2.0, body=0.5)}
    methods = json.loads(exports.to_json(visit, found))["methods"]
    assert methods["second"]["milliseconds"] is None
    times = methods["first"]["milliseconds"]
    assert times["forward"] == 4.0
    stages = [times[stage] for stage in ("preprocess", "body", "forward", "postprocess")]
    assert times["total"] == pytest.approx(sum(stages))


def test_csv_names_method_and_person(visit, found):
    table = pd.read_csv(io.BytesIO(exports.to_csv(visit, found)))
    assert table.groupby("method").size().to_dict() == {"first": 34, "second": 17}
    assert table.loc[table.method == "second", "same_person"].unique().tolist() == [1]
    assert table.loc[0, "x"] == pytest.approx(float(found["first"].poses.keypoints[0, 0, 0]), abs=1e-3)


def test_csv_of_nobody_has_its_header(visit, fakes):
    nobody = visit.decode(fakes, {name: method.Settings(pose_confidence=1.0) for name, method in fakes.items()})
    table = pd.read_csv(io.BytesIO(exports.to_csv(visit, nobody)))
    assert len(table) == 0
    assert list(table.columns[:3]) == ["method", "person", "same_person"]


def test_png_shows_the_methods_side_by_side_with_people_drawn(visit, found):
    image = np.asarray(Image.open(io.BytesIO(exports.to_png(visit, found))))
    assert image.shape == (240 + exports.TITLE_HEIGHT, 1800, 3)
    images = image[exports.TITLE_HEIGHT :]
    assert (images != 127).any(axis=2)[:, :900].sum() > (images != 127).any(axis=2)[:, 900:].sum() > 0


def test_files_are_named_after_the_image(visit):
    assert exports.file_name(visit, "csv") == "strasse-poses.csv"
