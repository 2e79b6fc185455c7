"""The sample scenes by name."""

import json

import numpy as np
import pytest
from PIL import Image

from methods.data.scenes import FOLDER, read_scenes
from methods.errors import DataError


@pytest.fixture
def folder(tmp_path):
    """One scene in each of four sets."""
    names = ("single", "crowd-low", "crowd-high", "quizzes")
    images = []
    for number, name in enumerate(names):
        (tmp_path / name).mkdir()
        Image.fromarray(np.zeros((8, 10, 3), np.uint8)).save(tmp_path / name / "00.jpg")
        images.append({"id": number, "file_name": f"{name}/00.jpg", "width": 10, "height": 8})
    people = [{"image_id": i, "bbox": [1, 1, 5, 5], "keypoints": [2, 2, 2] * 17} for i in range(len(names))]
    (tmp_path / "scenes.json").write_text(json.dumps({"images": images, "annotations": people}))
    return tmp_path


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("scenes", ["single", "crowd-low", "crowd-high"]),
        ("scenes/single", ["single"]),
        ("scenes/crowd", ["crowd-low", "crowd-high"]),
        ("scenes/crowd-high", ["crowd-high"]),
        ("scenes/quizzes", ["quizzes"]),
    ],
)
def test_a_name_chooses_sets(folder, name, found):
    data = read_scenes(name, folder)
    assert data.name == name
    assert [image.file_name.split("/")[0] for image in data] == found
    assert data[0].read().shape == (8, 10, 3)
    assert (data.reading.images, data.reading.annotations, data.reading.people) == (len(found),) * 3


@pytest.mark.parametrize("name", ["scenes/crow", "scenes/nothing", "images"])
def test_an_unknown_name_is_told_with_those_there_are(folder, name):
    with pytest.raises(DataError, match=f"{name}; there are scenes, scenes/crowd-high, .*scenes/single"):
        read_scenes(name, folder)


def test_missing_scenes_are_told(tmp_path):
    with pytest.raises(DataError, match="take the folder data_samples along"):
        read_scenes("scenes", tmp_path)


def test_the_project_brings_its_scenes():
    assert (FOLDER / "scenes.json").is_file()
    assert read_scenes()[0].read().ndim == 3
    assert {image.file_name.split("/")[0] for image in read_scenes("scenes/crowd")} <= {
        "crowd-low", "crowd-middle", "crowd-high",
    }  # fmt: skip
