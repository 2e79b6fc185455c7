"""Reading somebody's results for one image."""

import gzip
import json
import zipfile

import numpy as np
import pytest

from methods.data.formats.files import Files
from methods.errors import DataError
from methods.importers.image_results import MAX_PEOPLE, read_image_results
from methods.types import Poses


def person(score=0.9, image_id=7, points=None, **more):
    keypoints = np.concatenate([np.arange(34).reshape(17, 2) + 5.0, np.full((17, 1), 0.5)], axis=1)
    return {"image_id": image_id, "score": score, "keypoints": (points or keypoints.ravel().tolist()), **more}


def read_bytes(content, image="image.jpg"):
    return read_image_results(Files.of_bytes("theirs.json", content), image, (640, 480))


def read(content, image="image.jpg"):
    return read_bytes(json.dumps(content).encode(), image).poses


def test_a_list_of_results_is_one_method_named_after_the_file():
    ((name, poses),) = read([person(0.3), person(0.8, bbox=[1, 2, 10, 20])]).items()
    assert name == "theirs.json"
    assert poses.scores.tolist() == pytest.approx([0.8, 0.3])
    assert poses.boxes[0].tolist() == [1, 2, 11, 22]
    assert poses.boxes[1].tolist() == [5, 6, 37, 38]  # around the keypoints
    assert poses.keypoints[0, 1].tolist() == [7, 8]


def test_what_poses_write_is_read_back():
    keypoints = np.random.default_rng(0).uniform(1, 99, (2, 17, 2))
    keypoints[0, 3] = np.nan
    poses = Poses(np.array([[0, 0, 50, 60], [1, 1, 9, 9]]), [0.9, 0.4], keypoints, np.full((2, 17), 0.5))
    again = read(poses.to_coco(1))["theirs.json"]
    assert np.isnan(again.keypoints[0, 3]).all()
    assert np.allclose(np.nan_to_num(again.keypoints), np.nan_to_num(poses.keypoints), atol=1e-3)
    assert np.allclose(again.boxes, poses.boxes)


def test_the_pages_own_download_gives_each_of_its_methods():
    found = read({"image": {}, "methods": {"a": {"results": [person()]}, "b": {"people": 0, "results": []}}})
    assert {name: len(poses) for name, poses in found.items()} == {"a": 1, "b": 0}


@pytest.mark.parametrize("name", ["1.jpg", "1", "images/1.jpg", "images\\1.JPG"])
def test_of_several_images_the_one_that_is_called_as_the_image_counts(name):
    results = [person(image_id="2.jpg"), person(image_id=name), person(image_id=name)]
    assert len(read(results, "1.jpg")["theirs.json"]) == 2
    with pytest.raises(DataError, match=r"results of 2 images, and none says by its name that it is holiday\.jpg"):
        read(results, "holiday.jpg")


def test_names_are_compared_however_their_letters_are_composed():
    results = [person(image_id=1, file_name="a/Mu\u0308ller.jpg"), person(image_id=2, file_name="b.jpg")]
    assert len(read(results, "M\u00fcller.jpg")["theirs.json"]) == 1


@pytest.mark.parametrize("image", ["image_2.jpg", "2.jpg", "000000000002.jpg"])
def test_digits_in_a_images_name_are_no_image_id(image):
    """An id 2 that `predict` counted in the order of its files may be anybody's."""
    with pytest.raises(DataError, match="results of 3 images"):
        read([person(image_id=i) for i in (1, 2, 3)], image)


def test_two_images_of_one_name_are_not_told_apart():
    results = [person(image_id=1, file_name="a/1.jpg"), person(image_id=2, file_name="b/1.jpg")]
    with pytest.raises(DataError, match="results of 2 images"):
        read(results, "1.jpg")


def test_scores_above_one_stay_and_rank():
    """AlphaPose's go up to about 3."""
    poses = read([person(1.2, points=[10.0] * 51), person(2.6)])["theirs.json"]
    assert poses.scores.tolist() == pytest.approx([2.6, 1.2])


