"""A data set and results as values, from which the tests write files of every format."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from methods.data.coco import CocoKeypoints
from methods.data.coco_content import CocoContent
from methods.data.formats.image_names import ImageNames
from methods.skeletons import COCO17

SIZES = {"a.png": (640, 427), "b/c.png": (333, 500), "0007.png": (101, 77)}
KEYPOINTS = [number for k in range(17) for number in (10.5 + k, 20.25 + 2 * k, 2)]


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """A folder with the images of SIZES."""
    for name, size in SIZES.items():
        path = tmp_path / "images" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", size).save(path)
    return tmp_path / "images"


@pytest.fixture
def content() -> dict[str, Any]:
    """As a COCO file has it: two people in image 1, one in image 2, nobody in image 3; without areas."""
    images = [
        {"id": i, "file_name": name, "width": w, "height": h} for i, (name, (w, h)) in enumerate(SIZES.items(), 1)
    ]
    person = {"category_id": 1, "iscrowd": 0, "bbox": [5.3, 6.7, 60.1, 70.9], "keypoints": KEYPOINTS}
    unlabelled = person | {"keypoints": [0] * 51, "num_keypoints": 0}
    annotations = [
        each | {"id": i, "image_id": image}
        for i, (each, image) in enumerate([(person, 1), (unlabelled, 1), (person, 2)], 1)
    ]
    category = {"id": 1, "name": "person", "keypoints": list(COCO17.keypoints), "skeleton": [[16, 14]]}
    return {"images": images, "annotations": annotations, "categories": [category]}


@pytest.fixture
def make(images: Path) -> Callable[..., CocoKeypoints]:
    """The data set of such content, with images."""
    from methods.data.coco import AS_PERSON

    return lambda content: CocoKeypoints.of(CocoContent.of(content, "ground_truth.json"), [images], None, AS_PERSON)


@pytest.fixture
def data(make: Callable[..., CocoKeypoints], content: dict[str, Any]) -> CocoKeypoints:
    """The data set of `content`."""
    return make(content)


@pytest.fixture
def names(data: CocoKeypoints) -> ImageNames:
    """Its images."""
    return ImageNames(data)


@pytest.fixture
def results() -> list[dict[str, Any]]:
    """COCO keypoint results of images 1 and 2."""
    keypoints = [number for k in range(17) for number in (11.5 + k, 21.25 + 2 * k, 0.75)]
    return [
        {"image_id": i, "category_id": 1, "keypoints": keypoints, "score": 0.5 + i / 8, "bbox": [5.5, 6.5, 60.0, 70.0]}
        for i in (1, 2)
    ]


@pytest.fixture
def packed(tmp_path):
    """A zip file with these contents by name."""

    def written(**contents: bytes) -> Path:
        path = tmp_path / "given.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in contents.items():
                archive.writestr(name.replace("|", "/"), content)
        return path

    return written


@pytest.fixture
def make_set(tmp_path):
    """A set of a.png with these labels and b.png without any, as a folder with a data.yaml of these lines."""

    def made(*labels: str, yaml: str = "val: images\nkpt_shape: [17, 3]\nnames: [person]", encoding="utf-8") -> Path:
        folder = tmp_path / "set"
        for name in ("images", "labels"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        for name in ("a", "b"):
            Image.new("RGB", (200, 100)).save(folder / "images" / f"{name}.png")
        (folder / "labels" / "a.txt").write_text("\n".join(labels), encoding=encoding)
        (folder / "data.yaml").write_text(yaml)
        return folder

    return made
