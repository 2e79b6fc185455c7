"""Ultralytics' results: predictions.json of `val`, and text files of `save_txt`."""

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from methods.data.categories import Category
from methods.data.formats import alphapose, read_results, ultralytics_json, ultralytics_txt
from methods.data.formats.image_names import ImageNames
from methods.errors import DataError

LINE = " ".join(["0 0.5 0.5 0.25 0.5", *["0.5 0.25 0.9"] * 17, "0.75"])
SHARE = st.floats(0, 1, allow_subnormal=False).map(lambda share: share if share > 1e-9 else 0.0)


@pytest.fixture
def labels(tmp_path):
    """A folder with text files of lines, by the images' names."""

    def written(**files):
        folder = tmp_path / "labels"
        folder.mkdir(exist_ok=True)
        for name, lines in files.items():
            (folder / f"{name}.txt").write_text(lines)
        return folder

    return written


def test_predictions_json_as_it_was_written(results, data, names, tmp_path) -> None:
    path = tmp_path / "predictions.json"
    results[1]["image_id"] = 3
    ultralytics_json.FORMAT.write(results, names, path)
    assert [each["image_id"] for each in json.loads(path.read_text())] == ["a", 7]
    found = read_results(path, data)
    assert found.format == "ultralytics-json"
    named = [each | {"file_name": name} for each, name in zip(results, ("a.png", "0007.png"), strict=True)]
    assert found.found == named


def test_predictions_json_of_stems_alone(results, data, tmp_path) -> None:
    path = tmp_path / "predictions.json"
    path.write_text(json.dumps([each | {"image_id": name} for each, name in zip(results, ("a", "c"), strict=True)]))
    assert read_results(path, data).found == results


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=30)
@given(st.lists(st.tuples(SHARE, SHARE, SHARE), min_size=17, max_size=17), SHARE, st.tuples(SHARE, SHARE, SHARE, SHARE))
def test_labels_as_they_were_written(tmp_path, data, names, triples, score, box) -> None:
    keypoints = [number for x, y, one in triples for number in (x * 640, y * 427, one)]
    result = {"image_id": 1, "category_id": 0, "keypoints": keypoints, "score": score}
    result["bbox"] = [box[0] * 640, box[1] * 427, box[2] * 640, box[3] * 427]
    ultralytics_txt.FORMAT.write([result], names, tmp_path / "txt")
    found = read_results(tmp_path / "txt", data)
    assert (found.format, found.found) == ("ultralytics-txt", [result | {"image_id": 1}])


def test_labels_are_in_pixels_of_their_image(labels, data) -> None:
    found = read_results(labels(a=LINE, c=f"{LINE}\n\n{LINE}\n"), data)
    assert [each["image_id"] for each in found.found] == [1, 2, 2]
    assert found.found[1]["keypoints"][:3] == [166.5, 125, 0.9]
    assert found.found[1]["bbox"] == [0.375 * 333, 0.25 * 500, 0.25 * 333, 250]
    assert found.found[1]["score"] == 0.75


@pytest.mark.parametrize("further", ["0.75", "0.75 12"])
@pytest.mark.parametrize("point", ["0.5 0.25", "0.5 0.25 0.9"])
def test_columns_are_told_by_their_number(labels, data, further, point) -> None:
    (one,) = read_results(labels(a=" ".join(["0 0.5 0.5 0.25 0.5", *[point] * 17, further])), data).found
    assert one["score"] == 0.75
    assert one["keypoints"][:3] == [320, 106.75, 0.9 if point.endswith("9") else 0.75]


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (LINE.replace("0.9", "nan", 1), "a.txt, line 2: number 8 is 'nan'"),
        (LINE + " 1 2", "a.txt, line 2: it has 59 numbers, most have 57"),
    ],
)
def test_a_line_that_cannot_be_used_is_left_out_and_told(labels, data, lines, problem) -> None:
    found = read_results(labels(a=f"{LINE}\n{lines}\n{LINE}"), data)
    assert len(found.found) == 2
    assert found.left_out[0].first == problem


def test_labels_of_other_images_are_left_out_and_told(labels, data) -> None:
    found = read_results(labels(a=LINE, z=LINE), data)
    assert len(found.found) == 1
    assert str(found.left_out[0]) == "1 of images that are not in the data set (z.txt, line 1.image_id is 'z')"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (LINE.removesuffix(" 0.75"), "has no confidence of the people, .*predict again with save_conf=True"),
        (LINE.removesuffix("0.75") + "12", "has no confidence of the people"),
        (" ".join(["0"] * 30), "has lines of 30 numbers; 17 keypoints .* are 57"),
    ],
)
def test_labels_that_are_refused(labels, data, line, message) -> None:
    with pytest.raises(DataError, match=message):
        read_results(labels(a=line), data)


def test_labels_need_the_sizes_of_images_and_one_category(labels, data) -> None:
    with pytest.raises(DataError, match="has shares of the images' sizes; give the annotations of the images too"):
        read_results(labels(a=LINE), None)
    several = replace(data, category=Category(1, "cat", others=frozenset({2})))
    with pytest.raises(DataError, match="numbers classes from 0, which says nothing about"):
        read_results(labels(a=LINE), several)


def test_results_without_a_box_are_no_labels(results, names, tmp_path) -> None:
    with pytest.raises(DataError, match=r"A detection in a\.png has no bbox"):
        ultralytics_txt.FORMAT.write([results[0] | {"bbox": None}], names, tmp_path / "txt")


@pytest.mark.parametrize("format_", [ultralytics_txt.FORMAT, ultralytics_json.FORMAT, alphapose.FORMAT])
def test_images_that_names_do_not_tell_apart_are_refused(make, content, results, tmp_path, format_) -> None:
    Image.new("RGB", (9, 9)).save(tmp_path / "images" / "c.png")
    content["images"].append({"id": 4, "file_name": "c.png", "width": 9, "height": 9})
    with pytest.raises(DataError, match=r"has the images b/c\.png and c\.png, which this format cannot tell apart"):
        format_.write(results, ImageNames(make(content)), tmp_path / "out")
    assert not (tmp_path / "out").exists()
