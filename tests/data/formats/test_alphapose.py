"""AlphaPose's results, by default and with --format cmu and open."""

import json
from pathlib import Path

import pytest

from methods.data.formats import detect, read_results
from methods.data.formats.alphapose import FORMAT
from methods.data.formats.files import Files
from methods.data.formats.openpose import ORDERS
from methods.skeletons import COCO17


@pytest.fixture
def made(tmp_path):
    """Writes a value as alphapose-results.json."""

    def write(value) -> Path:
        path = tmp_path / "alphapose-results.json"
        path.write_text(json.dumps(value))
        return path

    return write


def person(order, confidence=0.5) -> list[float]:
    """Each keypoint at ten times its place in COCO's order."""
    at = {name: 10 + 10 * k for k, name in enumerate(COCO17.keypoints)}
    return [number for name in order for number in (at.get(name, 999), 5, confidence)]


def test_scores_stay_and_images_are_found_by_name(made, data) -> None:
    entry = {"image_id": "c.png", "category_id": 1, "keypoints": person(COCO17.keypoints), "score": 2.6}
    entry |= {"box": [1, 2, 3, 4], "idx": [0.0]}
    found = read_results(made([entry]), data)
    (one,) = found.found
    assert (one["image_id"], one["score"], one["bbox"]) == (2, 2.6, [1, 2, 3, 4])
    assert found.sentences() == ["Read as AlphaPose's results."]


def test_what_was_written_is_read(results, data, names, tmp_path) -> None:
    path = tmp_path / "found.json"
    FORMAT.write(results, names, path)
    assert json.loads(path.read_text())[1]["image_id"] == "c.png"
    found = read_results(path, data)
    assert (found.format, found.found) == ("alphapose", results)


@pytest.mark.parametrize(("people", "keypoints"), [("bodies", "keypoints"), ("people", "pose_keypoints_2d")])
def test_an_object_of_images(made, data, people, keypoints) -> None:
    image = {"version": "AlphaPose v0.3", people: [{keypoints: person(ORDERS[18])}]}
    found = read_results(
        made({"a.png": image, "z.png": image, "c.png": {"version": "", people: [{keypoints: [1]}]}}), data
    )
    (one,) = found.found
    assert (one["image_id"], one["score"]) == (1, 0.5)
    assert one["keypoints"] == person(COCO17.keypoints)
    assert found.skeleton == COCO17
    said = " ".join(found.sentences())
    assert "the 17 keypoints of COCO-17, neck left out; a person's score is the mean confidence" in said
    assert f"c.png, {people}[0].{keypoints} is 1 numbers, not 75 (BODY_25) or 54 (COCO)" in said
    assert "1 of images that are not in the data set (z.png, " in said


def test_a_file_for_each_image(tmp_path, data) -> None:
    for name in ("a", "c"):
        content = {"version": 0.1, "bodies": [{"keypoints": person(ORDERS[18])}]}
        (tmp_path / "sep-json").mkdir(exist_ok=True)
        (tmp_path / "sep-json" / f"{name}.json").write_text(json.dumps(content))
    (tmp_path / "sep-json" / "d.json").write_text("{")
    assert detect(Files.open(tmp_path / "sep-json")) is FORMAT
    found = read_results(tmp_path / "sep-json", data)
    assert [each["image_id"] for each in found.found] == [1, 2]
    assert "1 in files that cannot be read (d.json in" in " ".join(found.sentences())
