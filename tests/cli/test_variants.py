"""`python -m methods variants`: a table of what there is."""

import pytest
from typer.testing import CliRunner

from methods import weights
from methods.__main__ import app

ENTRY = weights.Entry(
    file="fake.safetensors", sha256="0" * 64, size=6_300_000, licence="MIT", provenance="made up", metrics={}
)


def listing(monkeypatch, manifest: dict[str, weights.Entry]) -> str:
    monkeypatch.setattr(weights, "read_manifest", lambda: manifest)
    monkeypatch.setenv("COLUMNS", "200")
    done = CliRunner().invoke(app, ["variants"])
    assert done.exit_code == 0
    return done.stdout


@pytest.mark.usefixtures("fake_method")
def test_a_row_says_where_the_weights_are(monkeypatch):
    hub = weights.HubFile(repo_id="somebody/something", revision="0" * 40)
    assert "embedded, 6.3 MB" in listing(monkeypatch, {"fake": ENTRY})
    assert "hub, 6.3 MB" in listing(monkeypatch, {"fake": ENTRY.model_copy(update={"hub": hub})})
    without = listing(monkeypatch, {})
    assert "by --weights" in without
    row = next(line for line in without.splitlines() if "fake" in line)
    assert "fakes" in row
    assert "sees brightness" in row


def test_every_real_variant_is_listed(monkeypatch):
    from methods import variants

    text = listing(monkeypatch, weights.read_manifest())
    assert all(variant.name in text for variant in variants())
    assert "yolo11n-pose" in text
