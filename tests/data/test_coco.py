"""The COCO reader: what it returns, and one clear error for each thing that is wrong with a file."""

import numpy as np
import pytest

from methods.data.coco import CocoKeypoints
from methods.errors import DataError


def test_people_as_annotated(content, shards, tmp_path, read) -> None:
    data = read(content, shards)
    assert [(image.image_id, image.file_name, image.width, image.height, len(image.people)) for image in data] == [
        (7, "a.png", 30, 40, 2),
        (3, "b.png", 30, 40, 0),
        (5, "c.png", 50, 20, 1),
    ]
    assert data.name == f"{tmp_path.name}/annotations.json"
    people = data[0].people
    np.testing.assert_array_equal(people.boxes, [[1, 2, 11, 22], [0, 0, 30, 5]])
    np.testing.assert_array_equal(people.keypoints[0], [[3, 4], [0, 0]])
    np.testing.assert_array_equal(people.visibility, [[2, 0], [0, 0]])
    np.testing.assert_array_equal(people.areas, [150.5, 150.5])
    np.testing.assert_array_equal(people.is_crowd, [False, True])
    np.testing.assert_array_equal(people.labelled, [True, False])
    assert people.annotations[0]["kp_quality"] == [0.5, 0.0]
    assert people.annotations[0]["source"] == "human"


def test_an_image_without_people_has_empty_arrays(content, shards, read) -> None:
    people = read(content, shards)[1].people
    assert (people.boxes.shape, people.keypoints.shape, people.visibility.shape) == ((0, 4), (0, 2, 2), (0, 2))
    assert people.labelled.tolist() == []


def test_arrays_are_read_only(content, shards, read) -> None:
    people = read(content, shards)[0].people
    with pytest.raises(ValueError, match="read-only"):
        people.keypoints[0, 0] = 0


def test_people_chosen_by_mask_and_slice(content, shards, read) -> None:
    people = read(content, shards)[0].people
    chosen = people[~people.is_crowd]
    assert len(chosen) == 1
    assert chosen.annotations == people.annotations[:1]
    np.testing.assert_array_equal(people[1:].boxes, people.boxes[1:])
    assert len(people[:0]) == 0


def test_a_slice_is_a_smaller_data_set(content, shards, read) -> None:
    data = read(content, shards)[:2]
    assert isinstance(data, CocoKeypoints)
    assert [image.image_id for image in data] == [7, 3]


def test_missing_area_and_crowd_flag(content, shards, read) -> None:
    del content["annotations"][0]["area"], content["annotations"][0]["iscrowd"]
    people = read(content, shards)[0].people
    assert people.areas[0] == pytest.approx(0.53 * 10 * 20)
    assert not people.is_crowd[0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda content: content.pop("annotations"), "is not a COCO keypoint annotation file: it has no annotations"),
        (lambda content: content.update(images={}), r"images is an object of 0 fields; it needs lists"),
        (lambda content: content["images"][1].update(id=7), r"image id twice: images\[1\]\.id is 7, a\.png's too"),
        (
            lambda content: content.update(categories=[{"id": "1", "name": "x"}]),
            r"categories\[0\]\.id is '1': it should",
        ),
        (lambda content: content.update(categories=7), "categories is 7; it should be a list"),
    ],
)
def test_a_malformed_file(content, shards, change, message, read) -> None:
    change(content)
    with pytest.raises(DataError, match=message):
        read(content, shards)


def test_no_such_file(shards, tmp_path) -> None:
    with pytest.raises(DataError, match=r"no annotation file at .*nothing\.json"):
        CocoKeypoints.read(tmp_path / "nothing.json", shards)


@pytest.mark.parametrize("text", ["", "{", "\xff\xfe", "[1, 2"])
def test_not_json(shards, text, tmp_path) -> None:
    path = tmp_path / "annotations.json"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(DataError, match="is not JSON"):
        CocoKeypoints.read(path, shards)


@pytest.mark.parametrize("text", ["[]", "3", '"COCO"', "null"])
def test_json_of_another_kind(shards, text, tmp_path) -> None:
    path = tmp_path / "annotations.json"
    path.write_text(text)
    with pytest.raises(DataError, match="not a COCO keypoint annotation file"):
        CocoKeypoints.read(path, shards)


def test_coco_val(pose_data) -> None:
    data = CocoKeypoints.read(pose_data / "coco_val" / "annotations_val.json", pose_data / "coco_val")
    assert len(data) == 128
    assert sum(image.people.labelled.sum() for image in data) == 459
    assert data[0].read().shape == (data[0].height, data[0].width, 3)


def test_the_reading_counts_the_people_of_the_images_that_are_kept(content, read) -> None:
    data = read(content, None)
    first = data[0].image_id
    kept = data.only({first}, "too dark")
    counts = kept.reading.people + kept.reading.crowds + kept.reading.unlabelled
    assert counts == len(kept[0].people) == kept.reading.areas.annotated + kept.reading.areas.missing
    assert counts + sum(part.count for part in kept.reading.left_out) == kept.reading.annotations
    assert [(part.reason, part.count) for part in kept.reading.images_left_out] == [("too dark", 2)]


def test_annotations_alone(content, read) -> None:
    data = read(content, None)
    assert len(data) == 3
    with pytest.raises(DataError, match=r"There is no image a\.png in no file"):
        data[0].read()
