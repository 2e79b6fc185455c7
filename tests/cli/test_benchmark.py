"""`python -m methods benchmark predict`: its table, its JSON, and what it refuses."""

import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from methods.__main__ import app


def run(*arguments):
    return CliRunner().invoke(app, ["benchmark", "predict", *arguments])


def test_a_table_and_json(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["methods", "benchmark", "predict", "yolo11n-pose"])
    sizes = ["--sizes", "64", "--sizes", "96"]
    done = run("yolo11n-pose", *sizes, "--rounds", "1", "--device", "cpu", "-o", "out/speed.json")
    assert done.exit_code == 0, done.output
    assert done.stdout.count("yolo11n-pose") == 6
    for words in ("Body", "Forward", "plain fp32", "default", "bf16", "1 rounds over 1 images"):
        assert words in done.stdout
    written = json.loads(Path("out/speed.json").read_text())
    assert [row["input_size"] for row in written["rows"]] == [64] * 3 + [96] * 3
    assert written["command"] == "python -m methods benchmark predict yolo11n-pose"


def test_methods_are_timed_together_and_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    arguments = ["together", "yolo11n-pose", "movenet-multipose", "--size", "64", "--rounds", "1", "--device", "cpu"]
    done = CliRunner().invoke(app, ["benchmark", *arguments, "-o", "out/together.json"])
    assert done.exit_code == 0, done.output
    for words in ("yolo11n-pose", "movenet-multipose", "all together", "CPU, ms", "of the CPU time of each alone"):
        assert words in done.stdout
    assert "Random weights" not in done.stdout
    assert set(json.loads(Path("out/together.json").read_text())["alone"]) == {"yolo11n-pose", "movenet-multipose"}
    refused = CliRunner().invoke(app, ["benchmark", "together", "yolo11n-pose", "--size", "8"])
    assert (refused.exit_code, "out of range" in refused.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["nobody"], 2, "There is no method 'nobody'"),
        (["yolo11n-pose", "--sizes", "8"], 2, "Input size 8 px is out of range"),
        (["yolo11n-pose", "--device", "tpu"], 2, "Device 'tpu' is not available"),
        (["yolo11n-pose", "--image", "nothing.jpg"], 1, "nothing.jpg"),
    ],
)
def test_what_does_not_fit_is_one_sentence(tmp_path, monkeypatch, arguments, code, sentence):
    monkeypatch.chdir(tmp_path)
    done = run(*arguments)
    assert done.exit_code == code
    assert sentence in done.stderr.replace("\n", " ")
    assert "Traceback" not in done.output


def test_ap_is_timed_against_pycocotools(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sizes = ["--images", "10", "--people", "20", "--detections", "30", "--rounds", "1"]
    done = CliRunner().invoke(app, ["benchmark", "ap", *sizes, "-o", "out/ap.json"])
    assert done.exit_code == 0, done.output
    assert "10 images, 20 people, 30 detections: ours" in done.stdout
    assert "Largest difference between the ten measures: 0." in done.stdout
    assert json.loads(Path("out/ap.json").read_text())["ratio"] > 0


def test_a_new_curve_is_timed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sizes = ["--images", "10", "--people", "30", "--detections", "50", "--rounds", "1"]
    done = CliRunner().invoke(app, ["benchmark", "curve", *sizes, "-o", "curve.json"])
    assert done.exit_code == 0, done.output
    assert "10 images, 30 people, 50 detections: a new curve" in done.stdout
    found = json.loads(Path("curve.json").read_text())
    assert 0 < found["curve"] <= found["slowest"]
