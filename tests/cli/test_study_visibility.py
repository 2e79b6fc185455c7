"""`python -m methods study visibility` and `visibility-filter`."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from typer.testing import CliRunner

from methods import catalog
from methods.__main__ import app

TRUTH = ["--annotations", "ground_truth.json"]


@pytest.fixture
def data(tmp_path, monkeypatch, fake_method):
    """An image with one person of 80 x 80 pixels, whose nose alone has a label; `fake` judges eyes absent, all else
    visible. Gives the boxes that it was to look into, time after time."""
    monkeypatch.chdir(tmp_path)
    Image.fromarray(np.full((80, 80, 3), 204, np.uint8)).save("1.png")
    person = {"image_id": 1, "bbox": [0, 0, 80, 80], "keypoints": [40, 40, 2, *[0, 0, 0] * 16]}
    images = [{"id": 1, "file_name": "1.png", "width": 80, "height": 80}]
    Path("ground_truth.json").write_text(json.dumps({"images": images, "annotations": [person]}))
    fake, looked = catalog.Variant.method_class(None), []

    class Judging(fake):
        takes_boxes = True

        def infer(self, images, batch_size=8, boxes=None):
            (raw,) = super().infer(images, batch_size)
            said = torch.tensor([0.1, 0.2, 0.7]).repeat(len(boxes[0]) if boxes else 0, 17, 1)
            said[:, 1:3] = torch.tensor([0.8, 0.1, 0.1])
            looked.append(boxes)
            return [replace(raw, outputs=raw.outputs | {"visibility": said})]

    monkeypatch.setattr(catalog.Variant, "method_class", lambda variant: Judging)
    (only,) = catalog.families()
    monkeypatch.setattr(catalog, "families", lambda: (replace(only, filters=True),))
    return looked


def test_f1_in_the_annotated_boxes(data):
    done = CliRunner().invoke(app, ["study", "visibility", "fake", *TRUTH, "-o", "out/f1.json"])
    assert done.exit_code == 0, done.output
    # Absent: 2 claimed, both right, 16 there: 4/18. Visible: 15 claimed, 1 right: 2/16.
    assert "total F1 0.217" in done.stdout
    written = json.loads(Path("out/f1.json").read_text())
    assert written["all"]["confusion"] == [[2, 0, 14], [0, 0, 0], [0, 0, 1]]
    assert written["command"].startswith("python -m methods")


def test_what_filtering_changes(data):
    done = CliRunner().invoke(app, ["study", "visibility-filter", "fake", "--filter", "fake", *TRUTH, "-o", "out.json"])
    assert done.exit_code == 0, done.output
    assert "All keypoints together: the filter leaves precision 0.067 at recall 1.000" in done.stdout  # 1 of 15
    assert "published" not in done.stdout  # the paper's are in annotated boxes
    written = json.loads(Path("out.json").read_text())
    assert written["plain"]["parts"]["head"]["precision"] == pytest.approx(1 / 5)
    assert written["without_absent"]["parts"]["head"]["precision"] == pytest.approx(1 / 3)
    assert written["without_absent"]["parts"]["head"]["recall"] == 1


def test_table_3_is_made_in_annotated_boxes(data):
    """All keypoints have the score 0.8, the image's brightness."""
    arguments = ["study", "visibility-filter", "fake", "--filter", "fake", *TRUTH, "-o", "out.json"]
    done = CliRunner().invoke(app, [*arguments, "--annotated-boxes", "--confidence", "0.81"], env={"COLUMNS": "200"})
    assert done.exit_code == 0, done.output
    rows = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert "AP published, COCO val2017: SBl + visibility + non-0 0.71 0.78 0.77 0.73 0.73 0.76 0.74 0.75" in rows
    assert "AR published, DriPE: SBl 0.87 0.96 0.96 0.97 0.98 0.95 0.80 0.93" in rows
    written = json.loads(Path("out.json").read_text())
    assert data[0][0].tolist() == [[0, 0, 80, 80]]
    assert (written["annotated_boxes"], written["confidence"]) == (True, 0.81)
    assert written["plain"]["mean"]["predicted"] == 0


def test_table_1_has_a_row_for_each_weights_file(data):
    arguments = ["study", "visibility-strategies", "--name", "fake", *TRUTH, "-o", "out.json"]
    done = CliRunner().invoke(app, [*arguments, "S1=a.safetensors", "S3=b.safetensors"], env={"COLUMNS": "200"})
    assert done.exit_code == 0, done.output
    rows = [" ".join(line.split()) for line in done.stdout.splitlines()]
    for name in ("S1", "S3"):
        assert f"{name} 0.222 - 0.125 0.217 0.217 to 0.217" in rows
    assert "published, COCO val2017: S3 0.77 0.37 0.80 0.76" in rows
    assert list(json.loads(Path("out.json").read_text())) == ["S1", "S3"]


@pytest.mark.parametrize("wrong", ["S1", "S1=", "=a.safetensors"])
def test_strategies_need_names_and_files(data, wrong):
    done = CliRunner().invoke(app, ["study", "visibility-strategies", "--name", "fake", *TRUTH, wrong])
    assert done.exit_code == 2
    assert "Give strategies as NAME=FILE" in done.stderr


def test_a_method_that_does_not_judge_is_no_filter():
    arguments = ["study", "visibility-filter", "kapao-n", "--filter", "yolo11n-pose", "--annotations", "none.json"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 2
    assert "yolo11n-pose cannot judge the keypoints of other methods; give one of: visibility-n" in done.stderr
