"""`python -m methods evaluate`: what it prints and writes, and what it says about files that do not fit."""

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from methods import catalog
from methods.__main__ import app
from methods.backbones.shared_body import clock
from methods.skeletons import POSETRACK17

pytestmark = pytest.mark.usefixtures("fake_method", "few_resamples")


@pytest.fixture
def data_set(tmp_path, monkeypatch):
    """The working directory: three images of 100 x 80 px in images/; in the first two a person where the fake sees one.

    The fake's keypoints all lie in the middle of the image and its score is the image's brightness: 0.8, 0.4 and 0.2.
    """
    monkeypatch.chdir(tmp_path)
    Path("images").mkdir()
    Path("none").mkdir()
    images = [{"id": i, "file_name": f"{i}.png", "width": 100, "height": 80} for i in (1, 2, 3)]
    for image, brightness in zip(images, (204, 102, 51), strict=True):
        Image.fromarray(np.full((80, 100, 3), brightness, np.uint8)).save(Path("images", image["file_name"]))
    person = {"bbox": [0, 0, 100, 80], "area": 4000, "keypoints": [50, 40, 2] * 17}
    annotations = [person | {"id": i, "image_id": i} for i in (1, 2)]
    Path("ground_truth.json").write_text(json.dumps({"images": images, "annotations": annotations}))


def run(*arguments):
    return CliRunner().invoke(app, ["evaluate", *arguments])


def test_numbers_are_printed_and_written(data_set, monkeypatch):
    """Both people found, and a third "person" with a lower score: AP and AR are 1."""
    monkeypatch.setattr(sys, "argv", ["methods", "evaluate", "fake"])
    done = run(
        "fake", "--annotations", "ground_truth.json", "--images", "images", "-o", "out/a.json", "--detections", "d.json"
    )
    assert done.exit_code == 0, done.output
    assert "fake on" in done.stdout
    assert "2 people in 3 images; input 64 px, pose_confidence 0.01." in done.stdout
    assert "AP medium" in done.stdout
    assert "1.000 to 1.000" in done.stdout
    written = json.loads(Path("out/a.json").read_text())
    assert written["ap"]["ap"] == pytest.approx(1)
    assert written["ap"]["ap_large"] is None
    assert written["settings"] == {"pose_confidence": 0.01}
    assert written["command"] == "python -m methods evaluate fake"
    assert [(d["image_id"], round(d["score"], 2)) for d in json.loads(Path("d.json").read_text())] == [
        (1, 0.8),
        (2, 0.4),
        (3, 0.2),
    ]


def test_a_yolo_set_finds_its_images_by_itself(data_set):
    """The same people give the same numbers; a zip file of the set too."""
    made = ["convert", "ground_truth.json", "--to", "yolo-pose", "--images", "images", "-o", "sets/one"]
    assert CliRunner().invoke(app, made).exit_code == 0
    shutil.make_archive("set", "zip", "sets")
    scores = []
    for given in ("ground_truth.json", "sets/one/data.yaml", "set.zip"):
        options = ["--images", "images"] if given == "ground_truth.json" else ["--split", "train"]
        done = run("fake", "--annotations", given, *options, "-o", "out.json")
        assert done.exit_code == 0, done.output
        assert ("its split train" in done.stdout) is ("train" in options)
        scores.append(json.loads(Path("out.json").read_text())["ap"])
    assert scores[0]["ap"] == scores[1]["ap"] == scores[2]["ap"] == pytest.approx(1)


def test_the_time_of_a_shared_body_is_told_apart(data_set, monkeypatch):
    family = catalog.find_variant("fake").method_class()
    forward = family.forward

    def through_body(method, batch):
        clock.spent += 6
        clock.saved += 6
        return forward(method, batch)

    command = ["fake", "--annotations", "ground_truth.json", "--images", "images", "-o", "out.json"]
    assert "shared" not in run(*command).stdout.splitlines()[1]
    monkeypatch.setattr(family, "forward", through_body)
    done = run(*command)
    assert "body 2000.0 (shared by all small methods), forward" in done.stdout
    assert json.loads(Path("out.json").read_text())["timing"]["body"] == pytest.approx(2000)


def test_settings_change_what_is_found(data_set):
    """A score of at least 0.5: one of two people, hence precision 1 up to a recall of 0.5."""
    arguments = ["fake", "--annotations", "ground_truth.json", "--images", "images", "-o", "out.json"]
    assert run(*arguments, "--set", "pose_confidence=0.5").exit_code == 0
    assert json.loads(Path("out.json").read_text())["ap"]["ap"] == pytest.approx(51 / 101)
    assert run(*arguments, "--preset", "demo").exit_code == 0
    assert json.loads(Path("out.json").read_text())["ap"]["ar"] == pytest.approx(0.5)


def test_limit(data_set):
    done = run("fake", "--annotations", "ground_truth.json", "--images", "images", "--limit", "1", "-o", "out.json")
    assert done.exit_code == 0
    written = json.loads(Path("out.json").read_text())
    assert (written["images"], written["people"]) == (1, 1)
    assert "beyond the limit" in done.stdout
    assert (written["reading"]["images_used"], written["reading"]["people"]) == (1, 1)


