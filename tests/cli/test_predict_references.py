"""`python -m methods predict` with the published references on the sample images."""

import json

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from methods.__main__ import app
from methods.samples import samples


@pytest.mark.parametrize("name", ["movenet-multipose", "yolo11n-pose"])
def test_large_people_of_the_samples_are_found(name, tmp_path):
    images = {sample.name: str(sample.path) for sample in samples()}
    arguments = ["predict", name, images["bus"], images["zidane"], "-f", "json", "-f", "png", "-o", str(tmp_path)]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    results = json.loads((tmp_path / "predictions.json").read_text())
    heights = {image_id: [r["bbox"][3] for r in results if r["image_id"] == image_id] for image_id in (1, 2)}
    assert sum(height > 350 for height in heights[1]) >= 3  # the pedestrians before the bus
    assert sum(height > 350 for height in heights[2]) == 2  # both men
    for sample, image in (("bus", "bus-poses.png"), ("zidane", "zidane-poses.png")):
        before, after = np.asarray(Image.open(images[sample])), np.asarray(Image.open(tmp_path / image))
        changed = (np.abs(before.astype(int) - after).max(axis=2) > 60).mean()
        assert 0.005 < changed < 0.2
