"""`python -m methods study` fusion and keypoint-size."""

import json
from pathlib import Path

import pytest
from safetensors.torch import save_file
from typer.testing import CliRunner

from methods.__main__ import app
from methods.errors import SettingsError
from methods.kapao.commands import size_and_file
from methods.kapao.network import SmallKapaoNetwork


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


@pytest.mark.parametrize("text", ["0.05", "5=a.safetensors", "size=a.safetensors", "0.05="])
def test_what_is_no_size_and_file_is_refused(text):
    with pytest.raises(SettingsError, match="--trained takes SIZE=FILE"):
        size_and_file(text)


def test_a_size_and_a_file():
    assert size_and_file("0.025=runs/a=b.safetensors") == (0.025, Path("runs/a=b.safetensors"))


@pytest.mark.usefixtures("drawings")
def test_keypoint_sizes_are_printed_and_written(tmp_path):
    save_file(SmallKapaoNetwork().state_dict(), tmp_path / "a.safetensors")
    trained = [word for size in (0.1, 0.05) for word in ("--trained", f"{size}={tmp_path / 'a.safetensors'}")]
    place = ["--annotations", str(tmp_path / "drawings.json"), "--limit", "1", "--input-size", "128"]
    output = tmp_path / "found.json"
    words = ["study", "keypoint-size", "kapao-n", *trained, *place, "--output", str(output)]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    names = ["boxes of 0.05 of the input", "boxes of 0.1 of the input"]
    assert all(name in done.stdout for name in names)
    assert [row["name"] for row in json.loads(output.read_text())["rows"]] == names
