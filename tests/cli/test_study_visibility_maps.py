"""`python -m methods study visibility-maps`."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from methods import catalog
from methods.__main__ import app
from methods.hybridpose.decode import HybridPoseEvidence

COMMAND = ["study", "visibility-maps", "fake", "--annotations", "truth.json"]


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A photo with one person of 80 x 80 pixels, whose nose alone has a label."""
    monkeypatch.chdir(tmp_path)
    Image.fromarray(np.full((80, 80, 3), 204, np.uint8)).save("1.png")
    person = {"image_id": 1, "bbox": [0, 0, 80, 80], "keypoints": [40, 40, 2, *[0, 0, 0] * 16]}
    images = [{"id": 1, "file_name": "1.png", "width": 80, "height": 80}]
    Path("truth.json").write_text(json.dumps({"images": images, "annotations": [person]}))


def test_each_weights_file_gets_its_numbers(data, fake_method, monkeypatch):
    """All joints lie in the middle, 4.0, 4.0 cells; the peaks are in the cell right and below, half a cell off."""
    fake = catalog.Variant.method_class(None)

    class Seeing(fake):
        def decode_outputs(self, outputs, frame, settings):
            poses, _ = super().decode_outputs(outputs, frame, settings)
            maps = np.zeros((3, 17, 8, 8), np.uint8)
            maps[:, :, 4, 4] = 100
            visibility = np.array([[0.75] + [0.25] * 16])
            one = np.array([1])
            return poses, HybridPoseEvidence(poses.keypoints, visibility, one * 8, one, {8: maps}, frame)

    monkeypatch.setattr(catalog.Variant, "method_class", lambda variant: Seeing)
    weights = ["--weights", "a.safetensors", "--weights", "b.safetensors"]
    done = CliRunner().invoke(app, [*COMMAND, *weights, "-o", "out/maps.json"])
    assert done.exit_code == 0, done.output
    assert done.stdout.count("Peaks are 0.71 cells from the joints; labelled joints score 0.750, the others 0.250") == 2
    assert "ROC AUC of labelled against not labelled 1.000 (95% interval 1.000 to 1.000)" in done.stdout
    written = json.loads(Path("out/maps.json").read_text())
    assert [found["weights"] for found in written] == ["a.safetensors", "b.safetensors"]
    assert written[0]["rows"][-1]["labelled"]["count"] == 1
    assert written[0]["rows"][0]["auc"] is None


def test_a_method_without_maps_is_one_red_sentence(data, fake_method):
    done = CliRunner().invoke(app, COMMAND)
    assert done.exit_code == 1
    assert "fake has no visibility maps; give a variant of HybridPose." in done.stderr
