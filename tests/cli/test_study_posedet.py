"""`python -m methods study` refinement, suppression and suppression-bound."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from methods.__main__ import app
from methods.posedet.studies.choices import SUPPRESSION

TRUTH = "ground_truth.json"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Two people 10 px apart in a grey image."""
    monkeypatch.chdir(tmp_path)
    Image.fromarray(np.full((100, 200, 3), 127, np.uint8)).save("1.png")
    people = [
        {"image_id": 1, "bbox": [x - 25, 25, 50, 50], "area": 2500, "keypoints": [x, 50, 2] * 17} for x in (100, 110)
    ]
    images = [{"id": 1, "file_name": "1.png", "width": 200, "height": 100}]
    Path(TRUTH).write_text(json.dumps({"images": images, "annotations": people}))


def run(*words: str) -> str:
    done = CliRunner().invoke(app, ["study", *words])
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.usefixtures("folder")
def test_bounds_are_printed_and_written():
    printed = run("suppression-bound", "--annotations", TRUTH, "-o", "out/bound.json")
    rows = [line for line in printed.splitlines() if "0.6" in line and "hard (1)" in line]
    assert len(rows) == 1
    assert "1.000" in rows[0]
    assert "0.505" in rows[0]  # the boxes overlap by 0.67: one of two people is lost
    written = json.loads(Path("out/bound.json").read_text())
    assert {row["level"] for row in written["rows"]} == {"hard", "all"}
    assert written["command"].startswith("python -m methods")


@pytest.mark.usefixtures("folder", "untrained")
@pytest.mark.parametrize(
    ("study", "names"), [("refinement", ["coarse poses", "refined poses"]), ("suppression", list(SUPPRESSION))]
)
def test_choices_are_compared(study, names):
    printed = run(study, "posedet-n", "--annotations", TRUTH, "-o", "found.json", "--input-size", "64")
    assert "posedet-n on 1 images" in printed
    assert "1 of them crowded" in printed
    written = json.loads(Path("found.json").read_text())
    assert [row["name"] for row in written["rows"]] == names
    assert written["input_size"] == 64


@pytest.mark.usefixtures("folder", "fake_method")
def test_another_method_is_refused_in_one_sentence():
    done = CliRunner().invoke(app, ["study", "refinement", "fake", "--annotations", TRUTH])
    assert done.exit_code != 0
    assert "fake has no such choices; give a variant of PoseDet" in " ".join(done.output.split())
