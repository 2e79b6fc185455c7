"""COCO's annotations written and read again, from folders and zip files too."""

import io
import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from methods.data.coco import AS_PERSON, CocoKeypoints, ReadingOptions
from methods.data.coco_content import CocoContent
from methods.data.formats import read_annotations, read_categories
from methods.data.formats.coco import FORMAT
from methods.data.formats.files import Files
from methods.errors import DataError
from methods.skeletons import COCO17

NUMBER = st.floats(-1e4, 1e4, allow_subnormal=False)
TRIPLE = st.tuples(NUMBER, NUMBER, st.integers(0, 2)).map(lambda one: one if one[2] else (0, 0, 0))


@given(
    st.lists(TRIPLE, min_size=17, max_size=17),
    st.lists(NUMBER, min_size=4, max_size=4),
    st.none() | st.floats(0, 1e6),
    st.booleans(),
)
def test_what_was_written_is_read(tmp_path_factory, keypoints, box, area, crowd) -> None:
    path = tmp_path_factory.getbasetemp() / "written.json"
    person = {"image_id": 3, "bbox": box, "area": area, "iscrowd": int(crowd)}
    person |= {"keypoints": [number for each in [(5, 5, 2), *keypoints[1:]] for number in each]}  # pixels
    content = {"images": [{"id": 3, "file_name": "ä.png", "width": 9, "height": 8}], "annotations": [person]}
    data = CocoKeypoints.of(CocoContent.of(content, "given"), None, None, AS_PERSON)
    assert FORMAT.write(data, path) == []
    found = read_annotations(path, with_images=False)
    (one,) = found.images[0].people.annotations
    assert {key: one[key] for key in ("bbox", "keypoints", "iscrowd")} == {
        key: person[key] for key in ("bbox", "keypoints", "iscrowd")
    }
    assert one.get("area") == area
    assert (found.skeleton, found.images[0].file_name, found.category.name) == (COCO17, "ä.png", "person")


def test_a_folder_or_zip_file_with_its_images(data, images, tmp_path) -> None:
    """As CVAT lays them out: images/ beside annotations/."""
    FORMAT.write(data, images / "annotations.json")
    assert read_annotations(images).images[1].read().shape == (500, 333, 3)
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for path in images.rglob("*.*"):
            archive.write(path, "set/" + path.relative_to(images).as_posix())
    found = read_annotations(tmp_path / "all.zip")
    assert found.images[1].read().shape == (500, 333, 3)
    assert found.name.endswith("/all.zip")
    assert read_annotations(tmp_path / "all.zip", with_images=False).reading.searched is False


def test_of_several_splits_one_is_read_with_the_images_beside_it(packed, content) -> None:
    """As Roboflow exports COCO, and COCO itself has its annotations; images of two splits may have one name."""
    buffers = {name: io.BytesIO() for name in ("train", "valid")}
    for width, buffer in enumerate(buffers.values(), 5):
        Image.new("RGB", (width, 5)).save(buffer, "PNG")
    one = {**content, "images": [{"id": 1, "file_name": "a.png"}]}
    files = {f"{name}|_annotations.coco.json": json.dumps(one).encode() for name in buffers}
    files |= {f"{name}|a.png": buffer.getvalue() for name, buffer in buffers.items()}
    path = packed(**files)
    found = read_annotations(path)
    assert found.images[0].read().shape == (5, 6, 3)
    assert found.reading.notes == ("Read as COCO annotations, their split val, of val, train.",)
    assert read_annotations(path, options=ReadingOptions(split="train")).images[0].read().shape == (5, 5, 3)
    with pytest.raises(DataError, match="without a split 'test'; it has val, train"):
        read_annotations(path, options=ReadingOptions(split="test"))
    official = {f"person_keypoints_{name}2017.json": json.dumps(content).encode() for name in ("train", "val")}
    path = packed(**official, **{"captions_val2017.json": b"{}", "instances_val2017.json": b"{}"})
    assert len(read_annotations(path, with_images=False)) == 3


def test_shares_of_the_images_size_are_no_pixels(content) -> None:
    for annotation in content["annotations"]:
        annotation["keypoints"] = [
            number / 640 if i % 3 < 2 else number for i, number in enumerate(annotation["keypoints"])
        ]
    with pytest.raises(DataError, match=r"has keypoints from 0 to 1, which are shares of the image's size; write them"):
        read_annotations(Files.of_bytes("a.json", json.dumps(content).encode()))


def test_each_category(data, content, tmp_path) -> None:
    FORMAT.write(data, tmp_path / "one.json")
    assert list(read_categories(tmp_path / "one.json")) == ["person"]


def test_what_is_refused(data, images, results, tmp_path) -> None:
    FORMAT.write(data, tmp_path / "one.json")
    with pytest.raises(DataError, match=r"one\.json is .*, which has no splits; choose none"):
        read_annotations(tmp_path / "one.json", options=ReadingOptions(split="val"))
    with pytest.raises(DataError, match=r"There is no file or folder at .*nowhere"):
        read_annotations(tmp_path / "nowhere")
    with pytest.raises(DataError, match=r"images holds is none of the annotations that are known here: COCO keypoint"):
        read_annotations(images)
