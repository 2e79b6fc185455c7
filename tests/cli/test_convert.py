"""`python -m methods convert`: from one format into another, and what is said of it."""

import json
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from methods.__main__ import app
from methods.skeletons import COCO17

KEYPOINTS = [number for k in range(17) for number in (10.5 + k, 20.25 + k, 2)]
INSTANCE = {"keypoints": [[5.5, 6]] * 17, "keypoint_scores": [0.5] * 17, "bbox": [[1, 2, 9, 9]], "bbox_score": 1}


def run(*arguments):
    return CliRunner().invoke(app, ["convert", *arguments])


def told(done):
    assert done.exit_code == 0, done.output
    return " ".join(done.stdout.split())


@pytest.fixture(autouse=True)
def ground_truth(tmp_path, monkeypatch):
    """ground_truth.json with one person in each of two images and a crowd, and the images."""
    monkeypatch.chdir(tmp_path)
    Path("images").mkdir()
    for name in ("a", "b"):
        Image.new("RGB", (333, 77)).save(f"images/{name}.png")
    images = [{"id": i, "file_name": f"{name}.png", "width": 333, "height": 77} for i, name in ((1, "a"), (2, "b"))]
    person = {"category_id": 1, "bbox": [1.1, 2.2, 30.3, 40.4], "keypoints": KEYPOINTS, "iscrowd": 0}
    annotations = [{**person, "id": i, "image_id": i} for i in (1, 2)] + [
        {**person, "id": 3, "image_id": 2, "iscrowd": 1}
    ]
    categories = [{"id": 1, "name": "person", "keypoints": list(COCO17.keypoints)}]
    Path("ground_truth.json").write_text(
        json.dumps({"images": images, "annotations": annotations, "categories": categories})
    )


def test_annotations_there_and_back():
    text = told(run("ground_truth.json", "--to", "yolo-pose", "--images", "images", "-o", "set"))
    assert "In YOLO's format: 1 crowds are left out, which the format does not know." in text
    assert text.endswith("Wrote set.")
    assert Path("set/images/b.png").read_bytes() == Path("images/b.png").read_bytes()
    text = told(run("set", "--to", "coco", "-o", "back.json"))
    assert "Read as an Ultralytics YOLO set, its split val." in text
    back = json.loads(Path("back.json").read_text())
    assert [one["keypoints"] for one in back["annotations"]] == [KEYPOINTS] * 2
    assert [one["bbox"] for one in back["annotations"]] == [[1.1, 2.2, 30.3, 40.4]] * 2
    assert [one["file_name"] for one in back["images"]] == ["images/a.png", "images/b.png"]


def test_a_set_without_images_says_where_they_belong():
    text = told(run("ground_truth.json", "--to", "yolo-pose"))
    assert "no images were given: put them into ground_truth-yolo-pose/images, by their names" in text
    assert Path("ground_truth-yolo-pose/labels/a.txt").is_file()
    done = run("ground_truth.json", "--to", "yolo-pose")
    assert "ground_truth-yolo-pose has something in it already; give another folder" in " ".join(done.stderr.split())


def test_results_of_a_data_set_and_alone():
    Path("mm").mkdir()
    for name in ("a", "z"):
        Path(f"mm/{name}.json").write_text(json.dumps([INSTANCE]))
    text = told(run("mm", "--to", "coco-results", "--annotations", "ground_truth.json", "-o", "found.json"))
    assert (
        "1 of 2 results can be used; left out: 1 of images that are not in the data set (z.json in mm, instance 0"
        in text
    )
    (one,) = json.loads(Path("found.json").read_text())
    assert (one["image_id"], one["keypoints"][:3], one["bbox"]) == (1, [5.5, 6, 0.5], [1, 2, 8, 7])
    text = told(run("mm", "--to", "coco-results"))
    assert "Without annotations images are numbered in the order of their names; file_name says whose." in text
    written = json.loads(Path("mm-coco-results.json").read_text())
    assert [(each["image_id"], each["file_name"]) for each in written] == [(1, "a"), (2, "z")]


def test_results_into_text_files_and_back():
    found = [
        {"image_id": i, "category_id": 1, "keypoints": KEYPOINTS, "score": 0.3, "bbox": [1.1, 2, 3, 4]} for i in (1, 9)
    ]
    Path("found.json").write_text(json.dumps(found))
    text = told(run("found.json", "--to", "ultralytics-txt", "--annotations", "ground_truth.json", "-o", "txt"))
    assert "1 results are of images that are not in" in text
    told(run("txt", "--to", "coco-results", "--annotations", "ground_truth.json", "-o", "back.json"))
    (one,) = json.loads(Path("back.json").read_text())
    assert {**found[0], "category_id": 0} == one


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["ground_truth.json", "--to", "cvat"], "There is no format 'cvat'; choose from alphapose, coco, coco-results"),
        (
            ["ground_truth.json", "--to", "openpose"],
            "OpenPose's JSON files can be read, but not written; choose --to from",
        ),
        (
            ["ground_truth.json", "--to", "alphapose"],
            "ground_truth.json holds COCO keypoint annotations, which cannot become",
        ),
        (["images", "--to", "coco"], "What images holds cannot be told by its content; say it with --format"),
        (["nowhere", "--to", "coco"], "There is no file or folder at nowhere"),
        (
            ["ground_truth.json", "--to", "coco", "-o", "ground_truth.json"],
            "ground_truth.json is read and would be overwritten",
        ),
        (["mm.json", "--to", "alphapose"], "give --annotations FILE of the same images"),
    ],
)
def test_what_does_not_fit_is_one_sentence(arguments, sentence):
    Path("mm.json").write_text(json.dumps([INSTANCE]))
    done = run(*arguments)
    assert done.exit_code != 0
    assert sentence in " ".join(done.stderr.split())
    assert "Traceback" not in done.output
