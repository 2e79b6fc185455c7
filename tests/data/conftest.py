"""A small data set of a two-keypoint skeleton, as files, for the readers' tests."""

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from methods.data.coco import CocoKeypoints
from methods.skeletons import Skeleton

STICK = Skeleton("stick", ("top", "bottom"), pairs=(), limbs=((0, 1),), sigmas=(0.1, 0.1))
SIZES = {"a.png": (30, 40), "b.png": (30, 40), "c.png": (50, 20)}


@pytest.fixture
def pixels() -> Callable[[int, int, int], np.ndarray]:
    """The image of that seed, width and height."""
    return _pixels


@pytest.fixture
def images() -> dict[str, bytes]:
    """Three images: a.png and b.png of 30 x 40 px, c.png of 50 x 20 px; their seeds are 0, 1 and 2."""
    return {name: _png(_pixels(i, *size)) for i, (name, size) in enumerate(SIZES.items())}


@pytest.fixture
def content() -> dict:
    """Image 7 has a person and a crowd, image 3 nobody, image 5 one person."""
    images = [
        {"id": i, "file_name": name, "width": w, "height": h}
        for i, (name, (w, h)) in zip((7, 3, 5), SIZES.items(), strict=True)
    ]
    crowd = _person(7, bbox=[0, 0, 30, 5], iscrowd=1, keypoints=[0] * 6)
    first = _person(7, kp_quality=[0.5, 0.0], quality=0.9, source="human")
    return {"images": images, "annotations": [first, _person(5, keypoints=[1, 2, 1, 5, 6, 2]), crowd]}


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., CocoKeypoints]:
    """Writes the content of an annotation file and reads it; with images or without, by default of the two
    keypoints."""

    def written_and_read(content: dict, images: object, skeleton: Skeleton | None = STICK) -> CocoKeypoints:
        path = tmp_path / "annotations.json"
        path.write_text(json.dumps(content))
        return CocoKeypoints.read(path, images, skeleton)

    return written_and_read


@pytest.fixture
def write_tar() -> Callable[..., Path]:
    """Writes images into a tar file, under a prefix."""

    def written(path: Path, images: dict[str, bytes], prefix: str = "images/", mode: str = "w") -> Path:
        with tarfile.open(path, mode) as tar:
            for name, content in images.items():
                info = tarfile.TarInfo(prefix + name)
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))
        return path

    return written


@pytest.fixture
def shards(tmp_path: Path, images: dict[str, bytes], write_tar: Callable[..., Path]) -> Path:
    """A folder with a.png in one tar file and the others in a second."""
    folder = tmp_path / "shards"
    folder.mkdir()
    write_tar(folder / "images_00.tar", {"a.png": images["a.png"]})
    write_tar(folder / "images_01.tar", {name: images[name] for name in ("b.png", "c.png")})
    return folder


def _person(image_id: int, **fields: object) -> dict:
    """An annotation of the two-keypoint skeleton: top visible at 3, 4, bottom absent."""
    keypoints = [3.0, 4.0, 2, 0.0, 0.0, 0]
    return {"image_id": image_id, "bbox": [1, 2, 10, 20], "area": 150.5, "iscrowd": 0, "keypoints": keypoints} | fields


def _pixels(seed: int, width: int, height: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def _png(image: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG")
    return buffer.getvalue()
