"""The references reach what was measured for them on COCO images; not run where these images are not at hand.

Here they see the first 20 of 128 images. What they reach there was measured with this code when it reached of all 128:
YOLO11n-pose AP 0.479 and AP50 0.784, where the published ONNX file, run by onnxruntime at 640 x 640 px, has 0.477 and
0.772; MoveNet 0.334 and 0.609, and with the published graph's limit of six people an image AP 0.316.
"""

from pathlib import Path

import pytest

from methods.analysis.run import evaluate
from methods.catalog import create
from methods.data.coco import CocoKeypoints

IMAGES = 20


@pytest.mark.parametrize(("name", "ap", "ap50"), [("yolo11n-pose", 0.458, 0.796), ("movenet-multipose", 0.349, 0.646)])
def test_a_reference_is_as_good_as_it_was(name: str, ap: float, ap50: float, pose_data: Path) -> None:
    folder = pose_data / "coco_val"
    data = CocoKeypoints.read(folder / "annotations_val.json", folder)[:IMAGES]
    found = evaluate(create(name, device="cpu"), data)
    assert found.ap.ap == pytest.approx(ap, abs=0.015)
    assert found.ap.ap50 == pytest.approx(ap50, abs=0.015)
    assert found.interval.low.ap < found.ap.ap < found.interval.high.ap
