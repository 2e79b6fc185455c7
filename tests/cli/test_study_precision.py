"""`python -m methods study precision`."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from methods.__main__ import app

pytestmark = pytest.mark.usefixtures("fake_method")


def test_what_bfloat16_moves_is_printed_and_written(tmp_path, monkeypatch):
    """The fake's keypoints lie in the middle of the image, whatever it computes in."""
    monkeypatch.chdir(tmp_path)
    Image.fromarray(np.full((80, 100, 3), 204, np.uint8)).save("1.png")
    person = {"image_id": 1, "bbox": [0, 0, 100, 80], "area": 4000, "keypoints": [50, 40, 2] * 17}
    images = [{"id": 1, "file_name": "1.png", "width": 100, "height": 80}]
    Path("ground_truth.json").write_text(json.dumps({"images": images, "annotations": [person]}))
    done = CliRunner().invoke(
        app, ["study", "precision", "fake", "--annotations", "ground_truth.json", "-o", "out/p.json"]
    )
    assert done.exit_code == 0, done.output
    assert "100.0% of 17 keypoints of 1 people move by less than half a pixel" in done.stdout
    assert "AP 1.0000 against 1.0000 (+0.0000)" in done.stdout
    written = json.loads(Path("out/p.json").read_text())
    assert (written["near"], written["keypoints"], written["people"]) == (1, 17, 1)
