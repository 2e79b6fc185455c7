"""`python -m methods study distances`."""

import json

import pytest
from typer.testing import CliRunner

from methods.__main__ import app


def study(*words: str):
    return CliRunner().invoke(app, ["study", "distances", *words])


@pytest.mark.usefixtures("drawings")
def test_every_two_methods_are_compared(untrained, tmp_path):
    output = tmp_path / "found.json"
    annotations = ["--annotations", str(tmp_path / "drawings.json"), "--limit", "2"]
    done = study("kapao-n", "hybridpose-n", "posedet-n", *annotations, "--output", str(output))
    assert done.exit_code == 0, done.output
    assert "2 images of" in done.stdout
    written = json.loads(output.read_text())
    pairs = [(pair["first"], pair["second"]) for pair in written["pairs"]]
    assert pairs == [("kapao-n", "hybridpose-n"), ("kapao-n", "posedet-n"), ("hybridpose-n", "posedet-n")]
    assert list(written["settings"]) == [name for name, _ in untrained]
    assert written["command"].startswith("python -m methods")


@pytest.mark.usefixtures("untrained", "drawings")
def test_one_method_is_not_enough(tmp_path):
    done = study("kapao-n", "--annotations", str(tmp_path / "drawings.json"))
    assert done.exit_code == 1
    assert "name at least two, each once." in " ".join(done.stderr.split())
