"""How far keypoints move in bfloat16, with methods whose shift is known."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from methods.analysis.precision import keypoint_shifts, measure_shift
from methods.data.coco import CocoKeypoints
from methods.errors import DataError
from methods.method import Method
from methods.ops.letterbox import Frame
from methods.settings import Settings, setting
from methods.types import Poses


class ShiftedSettings(Settings):
    confidence: float = setting(0.5, 0, 1, "people with a lower score are left out")

    @classmethod
    def evaluation(cls) -> "ShiftedSettings":
        return cls(confidence=0)


class Shifted(Method):
    """Sees one person with a score of 0.8; its keypoints, 10 px apart, lie `shifts` [17] px too far to the right."""

    Settings = ShiftedSettings

    def __init__(self, shifts: np.ndarray) -> None:
        super().__init__("shifted", nn.Identity(), input_size=1, device="cpu")
        self.shifts = shifts

    def preprocess(self, image: np.ndarray) -> tuple[torch.Tensor, Frame]:
        return torch.from_numpy(image[:1, :1]).permute(2, 0, 1), Frame(200, 200, 1, 1, 0, 0)

    def forward(self, batch: torch.Tensor) -> dict[str, torch.Tensor]:
        return {"colour": batch}

    def decode_outputs(self, outputs: dict[str, torch.Tensor], frame: Frame, settings: Any) -> tuple[Poses, None]:
        if settings.confidence > 0.8:
            return Poses.empty(), None
        keypoints = np.stack([10.0 * np.arange(17) + self.shifts, np.full(17, 50.0)], axis=1)
        return Poses(np.array([[0, 0, 170, 100]]), np.array([0.8]), keypoints[None], np.ones((1, 17))), None


@pytest.fixture
def image(tmp_path: Path) -> CocoKeypoints:
    """One image of 200 x 200 px with the person that Shifted(0) sees."""
    Image.new("RGB", (200, 200)).save(tmp_path / "0.png")
    keypoints = np.stack([10 * np.arange(17), np.full(17, 50), np.full(17, 2)], axis=1).ravel().tolist()
    annotation = {"image_id": 1, "bbox": [0, 0, 170, 100], "area": 9000, "keypoints": keypoints}
    images = [{"id": 1, "file_name": "0.png", "width": 200, "height": 200}]
    path = tmp_path / "annotations.json"
    path.write_text(json.dumps({"images": images, "annotations": [annotation]}))
    return CocoKeypoints.read(path, tmp_path)


def test_shares_and_ap_of_a_known_shift(image: CocoKeypoints) -> None:
    """Four keypoints of seventeen move by 0.6 px, the others by 0.2: too little for AP."""
    shifts = np.where(np.arange(17) < 4, 0.6, 0.2)
    done: list[int] = []
    found = measure_shift(Shifted(np.zeros(17)), Shifted(shifts), image, progress=done.append, command="how")
    assert (found.images, found.people, found.keypoints) == (1, 1, 17)
    assert found.near == pytest.approx(13 / 17)
    assert found.median == pytest.approx(0.2, abs=1e-5)
    assert (found.ap_fp32, found.ap_bf16) == pytest.approx((1, 1))
    assert found.settings == {"confidence": 0.5}
    assert (done, found.command) == ([1], "how")


def test_a_shift_that_costs_ap(image: CocoKeypoints) -> None:
    found = measure_shift(Shifted(np.zeros(17)), Shifted(np.full(17, 300.0)), image)
    assert (found.near, found.ap_fp32, found.ap_bf16) == pytest.approx((0, 1, 0))


def test_nobody_found_is_an_error(image: CocoKeypoints) -> None:
    method = Shifted(np.zeros(17))
    with pytest.raises(DataError, match=r"shifted finds nobody on .*; lower its confidence"):
        measure_shift(method, method, image, ShiftedSettings(confidence=0.9))


def test_people_are_paired_by_box_and_removed_keypoints_left_out() -> None:
    keypoints = np.zeros((2, 17, 2))
    keypoints[1] += 100
    boxes = np.array([[0, 0, 10, 10], [90, 90, 110, 110]])
    before = Poses(boxes, np.array([0.9, 0.8]), keypoints, np.ones((2, 17)))
    moved = keypoints + np.array([3, 4])
    moved[0, 0] = np.nan
    after = Poses(boxes[::-1], np.array([0.9, 0.8]), moved[::-1], np.ones((2, 17)))
    np.testing.assert_allclose(keypoint_shifts(before, after), np.full(33, 5))


def test_no_people_no_shift() -> None:
    one = Poses(np.zeros((1, 4)), np.array([0.5]), np.zeros((1, 17, 2)), np.ones((1, 17)))
    assert keypoint_shifts(Poses.empty(), one).shape == keypoint_shifts(one, Poses.empty()).shape == (0,)
