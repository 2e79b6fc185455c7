"""`python -m methods study fusion`."""

import json

import pytest
from typer.testing import CliRunner

from methods.__main__ import app


@pytest.mark.usefixtures("untrained", "drawings")
def test_fusion_is_printed_and_written(tmp_path):
    output = tmp_path / "found.json"
    words = ["fusion", "--annotations", str(tmp_path / "drawings.json"), "--limit", "2", "--output", str(output)]
    done = CliRunner().invoke(app, ["study", *words, "--set", "keypoint_confidence=0.2"])
    assert done.exit_code == 0, done.output
    assert "On 2 images fusion moves" in done.stdout
    assert "keypoint confidence 0.05" in done.stdout
    written = json.loads(output.read_text())
    assert (written["method"], written["images"], written["people"]) == ("kapao-n", 2, 3)
    assert written["settings"]["keypoint_confidence"] == 0.2
    assert "keypoint confidence 0.2" not in [row["name"] for row in written["rows"]]
    assert written["command"].startswith("python -m methods")


@pytest.mark.usefixtures("fake_method", "drawings")
def test_another_method_is_refused_in_one_sentence(tmp_path):
    done = CliRunner().invoke(app, ["study", "fusion", "fake", "--annotations", str(tmp_path / "drawings.json")])
    assert done.exit_code == 1
    assert "fake has no keypoint objects to be fused; give a variant of KAPAO." in " ".join(done.stderr.split())
