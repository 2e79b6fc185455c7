"""A visitor's files of every format are told by their content, and read as the command line reads them."""

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from app.server.gate import Upload
from app.state import given_files
from app.state.given_files import sort_files
from app.state.uploads import DatasetForm, offered_categories, read_dataset
from methods.data.annotation_reading import AnnotationReading
from methods.errors import DataError
from methods.skeletons import COCO17

WIDTH, HEIGHT = 64, 48
PLACES = [(10 + k, 20 + k) for k in range(17)]
KEYPOINTS = [number for x, y in PLACES for number in (x, y, 2)]
PERSON = {"id": 1, "image_id": 7, "category_id": 1, "bbox": [10, 20, 16, 16], "area": 136.0, "keypoints": KEYPOINTS}
COCO = {
    "images": [{"id": 7, "file_name": "a.png", "width": WIDTH, "height": HEIGHT}],
    "annotations": [PERSON],
    "categories": [{"id": 1, "name": "person", "keypoints": list(COCO17.keypoints)}],
}
RESULTS = [{"image_id": 7, "category_id": 1, "keypoints": KEYPOINTS, "score": 0.5}]
SHARES = [f"{x / WIDTH} {y / HEIGHT} 2" for x, y in PLACES]
LABELS = " ".join(["0", f"{18 / WIDTH} {28 / HEIGHT} {16 / WIDTH} {16 / HEIGHT}", *SHARES])
YAML = "path: .\ntrain: images/train\nval: images/val\nkpt_shape: [17, 3]\nnames: {0: person}\n"
FOUND = {"version": 1.3, "people": [{"pose_keypoints_2d": KEYPOINTS + [0] * 3}]}
MMPOSE = [{"keypoints": [list(place) for place in PLACES], "keypoint_scores": [1.0] * 17}]


def picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (WIDTH, HEIGHT), (90, 90, 90)).save(buffer, "PNG")
    return buffer.getvalue()


Make = Callable[..., Upload]


@pytest.fixture
def upload(tmp_path: Path) -> Make:
    """An upload of that name: JSON of a value, or a zip file of several contents by name."""

    def made(name: str, content: object) -> Upload:
        path = tmp_path / name
        if name.endswith(".zip"):
            with zipfile.ZipFile(path, "w") as archive:
                for entry, each in dict(content).items():  # type: ignore[call-overload]
                    archive.writestr(entry, each if isinstance(each, bytes | str) else json.dumps(each))
        else:
            path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return Upload(path)

    return made


@pytest.fixture
def yolo(upload: Make) -> Upload:
    """A YOLO set with an image in each of two splits, the person of PERSON in that of val."""
    labels = {"set/labels/val/a.txt": LABELS, "set/labels/train/b.txt": ""}
    images = {"set/images/val/a.png": picture(), "set/images/train/b.png": picture()}
    return upload("set.zip", {"set/data.yaml": YAML, "set/labels.cache": b"\x80\x04\xff", **labels, **images})


def ap(*files: Upload, **form: object) -> dict[str, float]:
    return {name: run.ap.ap for name, run in read_dataset(DatasetForm(files, **form), {}).runs.items()}  # type: ignore[arg-type]


def test_a_yolo_set_is_read_with_its_images_and_their_split(yolo: Upload, upload: Make) -> None:
    named = [{**RESULTS[0], "image_id": "a"}]
    dataset = read_dataset(DatasetForm([yolo, upload("found.json", named)]), {})
    assert dataset.has_images
    assert dataset.data[0].read().shape == (HEIGHT, WIDTH, 3)
    assert dataset.runs["found"].ap.ap == pytest.approx(1)
    assert dataset.report[0] == "Read as an Ultralytics YOLO set, its split val."
    assert [each.name for each in offered_categories([yolo])] == ["person"]
    with pytest.raises(DataError, match=r"No detection belongs to an image of set\.zip"):
        ap(yolo, upload("found.json", named), reading=AnnotationReading(split="train"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("found.json", [{**RESULTS[0], "image_id": "a.png", "box": [10, 20, 16, 16], "idx": [0]}]),
        ("found.json", [{**RESULTS[0], "image_id": 3, "file_name": "x/a.png", "bbox": [10, 20, 16, 16]}]),
        ("found.json.gz", gzip.compress(json.dumps(RESULTS).encode())),
        ("found.zip", {"predictions/a.json": MMPOSE, "predictions/b.json": MMPOSE}),
        ("found.zip", {"labels/a.txt": f"{LABELS} 0.5\n"}),
        ("found.zip", {"deep/found.json": RESULTS, "read me.txt": "by hand"}),
    ],
    ids=["alphapose", "ultralytics", "gzip", "mmpose", "save_txt", "one file in a zip"],
)
def test_results_of_every_format_are_read(upload: Make, name: str, content: object) -> None:
    assert list(ap(upload("ground_truth.json", COCO), upload(name, content)).values()) == [pytest.approx(1)]


