"""Imported networks of Ultralytics' find what Ultralytics' own `predict` finds, to a hundredth of a pixel."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from methods import create
from methods.backbones.ultralytics_blocks import ROOT, YAML, PoseModel
from methods.backbones.yolo_pose import ARCHITECTURES
from methods.images import read_image
from methods.importers.models import import_model
from methods.weights import load, resolve
from methods.yolo.decode import EndToEndSettings, YoloSettings

ASSETS = Path(find_spec("ultralytics").submodule_search_locations[0]) / "assets"


def model(architecture: str, size: str, keypoints: int, dims: int = 3, classes: int = 1) -> PoseModel:
    """A network of Ultralytics' with random weights, whose candidates have scores from 0 to 1, hardly two alike."""
    torch.manual_seed(0)
    config = YAML.load(ROOT / "cfg" / "models" / ARCHITECTURES[architecture])
    made = PoseModel(config | {"scale": size, "nc": classes, "kpt_shape": [keypoints, dims]}, verbose=False)
    head = made.model[-1]
    for tower in (head.cv3, getattr(head, "one2one_cv3", ())):
        for level in tower:
            nn.init.normal_(level[-1].weight, std=1.0)
            nn.init.constant_(level[-1].bias, -1.0)
    made.names, made.task = {i: f"class {i}" for i in range(classes)}, "pose"
    return made.eval()


def official() -> PoseModel:
    made = model("11", "n", 17)
    made.load_state_dict(load(resolve("yolo11n-pose")))
    return made


def theirs(file: Path, image: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Boxes [N, 4], scores [N] and keypoints [N, K, 2 or 3] by Ultralytics' own `predict`."""
    from ultralytics import YOLO

    options = {"imgsz": size, "conf": 0.25, "iou": 0.7, "verbose": False, "device": "cpu", "save": False}
    (found,) = YOLO(file, task="pose").predict(image[..., ::-1], **options)
    return found.boxes.xyxy.numpy(), found.boxes.conf.numpy(), found.keypoints.data.numpy()


CASES = {
    "the official YOLO11n": (official, 640, "bus.jpg"),
    "a wide image": (official, 416, "zidane.jpg"),
    "YOLOv8n": (lambda: model("8", "n", 17), 192, "bus.jpg"),
    "YOLOv8s, strides to 64": (lambda: model("8-p6", "s", 5), 192, "bus.jpg"),
    "YOLO11s, 14 keypoints": (lambda: model("11", "s", 14), 192, "zidane.jpg"),
    "YOLO11n without scores, three classes": (lambda: model("11", "n", 21, dims=2, classes=3), 192, "bus.jpg"),
    "YOLO12n": (lambda: model("12", "n", 17), 192, "bus.jpg"),
    "YOLO26n, end to end, 4 keypoints": (lambda: model("26", "n", 4), 192, "zidane.jpg"),
}


@pytest.mark.parametrize("name", CASES)
def test_the_same_as_ultralytics_own_predict(name, tmp_path, one_thread):
    make, size, image = CASES[name]
    torch.save({"model": make(), "train_args": {"imgsz": size}}, tmp_path / "best.pt")
    image = read_image(ASSETS / image)
    boxes, scores, keypoints = theirs(tmp_path / "best.pt", image, size)
    assert len(boxes) > 1
    import_model(tmp_path / "best.pt", "mine")
    method = create("mine", device="cpu")
    assert method.input_size == size
    chosen = {"pose_confidence": 0.25, "keypoint_confidence": 0}
    plain = method.Settings is EndToEndSettings
    settings = EndToEndSettings(**chosen) if plain else YoloSettings(**chosen, pose_iou=0.7)
    poses = method.predict([image], settings)[0].poses
    np.testing.assert_allclose(poses.scores, scores, rtol=0, atol=1e-4)
    np.testing.assert_allclose(poses.boxes, boxes, rtol=0, atol=0.01)
    np.testing.assert_allclose(poses.keypoints, keypoints[..., :2], rtol=0, atol=0.01)
    if keypoints.shape[2] == 3:
        np.testing.assert_allclose(poses.keypoint_scores, keypoints[..., 2], rtol=0, atol=1e-4)
    else:
        assert np.isnan(poses.keypoint_scores).all()
