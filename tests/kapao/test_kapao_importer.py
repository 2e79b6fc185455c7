"""The KAPAO authors' checkpoints: a module object or a state dict, in their names, to a file that `create` takes."""

import copy

import numpy as np
import pytest
import torch
from torch import nn

from methods import create
from methods.backbones.inference import fold_batch_norm
from methods.catalog import find_variant
from methods.cli.train import start_from
from methods.errors import WeightsError
from methods.importers.checkpoint import Checkpoint
from methods.importers.models import import_model
from methods.kapao.importer import detectors_body, import_kapao_state, recognise
from methods.kapao.network import KapaoNetwork
from methods.pose_grid.grid import ANCHORS, STRIDES
from methods.skeletons import CROWDPOSE14
from methods.training.tasks import create_task


def authors_model(network: KapaoNetwork) -> nn.Module:
    """A module that holds a network's layers under the authors' names, with the anchors as they keep them."""
    detect = nn.Module()
    detect.m = network.head.m
    boxes = torch.tensor(ANCHORS).float()
    detect.register_buffer("anchors", boxes / torch.tensor(STRIDES)[:, None, None])
    detect.register_buffer("anchor_grid", boxes.view(4, 1, 3, 1, 1, 2))
    model = nn.Module()
    model.model = nn.Sequential(*network.body.model, detect)
    return model


@pytest.fixture(scope="module")
def network() -> KapaoNetwork:
    torch.manual_seed(0)
    network = KapaoNetwork("s")
    return network.half()


@pytest.fixture(scope="module")
def state(network) -> dict[str, torch.Tensor]:
    return authors_model(network).state_dict()


def test_names_are_the_authors(state):
    for name in ("model.0.conv.conv.weight", "model.10.cv1.conv.weight", "model.33.m.3.bias", "model.33.anchor_grid"):
        assert name in state


@pytest.mark.parametrize("form", ["ema", "model", "state dict"])
def test_a_checkpoint_becomes_a_file_that_create_takes(network, state, tmp_path, form):
    file = tmp_path / "kapao_s_coco.pt"
    model = authors_model(network)
    forms = {"ema": {"ema": model, "model": None}, "model": {"ema": None, "model": model}, "state dict": state}
    torch.save(forms[form], file)
    import_model(file, "theirs")
    method = create("theirs", device="cpu", input_size=64)
    wanted = copy.deepcopy(network).float()
    fold_batch_norm(wanted.eval())
    loaded = method.network.state_dict()
    for name, tensor in wanted.state_dict().items():
        torch.testing.assert_close(loaded[name], tensor, rtol=0, atol=0)


def test_numbers_stay_in_half_precision(state):
    found = import_kapao_state(state, "s")
    assert {tensor.dtype for name, tensor in found.items() if "num_batches" not in name} == {torch.float16}


def test_another_size_is_refused_in_one_sentence(state):
    with pytest.raises(WeightsError, match=r"is no KAPAO-M for 17 keypoints "):
        import_kapao_state(state, "m")


def test_crowdposes_fourteen_keypoints(tmp_path):
    network = KapaoNetwork("s", num_keypoints=14)
    torch.save({"model": authors_model(network)}, tmp_path / "kapao_s_crowdpose.pt")
    import_model(tmp_path / "kapao_s_crowdpose.pt", "crowd")
    method = create("crowd", device="cpu", input_size=64)
    assert method.skeleton == CROWDPOSE14
    method.augment()
    settings = method.Settings(pose_confidence=0.001)
    (found,) = method.predict([np.zeros((64, 64, 3), np.uint8)], settings)
    assert len(found.poses)
    assert found.poses.skeleton == CROWDPOSE14


def test_another_number_of_keypoints_is_refused(state):
    other = state | {f"model.33.m.{i}.bias": torch.zeros(3 * (3 * 15 + 6)) for i in range(4)}
    with pytest.raises(WeightsError, match="17 keypoints"):
        recognise(Checkpoint("other.pt", other, {}, {}))


def test_other_anchors_are_refused(state):
    moved = state | {"model.33.anchor_grid": state["model.33.anchor_grid"] + 1}
    with pytest.raises(WeightsError, match="Table 5"):
        import_kapao_state(moved, "s")


@pytest.fixture
def detector(network) -> dict[str, torch.Tensor]:
    """YOLOv5s6 as YOLOv5's release 5.0 names it: the same body, and a detection layer for COCO's 80 classes."""
    other = copy.deepcopy(network)
    for layer in other.head.m:
        for name in ("weight", "bias"):
            setattr(layer, name, nn.Parameter(torch.zeros(3 * 85, *getattr(layer, name).shape[1:])))
    return authors_model(other).state_dict()


def test_a_detectors_body_is_started_from_and_its_head_is_not(network, detector, tmp_path):
    torch.save({"ema": None, "model": detector}, tmp_path / "yolov5s6.pt")
    task = create_task("kapao-s", {})
    before = {name: value.clone() for name, value in task.network.head.state_dict().items()}
    assert start_from([task], tmp_path / "yolov5s6.pt") == ["kapao-s"]
    after = task.network.state_dict()
    for name, value in network.body.state_dict().items():
        torch.testing.assert_close(after[f"body.{name}"], value.to(after[f"body.{name}"].dtype), rtol=0, atol=0)
    for name, value in before.items():
        torch.testing.assert_close(after[f"head.{name}"], value, rtol=0, atol=0)
    assert after["body.model.0.conv.conv.weight"].dtype == torch.float32


def test_a_detector_of_another_size_is_refused_in_one_sentence(detector):
    with pytest.raises(WeightsError, match=r"yolov5s6.pt is no detector that kapao-m starts .* give yolov5m6.pt of "):
        detectors_body(Checkpoint("yolov5s6.pt", detector, {}, {}), find_variant("kapao-m"))


def test_a_detector_of_release_6_is_refused(detector):
    """Its first layer is a plain convolution of 6 x 6 pixels."""
    first = {"model.0.conv.weight": torch.zeros(32, 3, 6, 6)}
    newer = {name: value for name, value in detector.items() if not name.startswith("model.0.")} | first
    with pytest.raises(WeightsError, match=r"give yolov5s6.pt of YOLOv5's release 5\.0"):
        detectors_body(Checkpoint("yolov5s6.pt", newer, {}, {}), find_variant("kapao-s"))


def test_who_has_no_such_body_is_told(detector, tmp_path):
    with pytest.raises(WeightsError, match="kapao-n reads a body that never learns"):
        detectors_body(Checkpoint("yolov5s6.pt", detector, {}, {}), find_variant("kapao-n"))
    torch.save(detector, tmp_path / "yolov5s6.pt")
    with pytest.raises(WeightsError, match=r"posedet-n does not start from a detector such as .*yolov5s6.pt"):
        start_from([create_task("posedet-n", {})], tmp_path / "yolov5s6.pt")


@pytest.mark.parametrize("variant", ["kapao-s", "kapao-m", "kapao-l"])
def test_without_weights_there_is_one_sentence_that_says_what_to_do(variant):
    with pytest.raises(WeightsError, match=f"No weights of {variant} come with the workbench"):
        create(variant)
