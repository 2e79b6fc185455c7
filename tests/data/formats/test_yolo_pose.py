"""Ultralytics' sets of keypoints: the same people as COCO's form, odd lines left out and told, sets refused truly."""

import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from methods.data.coco import AS_PERSON, CocoKeypoints
from methods.data.coco_content import CocoContent
from methods.data.formats import read_annotations
from methods.data.formats.yolo_pose import FORMAT, label_file
from methods.errors import DataError
from methods.metrics.ap import keypoint_ap
from methods.skeletons import COCO17, CROWDPOSE14

LINE = " ".join(["0 0.5 0.5 0.2 0.4", *["0.5 0.5 2"] * 17])


def raw(data: CocoKeypoints) -> list[list[tuple]]:
    return [[(one["bbox"], one["keypoints"]) for one in image.people.annotations] for image in data]


def by_name(data: CocoKeypoints) -> CocoKeypoints:
    return CocoKeypoints(data.name, tuple(sorted(data.images, key=lambda image: image.file_name)))


def test_a_set_is_read_as_its_coco_form(data, results, tmp_path) -> None:
    assert FORMAT.write(data, tmp_path / "set") == []
    found = read_annotations(tmp_path / "set")
    assert [image.file_name for image in found] == ["images/0007.png", "images/a.png", "images/b/c.png"]
    assert [image.image_id for image in found] == [7, 8, 9]
    assert raw(found) == raw(by_name(data))
    assert found.skeleton == COCO17
    assert found.images[1].read().shape == (427, 640, 3)
    said = " ".join(found.reading.sentences())
    assert (
        "Read as an Ultralytics YOLO set, its split val. 1 of 3 images have no label file: nobody is in them." in said
    )
    assert "Annotations: 2 of 3 are people who count, 1 without a labelled keypoint." in said


PIXELS = st.floats(0, 1, allow_subnormal=False).map(lambda share: share if share > 1e-9 else 0.0)


@st.composite
def people(draw: st.DrawFn) -> list[dict]:
    """Annotations and a detection of each, in images 1 and 2 of 640 x 427 and 333 x 500 px."""
    found = []
    for number in range(draw(st.integers(1, 4))):
        image = draw(st.integers(1, 2))
        width, height = ((640, 427), (333, 500))[image - 1]
        points = draw(st.lists(st.tuples(PIXELS, PIXELS, st.integers(0, 2)), min_size=17, max_size=17))
        keypoints = [n for x, y, v in points for n in ((x * width, y * height, v) if v else (0, 0, 0))]
        left, top, wide, high = (draw(PIXELS) for _ in range(4))
        box = [left * width, top * height, wide * (1 - left) * width, high * (1 - top) * height]
        shift = draw(st.floats(0, 30))
        detection = [n + shift if k % 3 < 2 else n for k, n in enumerate(keypoints)]
        score = draw(st.floats(0, 1))
        found.append((image, {"id": number, "bbox": box, "keypoints": keypoints}, detection, score))
    return found


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(people())
def test_both_forms_give_the_same_ap_to_the_last_digit(tmp_path, content, images, everybody) -> None:
    annotations = [each | {"image_id": image, "category_id": 1} for image, each, _, _ in everybody]
    names = [each["file_name"] for each in content["images"]]
    coco = CocoKeypoints.of(
        CocoContent.of(content | {"annotations": annotations}, "ground_truth.json"), [images], None, AS_PERSON
    )
    shutil.rmtree(tmp_path / "set", ignore_errors=True)
    FORMAT.write(coco, tmp_path / "set")
    yolo = read_annotations(tmp_path / "set" / "data.yaml")
    assert raw(yolo) == raw(by_name(coco))
    ids = {image.file_name.removeprefix("images/"): image.image_id for image in yolo}
    found = [{"image_id": i, "keypoints": keypoints, "score": score} for i, _, keypoints, score in everybody]
    theirs = [each | {"image_id": ids[names[each["image_id"] - 1]]} for each in found]
    np.testing.assert_equal(keypoint_ap(yolo, theirs).model_dump(), keypoint_ap(coco, found).model_dump())


def test_what_the_format_cannot_hold_is_told(make, content, tmp_path) -> None:
    person = content["annotations"][0]
    crowd = person | {"iscrowd": 1}
    far = person | {"bbox": [-90, 10, 120, 30], "keypoints": [9999, 5, 2, *person["keypoints"][3:]], "area": 700}
    (said,) = FORMAT.write(make(content | {"annotations": [crowd, far]}), tmp_path / "set")
    assert "1 crowds are left out" in said
    assert "1 areas are left out, that of a person is taken from the box" in said
    assert "1 boxes are cut off at the edges of their image" in said
    assert "1 keypoints outside their image are left out" in said
    (one,) = read_annotations(tmp_path / "set").images[1].people.annotations
    assert one["bbox"] == [0, 10, 30, 30]
    assert one["keypoints"][:6] == [0, 0, 0, *person["keypoints"][3:6]]