def test_images_lie_beside_the_annotations_unless_told(data_set):
    Path("images").rename("images")
    assert run("fake", "--annotations", "ground_truth.json").exit_code == 0


def test_an_undefined_measure_is_a_dash(data_set):
    done = run("fake", "--annotations", "ground_truth.json", "--images", "images")
    line = next(line for line in done.stdout.splitlines() if "AP large" in line)
    assert [cell.strip() for cell in line.strip("│ ").split("│")] == ["AP large", "-", "-"]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["fake", "--annotations", "nothing.json"], 1, "There is no file or folder at nothing.json"),
        (["fake", "--annotations", "images/1.png"], 1, "images/1.png is not JSON"),
        (
            ["fake", "--annotations", "ground_truth.json", "--images", "none"],
            1,
            "3 of 3 annotated images are missing",
        ),
        (["fake", "--annotations", "ground_truth.json", "--images", "nowhere"], 1, "There are no images at nowhere"),
        (["nobody", "--annotations", "ground_truth.json", "--images", "images"], 2, "There is no method 'nobody'"),
        (
            ["fake", "--annotations", "ground_truth.json", "-o", "images"],
            2,
            "images is a folder; give the name of a file",
        ),
        (
            ["fake", "--annotations", "ground_truth.json", "-o", "ground_truth.json/a"],
            2,
            "cannot be made (File exists)",
        ),
        (
            ["fake", "--annotations", "ground_truth.json", "--images", "images", "--set", "speed=3"],
            2,
            "no setting 'speed'",
        ),
        (["fake", "--annotations", "ground_truth.json", "--images", "images", "--tta"], 2, "no test-time augmentation"),
        (
            ["fake", "--annotations", "ground_truth.json", "--images", "images", "--precision", "int8"],
            2,
            "There is no precision 'int8'",
        ),
        (["fake"], 1, "Give --data NAME for sample scenes, or --annotations FILE"),
        (["fake", "--data", "scenes/nobody"], 1, "No sample scenes are called scenes/nobody"),
    ],
)
def test_what_does_not_fit_is_one_sentence(data_set, arguments, code, sentence):
    done = run(*arguments)
    assert done.exit_code == code
    assert sentence in done.stderr.replace("\n", " ")
    assert "Traceback" not in done.output


def test_what_was_made_of_the_annotations_is_told_and_written(data_set):
    content = json.loads(Path("ground_truth.json").read_text())
    content["annotations"].append(content["annotations"][0] | {"image_id": 77})
    Path("ground_truth.json").write_text(json.dumps(content))
    done = run("fake", "--annotations", "ground_truth.json", "--images", "images", "-o", "out.json")
    assert "left out: 1 of images that the file does not list" in " ".join(done.stdout.split())
    written = json.loads(Path("out.json").read_text())["reading"]
    assert (written["images_used"], written["people"], written["skeleton"]) == (3, 2, "COCO-17")


def test_images_that_are_missing_or_damaged_are_left_out_and_told(data_set):
    Path("images/1.png").unlink()
    Path("images/3.png").write_bytes(Path("images/3.png").read_bytes()[:-40])
    done = run(
        "fake", "--annotations", "ground_truth.json", "--images", "images", "-o", "out.json", "--report", "report"
    )
    assert done.exit_code == 0, done.output
    text = " ".join(done.stdout.split())
    assert "1 people in 1 images" in text
    assert "Images: 1 of 3 found; left out: 1 that are not there (1.png), 1 that cannot be read (3.png)." in text
    report = json.loads(Path("report/report.json").read_text())["sets"][0]
    assert (report["images"], report["people"]) == (1, 1)
    Path("images/2.png").write_bytes(b"no image")
    done = run("fake", "--annotations", "ground_truth.json", "--images", "images")
    assert done.exit_code == 1
    assert "No image of" in done.stderr
    assert "2.png cannot be read" in " ".join(done.stderr.split())


def test_a_data_set_with_other_keypoints_is_compared_on_those_that_both_have(data_set):
    content = json.loads(Path("ground_truth.json").read_text())
    content["categories"] = [{"id": 7, "name": "person", "keypoints": list(POSETRACK17.keypoints)}]
    for annotation in content["annotations"]:
        annotation["category_id"] = 7
    Path("ground_truth.json").write_text(json.dumps(content))
    arguments = ["fake", "--annotations", "ground_truth.json", "--images", "images", "-o", "out.json"]
    done = run(*arguments, "--detections", "d.json")
    assert "Compared on the 15 keypoints of PoseTrack-17 that the results have too" in " ".join(done.stdout.split())
    assert json.loads(Path("out.json").read_text())["ap"]["ap"] == pytest.approx(1)
    found = json.loads(Path("d.json").read_text())
    assert {(one["category_id"], len(one["keypoints"])) for one in found} == {(7, 51)}
