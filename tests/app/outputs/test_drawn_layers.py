"""Layers of a prediction: all are named, only those asked for are drawn."""

import json
from pkgutil import iter_modules

import numpy as np
import pytest

import app.families
from app.coco_keypoints import on_coco
from app.colours import side_colours
from app.outputs.layers import LAYERS, layers
from methods.catalog import families
from methods.hybridpose.decode import HybridPoseIntermediate
from methods.kapao.decode import KapaoIntermediate
from methods.ops.letterbox import Frame
from methods.posedet.decode import PoseDetIntermediate
from methods.skeletons import CROWDPOSE14
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


NECK = CROWDPOSE14.keypoints.index("neck")  # of which COCO has none
WRIST = CROWDPOSE14.keypoints.index("left_wrist")
PLACES = np.arange(28, dtype=np.float32).reshape(1, 14, 2)
ONE, NOBODY = np.array([0.9]), np.zeros(0, np.int64)
KAPAO = KapaoIntermediate(
    np.array([[0, 0, 30, 30]]), ONE, PLACES, np.array([[0, 0, 9, 9], [3, 3, 9, 9]]), np.array([0.8, 0.7]),
    np.array([WRIST, NECK]), np.array([[4.0, 4], [6, 6]]), np.array([0]), np.array([NECK]), np.array([1]),
)  # fmt: skip
HYBRIDPOSE = HybridPoseIntermediate(
    PLACES, np.ones((1, 14)), np.array([8]), np.array([0]),
    {stride: np.full((3, 14, 64 // stride, 64 // stride), 255, np.uint8) for stride in (8, 16, 32, 64)},
    Frame(64, 64, 1.0, 1.0, 0, 0),
)  # fmt: skip
POSEDET = PoseDetIntermediate(
    np.array([[9.0, 9]]), PLACES, PLACES + 1, ONE, np.array([True]), {8: np.zeros((8, 8), np.uint8)},
    Frame(64, 64, 1.0, 1.0, 0, 0),
)  # fmt: skip


@pytest.mark.parametrize("intermediate", [KAPAO, HYBRIDPOSE, POSEDET], ids=lambda each: type(each).__name__)
def test_other_skeletons_keypoints_have_their_own_names_and_sides(intermediate):
    poses = Poses([[0, 0, 30, 30]], ONE, PLACES, np.ones((1, 14)), skeleton=CROWDPOSE14)
    prediction = on_coco(Prediction(poses, TIMING, intermediate))
    every = [layer.name for layer in LAYERS[type(intermediate)]]
    drawn = layers(prediction, np.array([0]), every)
    marks = [mark for layer in drawn for mark in layer["marks"]]
    known = {name.replace("_", " ") for name in CROWDPOSE14.keypoints}
    told = {name for mark in marks for name in (mark["name"], *mark["details"])}
    channels = [layer["maps"]["channels"] for layer in drawn if "maps" in layer and len(layer["maps"]["channels"]) > 1]
    assert all(set(each) == known for each in channels)
    assert {"neck", "left wrist"} <= told
    assert not told & {"nose", "left eye", "right ear"}
    assert all(mark["kind"] != "pose" for mark in marks)  # whose limbs the viewer draws as COCO's
    sides = {mark["name"]: mark["colour"] for mark in marks if mark["kind"] == "box" and mark["name"] in known}
    wanted = side_colours(CROWDPOSE14)
    for name, colour in sides.items():
        assert colour == wanted[CROWDPOSE14.keypoints.index(name.replace(" ", "_"))]