def test_annotations_that_cannot_be_shares(make, content, tmp_path) -> None:
    without_size = json.loads(json.dumps(content))
    del without_size["images"][0]["width"]
    with pytest.raises(DataError, match=r"do not say the size of a\.png"):
        FORMAT.write(make(without_size), tmp_path / "set")
    content["images"][0]["width"] = 641
    with pytest.raises(DataError, match=r"a\.png is 640 x 427 px upright, but annotated as 641 x 427"):
        FORMAT.write(make(content), tmp_path / "other")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("0 0.5 0.5 0.2 0.4", "it has 5 numbers, kpt_shape [17, 3] needs 56"),
        (LINE.replace("0.2", "wide"), "number 4 is 'wide', which is none"),
        (LINE.replace("0.2", "nan"), "number 4 is 'nan', which is none"),
        ("3" + LINE[1:], "the class is 3, which data.yaml does not name"),
        ("0.5" + LINE[1:], "the class is 0.5, which data.yaml does not name"),
        (LINE.replace("0.5 0.5 2", "320 240 2", 1), "it has 320, where shares of the image's size are needed"),
        (LINE.replace("0.2", "-0.2"), "it has -0.2, where shares"),
        (LINE.replace("0.5 0.5 0.2", "1.2 0.5 0.2"), "it has 1.2, where shares"),
    ],
)
def test_a_line_that_cannot_be_used_is_left_out_and_told(make_set, line, problem) -> None:
    data = read_annotations(make_set(LINE, line, "", LINE))
    assert data.reading.people == 2
    (part,) = data.reading.left_out
    assert (part.reason, part.count) == ("that cannot be read", 1)
    assert part.first.startswith(f"labels/a.txt, line 2: {problem}")
    assert data.reading.annotations == 3


def test_where_no_line_can_be_used_the_set_is_refused(make_set) -> None:
    with pytest.raises(DataError, match=r"labels/a\.txt, line 1: it has 4 numbers, .*; nobody else can be used either"):
        read_annotations(make_set("0 1 2 3"))


def test_an_odd_flag_makes_a_person_without_labels(make_set) -> None:
    data = read_annotations(make_set(LINE, LINE.replace("0.5 0.5 2", "0.5 0.5 7", 1)))
    assert "labels/a.txt, line 2.keypoints has the visibility flag 7" in data.reading.ignored[0].first


def test_keypoints_of_two_numbers(make_set) -> None:
    """Zeros, and what is negative, are not labelled."""
    points = ["0.5 0.25", "0 0", "-1 -1", *["0.1 0.1"] * 14]
    folder = make_set(
        "0 0.5 0.5 0.2 0.4 " + " ".join(points), yaml="val: images\nkpt_shape: [17, 2]\nnames: {0: person}"
    )
    (person,) = read_annotations(folder).images[0].people.annotations
    assert person["keypoints"][:9] == [100, 25, 2, 0, 0, 0, 0, 0, 0]


def test_labels_without_an_image_and_images_that_are_none(make_set) -> None:
    folder = make_set(LINE)
    (folder / "labels" / "gone.txt").write_text(LINE)
    (folder / "images" / "b.png").write_bytes(b"no image")
    data = read_annotations(folder)
    assert "1 label files have no image and are left out (the first: labels/gone.txt)." in data.reading.notes
    assert "b.png is not a JPEG" in data.reading.images_left_out[0].first


def test_a_zip_file_and_a_mark_in_front(make_set, tmp_path) -> None:
    folder = make_set(LINE, encoding="utf-8-sig")
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        for path in folder.rglob("*.*"):
            archive.write(path, Path("mine") / path.relative_to(folder))
    data = read_annotations(tmp_path / "set.zip")
    assert data.reading.people == 1
    assert data.images[0].file_name == "mine/images/a.png"
    assert data.images[0].read().shape == (100, 200, 3)


def test_a_turned_image_has_the_size_that_is_seen(make_set) -> None:
    folder = make_set(LINE)
    exif = Image.Exif()
    exif[274] = 6
    Image.new("RGB", (200, 100)).save(folder / "images" / "a.png", exif=exif)
    image = read_annotations(folder).images[0]
    assert (image.width, image.height) == (100, 200)
    assert image.people.boxes.tolist() == [[40, 60, 60, 140]]


def test_other_skeletons_and_names(content, make, tmp_path) -> None:
    names = list(CROWDPOSE14.keypoints)
    annotations = [each | {"keypoints": each["keypoints"][:42]} for each in content["annotations"]]
    content = content | {"annotations": annotations, "categories": [{"id": 3, "name": "Läufer", "keypoints": names}]}
    FORMAT.write(make(content), tmp_path / "set")
    found = read_annotations(tmp_path / "set")
    assert (found.skeleton, found.category.name) == (CROWDPOSE14, "Läufer")


@pytest.mark.parametrize(
    ("image", "labels"),
    [
        ("images/val/1.jpg", "labels/val/1.txt"),
        ("set/images/images/1.b.jpg", "set/images/labels/1.b.txt"),
        ("valid/1.jpg", "valid/1.txt"),
        ("my_images/1.jpg", "my_images/1.txt"),
    ],
)
def test_where_the_labels_of_an_image_lie(image, labels) -> None:
    assert label_file(image) == labels
