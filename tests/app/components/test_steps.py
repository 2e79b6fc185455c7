"""Steps of each method's pipeline."""

import base64
import json

import numpy as np
import pytest

from app.components.steps import STEPS, panels
from app.models import offered
from app.outputs.layers import LAYERS
from methods.catalog import families
from methods.claims import Claim
from methods.images import read_image
from methods.samples import samples
from methods.types import Poses, Prediction, Timing


@pytest.mark.parametrize("family", STEPS, ids=lambda family: family.__name__)
def test_every_step_draws_layers_that_the_intermediate_has_and_names_where_to_read_on(family):
    known = {layer.name for layer in LAYERS[family]}
    for step in STEPS[family]:
        assert set(step.layers) <= known
        assert step.layers or step.poses
        assert step.source
        assert 40 < len(step.text) < 400 or step.title == "The result"
    assert STEPS[family][-1].poses


@pytest.mark.parametrize("name", list(offered()))
def test_every_offered_method_can_be_walked_through(name):
    found = offered()[name].predict([read_image(samples()[0].path)])[0]
    steps = panels(name, found, np.arange(len(found.poses)))
    assert json.loads(json.dumps(steps, allow_nan=False)) == steps
    assert [step["name"][:2] for step in steps] == [f"{i}." for i in range(1, len(steps) + 1)]
    assert all(layer["marks"] is not None for step in steps for layer in step["always"])
    assert len(steps[-1]["people"]) == len(found.poses)
    assert all(step["note"].count("None at these settings.") <= 1 for step in steps)
    assert all(0 <= row["share"] <= 1 for step in steps for chart in step["charts"] for row in chart["rows"])
    for step in steps:
        for layer in step["always"]:
            for each in layer.get("maps", {"maps": []})["maps"]:
                assert len(base64.b64decode(each["values"])) == np.prod(each["shape"]) > 0
                assert each["shape"][0] == len(layer["maps"]["channels"])


def test_there_is_none_only_where_all_of_a_steps_layers_are_empty():
    blank = np.zeros((64, 64, 3), np.uint8)
    found = offered()["posedet-n"].predict([blank])[0]
    notes = {step["name"]: step["note"] for step in panels("posedet-n", found, np.zeros(0, int))}
    assert len(found.poses) == 0
    assert notes["1. A candidate in every cell"] == ""
    assert notes["4. Refinement"] == "None at these settings."


def test_a_method_without_steps_of_its_own_shows_its_answer():
    (step,) = panels("new", Prediction(Poses.empty(), Timing(0, 0, 0)), np.zeros(0, int))
    assert step["name"] == "1. The result"


def test_a_steps_measured_effect_is_said(monkeypatch):
    claims = {"kapao-n": [Claim(name="fusion", sentences=("It moves 31%.", "AP gains 1.4."), command="study fusion")]}
    monkeypatch.setattr("methods.claims.read_claims", lambda: claims)
    found = offered()["kapao-n"].predict([read_image(samples()[0].path)])[0]
    steps = {step["name"]: step["text"] for step in panels("kapao-n", found, np.arange(len(found.poses)))}
    assert steps["3. Fusion"].endswith("without a network. It moves 31%. AP gains 1.4.")
    assert "It moves" not in steps["1. People as objects"]


@pytest.mark.parametrize("family", STEPS, ids=lambda family: family.__name__)
def test_steps_name_studies_that_are_measured_when_weights_are_published(family):
    known = {name for each in families() for name in each.studies}
    assert {step.study for step in STEPS[family]} - {""} <= known
