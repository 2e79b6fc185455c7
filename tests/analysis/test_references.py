"""The references reach what was measured for them on 128 COCO images; not run where these images are not at hand."""

from pathlib import Path

import pytest

from methods.analysis.run import Evaluation, evaluate
from methods.catalog import create
from methods.data.coco import CocoKeypoints


def on_coco_val(name: str, pose_data: Path) -> Evaluation:
    folder = pose_data / "coco_val"
    return evaluate(create(name, device="cpu"), CocoKeypoints.read(folder / "annotations_val.json", folder))


def test_yolo11n_pose(pose_data: Path) -> None:
    """The published ONNX file, run by onnxruntime at 640 x 640 px: AP 0.477, AP50 0.772."""
    result = on_coco_val("yolo11n-pose", pose_data)
    assert result.ap.ap == pytest.approx(0.477, abs=0.015)
    assert result.ap.ap50 == pytest.approx(0.772, abs=0.015)
    assert result.interval.low.ap < result.ap.ap < result.interval.high.ap


def test_movenet_multipose(pose_data: Path) -> None:
    """Measured with this code. With the published graph's limit of six people an image it is 0.316."""
    result = on_coco_val("movenet-multipose", pose_data)
    assert result.ap.ap == pytest.approx(0.334, abs=0.015)
    assert result.ap.ap50 == pytest.approx(0.609, abs=0.015)
