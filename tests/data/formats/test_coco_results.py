"""COCO keypoint results: what is read, what is left out and told, what is refused."""

import json

import pytest

from methods.data.formats import read_results
from methods.data.formats.coco_results import FORMAT
from methods.data.formats.files import Files
from methods.errors import DataError


def files(value):
    return Files.of_bytes("found.json", value if isinstance(value, bytes) else json.dumps(value).encode())


def test_what_was_written_is_read(tmp_path, results, data, names) -> None:
    path = tmp_path / "found.json"
    assert FORMAT.write(results, names, path) == []
    found = read_results(path, data)
    assert found.found == results
    assert (found.format, found.total, found.sentences()) == ("coco-results", 2, [])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"[1, 2", "is not JSON"),
        (b"{}", "not a COCO keypoint results file"),
        (b'[{"image_id": 1}]', r"results\[0\] has no keypoints; each detection needs image_id, keypoints"),
        (b'[{"image_id": 1, "score": 0.5, "keypoints": ["a"]}]', r"results\[0\]\.keypoints\[0\] is 'a': it should be"),
        (b'[{"image_id": "", "score": 0.5, "keypoints": []}]', r"results\[0\]\.image_id\S* is '': it should"),
        (b'[{"image_id": null, "score": 0.5, "keypoints": []}]', r"results\[0\]\.image_id\S* is None: it should be"),
        (
            b'[{"image_id": 1, "score": 0.5, "keypoints": [], "bbox": [1, 2, 3]}]',
            r"results\[0\]\.bbox\S* is \[1, 2, 3\]",
        ),
        (b"[1]", r"results\[0\] is 1"),
    ],
)
def test_what_is_no_results_file(text, message) -> None:
    with pytest.raises(DataError, match=message):
        read_results(files(text), None)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"score": "high"}, "results[0].score is 'high': it should be a valid number"),
        ({"keypoints": None}, "results[0].keypoints is None"),
        ({"image_id": 10**30}, "results[0].image_id"),
        ({"keypoints": [1, 2, 3]}, "results[0].keypoints has 3 numbers, most have 51"),
        ({"image_id": "z.png"}, "results[0].image_id is 'z.png'"),
        ({"file_name": "other/a.png"}, ""),
    ],
)
def test_a_detection_that_cannot_be_used_is_left_out_and_told(results, data, fields, problem) -> None:
    found = read_results(files([results[0] | fields, *results]), data)
    if not problem:
        assert len(found.found) == 3  # a.png, whatever its folder is called
        return
    assert found.found == results
    (part,) = found.left_out
    assert part.first.startswith(problem)
    assert "2 of 3 results can be used; left out: 1 " in " ".join(found.sentences())


def test_a_name_says_more_than_a_number(results, data) -> None:
    """Ids of whoever wrote the results count their images; the names are the data set's."""
    swapped = [result | {"file_name": name} for result, name in zip(results, ("c.png", "images/a.png"), strict=True)]
    assert [each["image_id"] for each in read_results(files(swapped), data).found] == [2, 1]


def test_rows_of_keypoints(results, data) -> None:
    rows = [each | {"keypoints": [each["keypoints"][k : k + 3] for k in range(0, 51, 3)]} for each in results]
    assert read_results(files(rows), data).found == results


def test_names_of_other_images_alone_are_refused(results, data) -> None:
    strangers = [each | {"image_id": f"x{i}.png", "box": [1, 2, 3, 4]} for i, each in enumerate(results)]
    with pytest.raises(DataError, match=r"No detection belongs to an image of .*: results\[0\]\.image_id is 'x0\.png'"):
        read_results(files(strangers), data)


def test_annotations_are_no_results(content, data) -> None:
    with pytest.raises(DataError, match=r"found\.json holds COCO keypoint annotations, no results"):
        read_results(files(content), data)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"keypoints": [0.25, 0.5, 0.9] * 17}, "has keypoints from 0 to 1, which are shares of the image's size"),
        ({"keypoints": [5, 6] * 17}, "has 34 keypoint numbers a person; give three for each keypoint"),
        ({"image_id": "1"}, r"image_id is '1', a text, which no image is called; an id is a number, without quotes"),
    ],
)
def test_what_cannot_be_meant_so_is_refused(results, data, fields, message) -> None:
    with pytest.raises(DataError, match=message):
        read_results(files([each | fields for each in results]), data)
