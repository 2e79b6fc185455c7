"""A visitor's own data: what is read from files, and one sentence for everything that is refused."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.server.gate import Upload
from app.state import given_files, uploads
from app.state.uploads import UPLOADS, DatasetForm, DatasetUpload, offered_categories
from methods.data.annotation_reading import AnnotationReading
from methods.errors import DataError, SettingsError
from methods.skeletons import COCO17, CROWDPOSE14

KEYPOINTS = [20 + k for k in range(17) for _ in range(2)]


def read_dataset(*files, methods=None, progress=lambda share, name: None, **form):
    return uploads.read_dataset(DatasetForm([Upload(file) for file in files], **form), methods or {}, progress)


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
    dataset = read_dataset(results, annotations)
    assert list(dataset.runs) == ["somebody"]
    assert dataset.data.name == "ground_truth.json"
    assert not dataset.has_images
    assert dataset.runs["somebody"].ap.ap == pytest.approx(1)


def test_the_methods_run_on_images_of_a_zip_file(annotations, images, fakes, monkeypatch):
    monkeypatch.setattr(uploads, "find_and_judge", lambda method, model, images, tell: tell(1, 1) or detections())
    told = []
    dataset = read_dataset(annotations, images, methods=fakes, progress=lambda share, name: told.append((share, name)))
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
            read_dataset(*files, methods=methods, folder=folder)
        assert str(tmp_path) not in str(error.value)
        return str(error.value)

    assert "0 were given" in refused(results)
    second = tmp_path / "second.json"
    second.write_bytes(annotations.read_bytes())
    assert "2 were given" in refused(annotations, second)
    assert refused(annotations, annotations).startswith("Give images")  # the same file twice is one
    assert refused(annotations).startswith("Give images")
    assert refused(annotations, images, methods={}) == "Tick at least one method."
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
    assert "has no keypoint that COCO-17 has, by name" in refused(broken, images)
    monkeypatch.setattr(uploads, "RUN_IMAGES", 0)
    assert refused(annotations, images) == "The annotations are about 1 images; the methods run on 0 at most."
    monkeypatch.setattr(uploads, "DATASET_PAIRS", 0)
    assert refused(annotations, results).startswith("somebody would be compared with too many people")
    monkeypatch.setattr(uploads, "DATASET_RESULTS", 0)
    assert refused(annotations, results).startswith("The results files name more than 0 people")
    monkeypatch.setattr(given_files, "DATASET_JSON", 5)
    assert refused(annotations, results).startswith(
        "The files have 0 MB together, images left aside; give at most 0 MB"
    )


def test_a_folder_only_where_the_page_is_local(annotations, images, tmp_path, monkeypatch, results):
    with zipfile.ZipFile(images) as archive:
        archive.extractall(tmp_path)
    monkeypatch.setattr(uploads, "LOCAL", True)
    dataset = read_dataset(annotations, results, folder=f" {tmp_path / 'images'} ")
    assert dataset.has_images
    monkeypatch.setattr(uploads, "LOCAL", False)
    with pytest.raises(DataError, match="only where the workbench runs on your own machine"):
        read_dataset(annotations, results, folder=str(tmp_path / "images"))


def with_image(annotations: Path, name: str) -> None:
    """One more image that is listed, with nobody in it."""
    content = json.loads(annotations.read_text())
    content["images"].append({"id": 8, "file_name": name, "width": 64, "height": 48})
    annotations.write_text(json.dumps(content))


def test_images_that_are_missing_or_damaged_are_left_out_and_told(annotations, images, fakes, monkeypatch):
    monkeypatch.setattr(uploads, "find_and_judge", lambda method, model, images, tell: detections())
    with_image(annotations, "b.jpg")
    dataset = read_dataset(annotations, images, methods=fakes)
    assert "Images: 1 of 2 found; left out: 1 that are not there (b.jpg)." in dataset.report
    with zipfile.ZipFile(images, "a") as archive:
        archive.writestr("images/b.jpg", b"no picture")
    dataset = read_dataset(annotations, images, methods=fakes)
    assert "Images: 1 of 2 found; left out: 1 that cannot be read (b.jpg)." in dataset.report
    assert [image.file_name for image in dataset.data] == ["a.jpg"]


def test_the_methods_run_beside_results_or_it_is_told_why_not(annotations, results, images, fakes, monkeypatch):
    monkeypatch.setattr(uploads, "find_and_judge", lambda method, model, images, tell: detections())
    given_all = (annotations, results, images)
    assert list(read_dataset(*given_all, methods=fakes).runs) == ["somebody", "first", "second"]
    without = read_dataset(*given_all, methods=fakes, run=False)
    assert list(without.runs) == ["somebody"]
    assert without.report[-1].startswith("The methods ticked in Compare did not run on the images: Only the results")
    monkeypatch.setattr(uploads, "RUN_IMAGES", 0)
    told = read_dataset(*given_all, methods=fakes).report[-1]
    assert told.endswith("The annotations are about 1 images; the methods run on 0 at most.")


def test_results_with_other_keypoints_are_compared_on_those_that_both_have(annotations, results, images, fakes):
    content = json.loads(annotations.read_text())
    names = list(CROWDPOSE14.keypoints)
    content["categories"] = [{"id": 1, "name": "person", "keypoints": names}]
    person = content["annotations"][0]
    place = [COCO17.keypoints.index(name) if name in COCO17.keypoints else 0 for name in names]
    person["keypoints"] = [person["keypoints"][3 * k + i] for k in place for i in range(3)]
    annotations.write_text(json.dumps(content))
    dataset = read_dataset(annotations, results)
    assert len(dataset.data.skeleton) == 12
    assert dataset.runs["somebody"].ap.ap == pytest.approx(1)
    assert "Skeleton: CrowdPose-14, 14 keypoints, as the file names them; published sigmas." in dataset.report
    assert any(said.startswith("Compared on the 12 keypoints of CrowdPose-14") for said in dataset.report)


def test_category_skeleton_and_sigmas_are_those_of_the_form(annotations, results, images):
    content = json.loads(annotations.read_text())
    content["categories"] = [{"id": 1, "name": "dancer"}, {"id": 2, "name": "judge"}]
    first = content["annotations"][0] | {"category_id": 1}
    content["annotations"] = [first, first | {"id": 2, "category_id": 2, "image_id": 7}]
    annotations.write_text(json.dumps(content))
    files = [Upload(annotations), Upload(results), Upload(images)]
    offered = offered_categories(files)
    assert [(each.value, each.annotations) for each in offered] == [("dancer", 1), ("judge", 1)]
    with pytest.raises(DataError, match="2 categories with keypoints"):
        read_dataset(annotations, results)
    chosen = AnnotationReading("dancer", "COCO-17", " 0.1 ")
    report = read_dataset(annotations, results, reading=chosen).report
    assert "Category: dancer (id 1)." in report
    assert any(said.endswith("sigmas as given.") for said in report)
    with pytest.raises(SettingsError, match="The sigmas are 'x'"):
        read_dataset(annotations, results, reading=AnnotationReading("dancer", "", "x"))
