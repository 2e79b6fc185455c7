"""`python -m methods study` filtering, boxes and coarse-to-refined."""

import json
import re

import pytest
from typer.testing import CliRunner

from methods.__main__ import app

WAYS = ["coarse-pose filtering", "filtering without recovering"]
WAYS += [f"box IoU {value}" for value in (0.3, 0.5, 0.7, 0.9)]


def run(*words: str) -> str:
    done = CliRunner().invoke(app, ["study", *words])
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.usefixtures("untrained", "drawings")
def test_runs_a_person_are_printed_and_written(tmp_path):
    output = tmp_path / "found.json"
    annotations = tmp_path / "drawings.json"
    printed = run("filtering", "--annotations", str(annotations), "--limit", "1", "--output", str(output))
    assert re.search(r"detposenet-n on 1 images of .* with 1 people; .*boxes of detposenet-n", printed)
    written = json.loads(output.read_text())
    assert [row["name"] for row in written["rows"]] == WAYS
    for row in written["rows"]:
        assert row["per_person"] == row["runs"]
        assert re.search(rf"{re.escape(row['name'])} +{row['runs']} +{row['per_person']:.2f} ", printed)


@pytest.mark.usefixtures("untrained", "drawings")
def test_the_third_stage_is_printed_and_written(tmp_path):
    output = tmp_path / "found.json"
    annotations = tmp_path / "drawings.json"
    printed = run("coarse-to-refined", "--annotations", str(annotations), "--limit", "2", "--output", str(output))
    assert "the third stage moves" in printed
    written = json.loads(output.read_text())
    assert [row["name"] for row in written["rows"]] == ["coarse poses", "coarse poses, completed", "refined poses"]
    assert [row["keypoint"] for row in written["keypoints"]][-1] == "all"
    assert written["command"].startswith("python -m methods")


@pytest.mark.usefixtures("untrained", "drawings")
def test_boxes_are_printed_and_written(tmp_path):
    output = tmp_path / "found.json"
    annotations = tmp_path / "drawings.json"
    printed = run("boxes", "--annotations", str(annotations), "--limit", "1", "--output", str(output))
    assert "AP is 0" in printed or "AP is 1" in printed
    written = json.loads(output.read_text())
    assert written["rows"][0]["name"] == "annotated boxes"
    assert written["rows"][0]["box_ap"] >= max(row["box_ap"] for row in written["rows"][1:])
