"""A visitor's own data: what is read from files, and one sentence for everything that is refused."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.server.gate import Upload
from app.state import uploads
from app.state.uploads import UPLOADS, DatasetUpload
from methods.errors import DataError

KEYPOINTS = [20 + k for k in range(17) for _ in range(2)]


def read_dataset(files, folder, methods, progress):
    return uploads.read_dataset([Upload(file) for file in files], folder, methods, progress)


def silent(share: float, name: str) -> None:
    pass


@pytest.fixture
def annotations(tmp_path) -> Path:
    """One image of 64 x 48 px with one person."""
    keypoints = np.column_stack([np.array(KEYPOINTS).reshape(17, 2), np.full(17, 2)]).ravel().tolist()
    person = {"id": 1, "image_id": 7, "bbox": [10, 10, 40, 30], "area": 600.0, "iscrowd": 0, "keypoints": keypoints}
    content = {
        "images": [{"id": 7, "file_name": "a.jpg", "width": 64, "height": 48}],
        "annotations": [person],
    }
    path = tmp_path / "ground_truth.json"
    path.write_text(json.dumps(content))
    return path


def detections(score: float = 0.9) -> list[dict]:
    keypoints = np.column_stack([np.array(KEYPOINTS).reshape(17, 2), np.ones(17)]).ravel().tolist()
    return [{"image_id": 7, "category_id": 1, "keypoints": keypoints, "bbox": [10, 10, 40, 30], "score": score}]


@pytest.fixture
def results(tmp_path) -> Path:
    path = tmp_path / "somebody.json"
    path.write_text(json.dumps(detections()))
    return path


@pytest.fixture
def images(tmp_path) -> Path:
    buffer = io.BytesIO()
    Image.fromarray(np.full((48, 64, 3), 127, np.uint8)).save(buffer, "JPEG")
    path = tmp_path / "images.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("images/a.jpg", buffer.getvalue())
    return path


def test_results_alone_need_no_images(annotations, results):
    dataset = read_dataset([results, annotations], "", {}, silent)
    assert list(dataset.runs) == ["somebody"]
    assert dataset.data.name == "ground_truth.json"
    assert not dataset.has_images
    assert dataset.runs["somebody"].ap.ap == pytest.approx(1)


def test_the_methods_run_on_images_of_a_zip_file(annotations, images, fakes, monkeypatch):
    monkeypatch.setattr(uploads, "find_and_judge", lambda method, model, images, tell: tell(1, 1) or detections())
    told = []
    dataset = read_dataset([annotations, images], "", fakes, lambda share, name: told.append((share, name)))
    assert list(dataset.runs) == ["first", "second"]
    assert dataset.has_images
    assert dataset.data[0].read().shape == (48, 64, 3)
    assert told == [(0.5, "first"), (1.0, "second")]
    key = UPLOADS.put(DatasetUpload(dataset))
    assert UPLOADS.get(key).nbytes > 10_000
    UPLOADS.drop(key)


def test_what_is_refused(annotations, results, images, tmp_path, monkeypatch, fakes):
    def refused(*files: Path, folder: str = "", methods=fakes) -> str:
        with pytest.raises(DataError) as error:
            read_dataset(files, folder, methods, silent)
        assert str(tmp_path) not in str(error.value)
        return str(error.value)

    assert "0 were given" in refused(results)
    second = tmp_path / "second.json"
    second.write_bytes(annotations.read_bytes())
    assert "2 were given" in refused(annotations, second)
    assert refused(annotations, annotations).startswith("Give images")  # the same file twice is one
    assert refused(annotations).startswith("Give images")
    assert refused(annotations, images, methods={}).startswith("Give images")
    broken = tmp_path / "broken.json"
    broken.write_text("[{")
    assert refused(annotations, broken).startswith("broken.json is not JSON")
    broken.write_text('{"images": 3}')
    assert refused(broken, results).startswith("broken.json is not a COCO keypoint annotation file")
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("b.jpg", b"")
    assert "the first is a.jpg" in refused(annotations, other)
    other.write_bytes(b"no zip")
    assert refused(annotations, other).startswith("other.zip is not a readable zip file")
    content = json.loads(annotations.read_text())
    content["annotations"][0]["keypoints"] = content["annotations"][0]["keypoints"][: 14 * 3]
    broken.write_text(json.dumps(content))
    assert refused(broken, images) == "The methods here find 17 keypoints, broken.json has 14; give results."
    monkeypatch.setattr(uploads, "RUN_IMAGES", 0)
    assert refused(annotations, images) == "The annotations are about 1 images; the methods run on 0 at most."
    monkeypatch.setattr(uploads, "DATASET_PAIRS", 0)
    assert refused(annotations, results).startswith("somebody would be compared with too many people")
    monkeypatch.setattr(uploads, "DATASET_RESULTS", 0)
    assert refused(annotations, results).startswith("The results files name more than 0 people")
    monkeypatch.setattr(uploads, "DATASET_JSON", 5)
    assert refused(annotations, results).startswith("The .json files have 0 MB together; give at most 0 MB")


def test_a_folder_only_where_the_page_is_local(annotations, images, tmp_path, monkeypatch, results):
    with zipfile.ZipFile(images) as archive:
        archive.extractall(tmp_path)
    monkeypatch.setattr(uploads, "LOCAL", True)
    dataset = read_dataset([annotations, results], f" {tmp_path / 'images'} ", {}, silent)
    assert dataset.has_images
    monkeypatch.setattr(uploads, "LOCAL", False)
    with pytest.raises(DataError, match="only where the workbench runs on your own machine"):
        read_dataset([annotations, results], str(tmp_path / "images"), {}, silent)