def test_openposes_folder_is_read(upload: Make) -> None:
    person = [0.0] * 54
    person[:3] = [*PLACES[0], 1]
    found = upload("found.zip", {"a_keypoints.json": {"version": 1.3, "people": [{"pose_keypoints_2d": person}]}})
    dataset = read_dataset(DatasetForm([upload("ground_truth.json", COCO), found]), {})
    assert any(said.startswith("found: Read as OpenPose's results") for said in dataset.report)
    assert dataset.runs["found"].detections[0]["keypoints"][:3] == [*PLACES[0], 1]


def test_images_beside_annotations_in_one_zip_file_are_theirs(upload: Make) -> None:
    """As Roboflow, CVAT and FiftyOne export COCO."""
    given = upload("set.zip", {"annotations/default.json": COCO, "images/default/a.png": picture()})
    dataset = read_dataset(DatasetForm([given, upload("found.json", RESULTS)]), {})
    assert dataset.has_images
    assert dataset.data[0].read().shape == (HEIGHT, WIDTH, 3)


def test_annotations_given_alone_count_before_those_beside_images(upload: Make) -> None:
    other = upload("photos.zip", {"annotations/default.json": {**COCO, "annotations": []}, "a.png": picture()})
    given = [upload("ground_truth.json", COCO), other, upload("found.json", RESULTS)]
    dataset = read_dataset(DatasetForm(given), {})
    assert dataset.runs["found"].ap.ap == pytest.approx(1)
    assert "photos.zip: its images are used, its annotations are not; ground_truth.json has them." in dataset.report


def test_results_of_other_keypoints_are_those_that_the_form_says(upload: Make) -> None:
    given = [upload("ground_truth.json", COCO), upload("found.json", [{**RESULTS[0], "keypoints": [1, 2, 1] * 14}])]
    with pytest.raises(DataError, match=r"have 14 keypoints, .*; say which they are\.$"):
        ap(*given)
    assert list(ap(*given, results_skeleton="CrowdPose-14")) == ["found"]


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"a.json": COCO, "b.zip": {"c.json": COCO}}, "2 were given (a.json; b.zip)."),
        (
            {"a.zip": {"images/a.png": picture(), "labels/a.txt": LABELS}},
            "0 were given (a.zip holds Ultralytics' labels",
        ),
        ({"a.zip": {"notes.md": "x"}}, "a.zip holds no image, and no annotations or results"),
        ({"a.json": b"[1,"}, "a.json is not JSON"),
        ({"a.json": {"a": 1}, "b.json": RESULTS}, "a.json is not a COCO keypoint annotation file: it has no images"),
        ({"a.zip": {"data.yaml": YAML, "labels/val/a.txt": LABELS}, "b.json": RESULTS}, "a.zip has no images at"),
        (
            {"a.json": COCO, "b.json": {"a": 1}},
            "b.json is not a COCO keypoint results file; it is an object of 1 fields",
        ),
        ({"a.json": COCO, "b.json": 3}, "b.json is not a COCO keypoint results file; it is 3"),
    ],
)
def test_what_is_refused(upload: Make, files: dict[str, object], sentence: str) -> None:
    with pytest.raises(DataError) as caught:
        ap(*(upload(name, content) for name, content in files.items()))
    assert sentence in str(caught.value)


def test_what_would_fill_the_memory_is_refused_before_a_format_is_told(yolo: Upload, upload: Make, monkeypatch) -> None:
    monkeypatch.setattr(given_files, "detect", lambda files: pytest.fail("this file was parsed"))
    monkeypatch.setattr(given_files, "DATASET_PARSED", 1000)
    with pytest.raises(DataError, match=r"a\.txt in set\.zip holds too many numbers and lists"):
        sort_files([yolo])
    monkeypatch.setattr(given_files, "DATASET_JSON", 1000)
    bomb = upload("bomb.json.gz", gzip.compress(bytes(100_000)))
    with pytest.raises(DataError, match="has more than 0 MB when unpacked"):
        sort_files([bomb])
