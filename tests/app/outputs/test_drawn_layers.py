"""Layers of a prediction: all are named, only those asked for are drawn."""

import json
from pkgutil import iter_modules

import numpy as np
import pytest

import app.families
from app.outputs.layers import LAYERS, layers
from methods.catalog import families
from methods.types import Poses, Prediction, Timing
from methods.yolo.decode import YoloIntermediate

TIMING = Timing(1, 1, 1)


@pytest.fixture
def prediction():
    poses = Poses(np.array([[0, 0, 9, 9]]), np.array([0.75]), np.ones((1, 17, 2)), np.ones((1, 17)))
    intermediate = YoloIntermediate(poses.boxes, poses.scores, np.ones((1, 17, 3)), np.array([True]))
    return Prediction(poses, TIMING, intermediate)


def test_a_layer_is_drawn_only_when_asked_for(prediction):
    (off,) = layers(prediction, np.array([0]), asked=["Something else"])
    (on,) = layers(prediction, np.array([0]), asked=["Candidates before suppression"])
    assert off["name"] == on["name"] == "Candidates before suppression"
    assert off["marks"] is None
    assert [(mark["kind"], mark["at"], mark["score"]) for mark in on["marks"]] == [("box", [0, 0, 9, 9], 0.75)]
    assert json.loads(json.dumps(on, allow_nan=False)) == on


def test_intermediate_of_an_unknown_type_has_no_layers():
    assert layers(Prediction(Poses.empty(), TIMING), np.zeros(0, int), asked=["x"]) == []


def test_every_familys_layers_have_names_of_their_own_and_one_sentence():
    drawn = {module.name for module in iter_modules(app.families.__path__)}
    assert len(LAYERS) == len(drawn & {family.name for family in families()})
    for family in LAYERS.values():
        assert len({layer.name for layer in family}) == len(family)
        assert all(layer.meaning.endswith(".") for layer in family)
