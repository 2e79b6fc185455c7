"""Single annotations and images that cannot be used are left out, counted and told; the others count."""

import math

import numpy as np
import pytest

from methods.data.coco import CocoKeypoints, ReadingOptions
from methods.errors import DataError
from methods.metrics.ground_truth import GroundTruth


def first(content: dict, **fields: object) -> dict:
    content["annotations"][0] |= fields
    return content


def reasons(parts) -> dict[str, int]:
    return {part.reason: part.count for part in parts}


def test_what_was_read_is_told(content, shards, read) -> None:
    reading = read(content, shards).reading
    assert (reading.images, reading.images_used, reading.annotations) == (3, 3, 3)
    assert (reading.people, reading.crowds, reading.unlabelled) == (2, 1, 0)
    assert reading.left_out == reading.ignored == reading.images_left_out == ()
    text = " ".join(reading.sentences())
    assert "Images: 3 of 3 found." in text
    assert "2 of 3 are people who count, 1 crowds." in text
    assert "Category: person (id 1)." in text
    assert "stick, 2 keypoints, taken for those of stick, for the file names none" in text


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"image_id": "7"}, "annotations[0].image_id is '7': it should be a valid integer"),
        ({"image_id": 10**30}, "annotations[0].image_id is 1000000000000000000000000000000: it should be less than"),
        ({"image_id": None}, "annotations[0].image_id is None"),
        ({"bbox": [1, 2, math.nan, 4]}, "annotations[0].bbox[2] is nan: it should be a finite number"),
        ({"bbox": None}, "annotations[0].bbox is None: it should be a valid list"),
        ({"area": "12"}, "annotations[0].area is '12': it should be a valid number"),
        ({"iscrowd": 7}, "annotations[0].iscrowd is 7"),
        ({"iscrowd": "0"}, "annotations[0].iscrowd is '0'"),
        ({"num_keypoints": "many"}, "annotations[0].num_keypoints is 'many'"),
        ({"num_keypoints": -1}, "annotations[0].num_keypoints is -1"),
    ],
)
def test_an_annotation_with_an_odd_field(content, fields, problem, read) -> None:
    data = read(first(content, **fields), None)
    (part,) = data.reading.left_out
    assert (part.reason, part.count) == ("with a field that cannot be read", 1)
    assert part.first.startswith(problem)
    assert sum(len(image.people) for image in data) == 2
    assert data.reading.people == 1


@pytest.mark.parametrize(
    ("keypoints", "problem"),
    [
        ([3, 4, 2], "annotations[0].keypoints has 3 numbers, stick needs 6"),
        ([3, 4, 3, 0, 0, 0], "annotations[0].keypoints has the visibility flag 3, which is not 0, 1 or 2"),
        ([3, 4, -1, 0, 0, 0], "annotations[0].keypoints has the visibility flag -1"),
        ([math.nan, 4, 2, 0, 0, 0], "annotations[0].keypoints[0] is nan: it should be a finite number"),
        (["3", 4, 2, 0, 0, 0], "annotations[0].keypoints[0] is '3': it should be a valid number"),
        ("none", "annotations[0].keypoints is 'none'"),
    ],
)
def test_a_person_whose_keypoints_cannot_be_used_is_ignored(content, keypoints, problem, read) -> None:
    """As COCO ignores somebody whom nobody labelled: a detection there is neither right nor wrong."""
    data = read(first(content, keypoints=keypoints), None)
    (part,) = data.reading.ignored
    assert part.first.startswith(problem)
    people = data[0].people
    assert len(people) == 2
    assert not people.labelled.any()
    assert GroundTruth.of(data).ignored.tolist() == [False, True, True]


@pytest.mark.parametrize("keypoints", [[], None])
def test_nobody_labelled_as_cvat_writes_it(content, keypoints, read) -> None:
    data = read(first(content, keypoints=keypoints, num_keypoints=0), None)
    assert data.reading.unlabelled == 1
    assert data.reading.ignored == ()


@pytest.mark.parametrize("nowhere", [math.nan, None, 0])
def test_where_an_absent_keypoint_is_put_does_not_matter(content, nowhere, read) -> None:
    data = read(first(content, keypoints=[3, 4, 2, nowhere, nowhere, 0]), None)
    assert data.reading.people == 2
    np.testing.assert_array_equal(data[0].people.keypoints[0], [[3, 4], [0, 0]])


def test_null_num_keypoints_counts_the_flags(content, read) -> None:
    data = read(first(content, num_keypoints=None), None)
    assert GroundTruth.of(data).ignored.tolist() == [False, False, True]


@pytest.mark.parametrize("area", [0, 0.0, None, -5])
def test_an_area_of_nothing_is_that_of_a_missing_one(content, area, read) -> None:
    data = read(first(content, area=area), None)
    assert data[0].people.areas[0] == pytest.approx(0.53 * 10 * 20)
    told = {None: "1 without one"}.get(area, "1 of 0")
    assert f"2 as annotated, {told}, taken as 0.53 of the box" in str(data.reading.areas)


def test_an_annotation_of_no_image(content, read) -> None:
    data = read(first(content, image_id=99), None)
    assert reasons(data.reading.left_out) == {"of images that the file does not list": 1}
    assert "annotations[0].image_id is 99" in " ".join(data.reading.sentences())


def test_where_everybody_is_wrong_the_file_is_refused_by_entry_field_and_value(content, read) -> None:
    for annotation in content["annotations"]:
        annotation["image_id"] = "7"
    with pytest.raises(DataError, match=r"annotations\[0\]\.image_id is '7': .*nobody else can be used either"):
        read(content, None)


def test_a_file_in_which_nobody_is_labelled_says_so(content, read) -> None:
    for annotation in content["annotations"]:
        annotation["keypoints"] = [0] * 6
    assert "AP and AR are undefined" in " ".join(read(content, None).reading.sentences())


@pytest.mark.parametrize(
    ("image", "problem"),
    [
        ({"id": "7"}, "images[0].id is '7': it should be a valid integer"),
        ({"width": -3}, "images[0].width is -3: it should be greater than 0"),
        ({"file_name": None}, "images[0].file_name is None: it should be a valid string"),
    ],
)
def test_an_odd_image_is_left_out_with_its_people(content, image, problem, read) -> None:
    content["images"][0] |= image
    data = read(content, None)
    assert [one.image_id for one in data] == [3, 5]
    assert data.reading.images_left_out[0].first.startswith(problem)
    assert data.reading.people == 1


def test_an_image_without_a_size_is_read_whatever_it_has(content, shards, read) -> None:
    del content["images"][0]["width"], content["images"][0]["height"]
    data = read(content, shards)
    assert data[0].read().shape == (40, 30, 3)
    assert not np.isfinite(GroundTruth.of(data).sizes).all()


def test_missing_images_are_left_out_where_that_is_asked_for(content, shards, read) -> None:
    (shards / "images_01.tar").unlink()
    options = ReadingOptions(skip_missing=True)
    path = shards.parent / "annotations.json"
    with pytest.raises(DataError, match="2 of 3 annotated images are missing"):
        read(content, shards)
    data = CocoKeypoints.read(path, shards, None, options)
    assert [image.file_name for image in data] == ["a.png"]
    assert reasons(data.reading.images_left_out) == {"that are not there": 2}
    assert reasons(data.reading.left_out) == {"of images that are left out": 1}
    (shards / "images_00.tar").unlink()
    with pytest.raises(DataError, match="3 of 3 annotated images are missing"):
        CocoKeypoints.read(path, shards, None, options)
