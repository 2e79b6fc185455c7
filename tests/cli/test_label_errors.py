"""`python -m methods label-errors`: planted errors are listed and written for a label tool."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from methods.__main__ import app
from methods.skeletons import COCO17

POSE = np.array([[20 + 40 * (k % 4), 20 + 40 * (k // 4)] for k in range(17)], dtype=float)


def triples(keypoints, third):
    return np.column_stack([keypoints, np.full(17, third)]).ravel().tolist()


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Two images of one person each, of whom the second is annotated with left and right exchanged."""
    monkeypatch.chdir(tmp_path)
    images = [{"id": i, "file_name": f"{i}.png", "width": 300, "height": 300} for i in (1, 2)]
    poses = {1: POSE, 2: POSE[list(COCO17.flip_order)]}
    annotations = [
        {"id": 10 * i, "image_id": i, "bbox": [20, 20, 120, 160], "area": 14400, "keypoints": triples(poses[i], 2)}
        for i in (1, 2)
    ]
    Path("labels.json").write_text(json.dumps({"images": images, "annotations": annotations}))
    found = [{"image_id": i, "keypoints": triples(POSE, 0.9), "score": 0.9} for i in (1, 2)]
    for name in ("a", "b"):
        Path(f"{name}.json").write_text(json.dumps(found))


def run(*arguments):
    return CliRunner().invoke(app, ["label-errors", *arguments])


def test_listed_and_written(files):
    done = run("a.json", "b.json", "--annotations", "labels.json", "-o", "out/doubts.json")
    assert done.exit_code == 0, done.output
    assert "1 labels to look at among 2 people in 2 images: left and right 1" in done.stdout
    assert "2 methods find this person" in " ".join(done.stdout.split())
    (written,) = json.loads(Path("out/doubts.json").read_text())["annotations"]
    assert (written["annotation_id"], written["kind"]) == (20, "left and right")
    assert written["keypoints"] == triples(POSE, 2)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["a.json", "--annotations", "labels.json"], "give results of at least two methods"),
        (["a.json", "b.json"], "Give --data NAME for sample scenes, or --annotations FILE"),
        (["a.json", "labels.json", "--annotations", "labels.json"], "holds COCO keypoint annotations, no results"),
    ],
)
def test_what_does_not_fit_is_one_sentence(files, arguments, sentence):
    done = run(*arguments)
    assert done.exit_code == 1
    assert sentence in done.stderr.replace("\n", " ")
