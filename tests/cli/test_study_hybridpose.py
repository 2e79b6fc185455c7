"""`python -m methods study` visibility-maps and self-correlation."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from methods import catalog, weights
from methods.__main__ import app
from methods.hybridpose.decode import HybridPoseIntermediate, HybridPoseSettings
from methods.hybridpose.studies import keypoint_thresholds
from methods.ops.letterbox import Frame
from methods.types import Poses, Prediction, Timing

PLACES = np.stack([np.tile([10.0, 70.0], 9)[:17], np.linspace(5, 75, 17)], axis=1)


class Told:
    """Finds a person in every image, whose nose alone is visible."""

    Settings, input_size, device = HybridPoseSettings, 80, "cpu"

    def __init__(self, name, device="cpu", *options, **other):
        self.name = name

    def infer(self, images):
        return images

    def decode(self, raw, settings):
        visibility, one = np.array([[0.75] + [0.1] * 16]), np.array([1])
        maps = {8: np.full((3, 17, 10, 10), 100, np.uint8)}
        intermediate = HybridPoseIntermediate(
            PLACES[None], visibility, 8 * one, one, maps, Frame(80, 80, 1.0, 1.0, 0, 0)
        )
        poses = Poses(np.array([[0, 0, 80, 80]]), np.array([0.9]), PLACES[None], visibility)
        return Prediction(poses, Timing(0, 0, 0), intermediate)


@pytest.fixture
def annotations(tmp_path) -> Path:
    """An image with one person of 80 x 80 pixels, whose nose alone has a label."""
    Image.fromarray(np.full((80, 80, 3), 204, np.uint8)).save(tmp_path / "1.png")
    person = {"image_id": 1, "bbox": [0, 0, 80, 80], "keypoints": [*PLACES[0].tolist(), 2, *[0, 0, 0] * 16]}
    images = [{"id": 1, "file_name": "1.png", "width": 80, "height": 80}]
    (tmp_path / "ground_truth.json").write_text(json.dumps({"images": images, "annotations": [person]}))
    return tmp_path / "ground_truth.json"


def run(*words: str) -> str:
    done = CliRunner().invoke(app, ["study", *words])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_thresholds_are_printed_and_written(annotations, tmp_path, monkeypatch):
    monkeypatch.setattr(catalog, "create", Told)
    monkeypatch.setattr(keypoint_thresholds, "create", Told)
    output = tmp_path / "out" / "maps.json"
    printed = run("visibility-maps", "--annotations", str(annotations), "--output", str(output))
    assert "hybridpose-n on 1 images of" in printed
    shown = f"at a threshold of {HybridPoseSettings.demo().visibility_threshold:g}, take away 100% of the keypoints"
    assert f"{shown} without a label and 0% of those with one" in printed
    written = json.loads(output.read_text())
    assert [row["threshold"] for row in written["rows"]] == [round(0.05 * i, 2) for i in range(13)]
    assert [one["name"] for one in written["scorers"]] == ["hybridpose-n", "yolo11n-pose"]
    assert written["command"].startswith("python -m methods")


def test_weights_without_the_loss_are_published_or_a_file(untrained, drawings, tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "resolve", lambda name: Path(f"weights/{name}.safetensors"))
    annotations, output = ["--annotations", str(tmp_path / "drawings.json")], tmp_path / "found.json"
    printed = run("self-correlation", *annotations, "--limit", "2", "--output", str(output))
    assert "visibility maps trained with the self-correlation loss are" in printed
    written = json.loads(output.read_text())
    assert (written["without"], written["trained"]) == ("hybridpose-n-plain", "hybridpose-n")
    assert written["rows"][0]["name"] == "AP"
    assert written["rows"][0]["difference"] == 0  # the same weights
    file = tmp_path / "plain.safetensors"
    run("self-correlation", "--without", str(file), *annotations, "--limit", "1")
    published = Path("weights/hybridpose-n-plain.safetensors")
    assert [path for _, path in untrained] == [published, None, file, None]


def test_a_method_without_maps_is_one_red_sentence(annotations, fake_method):
    words = ["self-correlation", "fake", "--without", "x.safetensors", "--annotations", str(annotations)]
    done = CliRunner().invoke(app, ["study", *words])
    assert done.exit_code == 1
    assert "fake has no visibility maps; give a variant of HybridPose." in done.stderr
