"""Evaluation end to end, with a method that reads the answer off the image's colour."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from methods.analysis.find import Search
from methods.analysis.run import Evaluation, evaluate, evaluate_together
from methods.backbones.shared_body import clock
from methods.data.coco import CocoKeypoints
from methods.errors import DataError
from methods.method import Method
from methods.ops.letterbox import Frame
from methods.settings import Settings, setting
from methods.types import Poses

COUNT = 5


class OracleSettings(Settings):
    off_by: float = setting(0.0, 0, 1000, "error of every keypoint", "px", 1)

    @classmethod
    def evaluation(cls) -> "OracleSettings":
        return cls(off_by=0)


class Oracle(Method):
    """Knows everybody in the image of colour (i, i, i): `answers[i]` are keypoints [N, 17, 2]."""

    Settings = OracleSettings

    def __init__(self, answers: list[np.ndarray]) -> None:
        super().__init__("oracle", nn.Identity(), input_size=1, device="cpu")
        self.answers = answers
        self.batches: list[int] = []

    def preprocess(self, image: np.ndarray) -> tuple[torch.Tensor, Frame]:
        height, width = image.shape[:2]
        return torch.from_numpy(image[:1, :1]).permute(2, 0, 1), Frame(width, height, 1, 1, 0, 0)

    def forward(self, batch: torch.Tensor) -> dict[str, torch.Tensor]:
        self.batches.append(len(batch))
        return {"colour": batch}

    def decode_outputs(self, outputs: dict[str, torch.Tensor], frame: Frame, settings: Any) -> tuple[Poses, None]:
        keypoints = self.answers[int(outputs["colour"][0, 0, 0])] + settings.off_by
        boxes = np.concatenate([keypoints.min(axis=1), keypoints.max(axis=1)], axis=1)
        return Poses(boxes, np.full(len(boxes), 0.5), keypoints, np.ones(keypoints.shape[:2])), None


@pytest.fixture
def images(tmp_path: Path) -> CocoKeypoints:
    """Five images of 90 x 60 px in one colour each; two people in the first, one in the others but the last."""
    images, annotations = [], []
    for i in range(COUNT):
        Image.new("RGB", (90, 60), (i, i, i)).save(tmp_path / f"{i}.png")
        images.append({"id": 10 + i, "file_name": f"{i}.png", "width": 90, "height": 60})
    for n, i in enumerate([0, 0, 1, 2, 3]):
        points = np.random.default_rng(n).integers(0, 60, (17, 2))
        keypoints = np.column_stack([points, np.full(17, 2)]).ravel().tolist()
        annotations.append({"image_id": 10 + i, "bbox": [0, 0, 60, 60], "area": 2000, "keypoints": keypoints})
    path = tmp_path / "annotations.json"
    path.write_text(json.dumps({"images": images, "annotations": annotations}))
    return CocoKeypoints.read(path, tmp_path)


@pytest.fixture
def oracle(images: CocoKeypoints) -> Oracle:
    return Oracle([image.people.keypoints for image in images])


def test_a_method_that_is_always_right(images: CocoKeypoints, oracle: Oracle) -> None:
    result = evaluate(oracle, images, command="python -m methods evaluate oracle")
    assert (result.ap.ap, result.ap.ar) == pytest.approx((1, 1))
    assert (result.interval.low.ap, result.interval.high.ap) == pytest.approx((1, 1))
    assert (result.method, result.data, result.images, result.people) == ("oracle", images.name, 5, 5)
    assert result.settings == {"off_by": 0}
    assert result.command == "python -m methods evaluate oracle"
    assert len(result.detections) == 5
    assert result.timing.total > 0
    assert result.cpu > 0


def test_settings_reach_the_decoder(images: CocoKeypoints, oracle: Oracle) -> None:
    result = evaluate(oracle, images, OracleSettings(off_by=500))
    assert result.ap.ap == 0
    assert result.settings == {"off_by": 500}


def test_batches_do_not_change_the_answer(images: CocoKeypoints, oracle: Oracle) -> None:
    one, several = evaluate(oracle, images, batch_size=1), evaluate(oracle, images, batch_size=2)
    assert oracle.batches == [1, 1, 1, 1, 1, 2, 2, 1]
    assert one.detections == several.detections
    assert one.interval.model_dump_json() == several.interval.model_dump_json()


def test_progress_counts_images(images: CocoKeypoints, oracle: Oracle) -> None:
    done: list[tuple[int, int]] = []
    evaluate(oracle, images, batch_size=2, progress=lambda *counts: done.append(counts))
    assert done == [(0, 5), (2, 5), (4, 5), (5, 5)]


def test_methods_together_are_as_each_alone(images: CocoKeypoints, oracle: Oracle) -> None:
    searches = [Search(oracle, OracleSettings(off_by=off_by), OracleSettings.demo()) for off_by in (0, 500)]
    right, wrong = evaluate_together(searches, images, batch_size=2, command="both")
    assert oracle.batches == [2, 2, 2, 2, 1, 1]  # one batch after the other, and all methods on each
    assert (right.ap.ap, wrong.ap.ap) == pytest.approx((1, 0))
    assert right.detections == evaluate(oracle, images).detections
    assert (wrong.settings, wrong.command) == ({"off_by": 500}, "both")


def test_a_shared_body_counts_for_every_method(images: CocoKeypoints, oracle: Oracle, monkeypatch) -> None:
    """One that took ten seconds of CPU time, for a batch of five, when another method ran it."""
    forward = Oracle.forward

    def through_body(self: Oracle, batch: torch.Tensor) -> dict[str, torch.Tensor]:
        clock.spent += 5
        clock.saved += 5
        clock.saved_cpu += 10
        return forward(self, batch)

    monkeypatch.setattr(Oracle, "forward", through_body)
    result = evaluate(oracle, images)
    assert result.timing.body == pytest.approx(1000)
    assert 0 < result.timing.forward < 1000
    assert result.timing.total > 1000
    assert 2000 < result.cpu < 3000


def test_json_and_back(images: CocoKeypoints, oracle: Oracle) -> None:
    result = evaluate(oracle, images)
    text = result.model_dump_json()
    assert "detections" not in json.loads(text)
    assert "NaN" not in text
    assert Evaluation.model_validate_json(text).model_dump_json() == text


def test_table(images: CocoKeypoints, oracle: Oracle) -> None:
    table = evaluate(oracle, images).to_pandas()
    assert table["measure"].tolist()[:2] == ["AP", "AP50"]
    assert table.loc[0, ["value", "low", "high"]].tolist() == pytest.approx([1, 1, 1])
    assert len(table) == 10


def test_no_images(images: CocoKeypoints, oracle: Oracle) -> None:
    with pytest.raises(DataError, match="has no images"):
        evaluate(oracle, images[:0])