def test_scores_of_keypoints_that_are_no_probabilities_are_left_out():
    keypoints = np.concatenate([np.ones((17, 2)), np.full((17, 1), 2.0)], axis=1).ravel().tolist()
    assert np.isnan(read([person(points=keypoints)])["theirs.json"].keypoint_scores).all()


def test_very_many_people_are_cut_to_the_best():
    poses = read([person(score=i / 1000) for i in range(400)])["theirs.json"]
    assert len(poses) == MAX_PEOPLE
    assert poses.scores[0] == pytest.approx(0.399)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "is not JSON"),
        (b"\xff\xfe", "is not JSON"),
        pytest.param(
            gzip.compress(bytes(30_000_000)), "theirs.json has more than 20 MB when unpacked", id="packed zeros"
        ),
        (b"3", "is not a COCO keypoint results file; it is 3"),
        (b'[{"image_id": 1}]', r"results\[0\] has no keypoints"),
        (b'{"methods": {"a": {}}}', r"methods\.a\.results is None, not a list"),
        (b'{"images": [], "annotations": []}', "holds COCO keypoint annotations, no results"),
        (json.dumps([person(points=[1e30] * 51)]).encode(), "has a person with the number 1e[+]30"),
        (json.dumps([person(points=[1.0] * 9)]).encode(), "9 keypoint numbers; COCO-17 needs 51"),
        (b'[{"image_id": 1, "score": 1, "keypoints": [NaN]}]', "theirs.json"),
    ],
)
def test_anything_else_is_refused_in_one_sentence(content, message):
    with pytest.raises(DataError, match=message) as caught:
        read_bytes(content)
    assert len(str(caught.value)) < 400


ROWS = [[5 + 2 * k, 6 + 2 * k] for k in range(17)]
LINE = " ".join(["0 0.5 0.5 0.2 0.2", *(f"{x / 640} {y / 480} 0.5" for x, y in ROWS), "0.9"])
INSTANCE = {"keypoints": ROWS, "keypoint_scores": [0.5] * 17}
BOX = [0, 0, 9, 9]


def zipped(path, **contents):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content if isinstance(content, str) else json.dumps(content))
    return Files.open(path)


@pytest.mark.parametrize(
    "contents",
    [
        {"image.json": [INSTANCE], "b.json": [{**INSTANCE, "keypoints": [[1, 1]] * 17}]},
        {"labels/image.txt": LINE, "labels/b.txt": LINE},
        {"only/another.txt": LINE},
        {"found.json": [person(image_id="image", bbox=BOX), person(image_id="b", bbox=BOX)]},
        {"found.json": [person(image_id="image.jpg", box=BOX, idx=[1]), person(image_id="b.jpg", points=[9.0] * 51)]},
    ],
    ids=["mmpose", "save_txt", "one of save_txt", "ultralytics", "alphapose"],
)
def test_results_of_every_format_are_read(tmp_path, contents):
    found = read_image_results(zipped(tmp_path / "theirs.zip", **contents), "image.jpg", (640, 480))
    (poses,) = found.poses.values()
    assert np.allclose(poses.keypoints, [ROWS], atol=1e-4)


def test_openposes_keypoints_and_other_skeletons_become_cocos_by_name(tmp_path):
    people = [{"pose_keypoints_2d": [7, 8, 0.5] + [0] * 72}]
    files = zipped(tmp_path / "a.zip", **{"image_keypoints.json": {"version": 1.3, "people": people}})
    found = read_image_results(files, "image.jpg", (640, 480))
    (poses,) = found.poses.values()
    assert poses.keypoints[0, 0].tolist() == [7, 8]
    assert any("Read as OpenPose's results" in note for note in found.notes)
    whole = [number for k in range(26) for number in (5 + k, 6, 0.5)]
    found = read_image_results(Files.of_bytes("h.json", json.dumps([person(points=whole)]).encode()), "a", (640, 480))
    assert found.poses["h.json"].keypoints[0, :, 0].tolist() == [5 + k for k in range(17)]
    assert found.notes == ("h.json: 17 keypoints of Halpe-26 are shown, those that COCO-17 has too.",)
