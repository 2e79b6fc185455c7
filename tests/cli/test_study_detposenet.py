"""`python -m methods study refinements`."""

import json
import re

import pytest
from typer.testing import CliRunner

from methods import catalog
from methods.__main__ import app
from methods.detposenet.method import SmallDetPoseNet
from methods.detposenet.network import DetPoseNetNetwork

WAYS = ["coarse-pose filtering", "box IoU 0.5", "box IoU 0.7", "box IoU 0.9"]


@pytest.fixture
def untrained(monkeypatch):
    """DetPoseNet with random weights in place of the published ones."""
    network = DetPoseNetNetwork()

    def create(name, device, weights, input_size, detector=None):
        return SmallDetPoseNet(name, network, input_size or 128, "cpu")

    monkeypatch.setattr(catalog, "create", create)


def run(*words: str) -> str:
    done = CliRunner().invoke(app, ["study", *words])
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.usefixtures("untrained")
def test_runs_a_person_are_printed_and_written(drawings, tmp_path):
    output = tmp_path / "found.json"
    annotations = tmp_path / "drawings.json"
    printed = run("refinements", "--annotations", str(annotations), "--limit", "2", "--output", str(output))
    assert "detposenet-n, boxes of detposenet-n: 3 people in 2 images" in printed
    written = json.loads(output.read_text())
    assert [row["name"] for row in written["rows"]] == WAYS
    for row in written["rows"]:
        assert row["per_person"] == row["runs"] / 3
        assert re.search(rf"{re.escape(row['name'])} +{row['runs']} +{row['per_person']:.2f} ", printed)
