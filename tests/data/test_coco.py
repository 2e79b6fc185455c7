"""The COCO reader: what it returns, folders and tar files alike, and one clear error for each thing that is wrong."""

import io
import json
import pickle
import tarfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from methods.data.coco import CocoKeypoints
from methods.errors import DataError
from methods.skeletons import COCO17, CROWDPOSE14, Skeleton

STICK = Skeleton("stick", ("top", "bottom"), pairs=(), limbs=((0, 1),), sigmas=(0.1, 0.1))


def person(image_id: int, **fields) -> dict:
    """An annotation of the two-joint skeleton: top visible at 3, 4, bottom absent."""
    keypoints = [3.0, 4.0, 2, 0.0, 0.0, 0]
    return {"image_id": image_id, "bbox": [1, 2, 10, 20], "area": 150.5, "iscrowd": 0, "keypoints": keypoints} | fields


def pixels(seed: int, width: int, height: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def png(image: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG")
    return buffer.getvalue()


def write_tar(path: Path, photos: dict[str, bytes], prefix: str = "images/", mode: str = "w") -> Path:
    with tarfile.open(path, mode) as tar:
        for name, content in photos.items():
            info = tarfile.TarInfo(prefix + name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return path


@pytest.fixture
def photos() -> dict[str, bytes]:
    """Three photos: a.png and b.png of 30 x 40 px, c.png of 50 x 20 px."""
    return {name: png(pixels(i, *size)) for i, (name, size) in enumerate(SIZES.items())}


SIZES = {"a.png": (30, 40), "b.png": (30, 40), "c.png": (50, 20)}


@pytest.fixture
def content() -> dict:
    """Image 7 has a person and a crowd, image 3 nobody, image 5 one person."""
    images = [
        {"id": i, "file_name": name, "width": w, "height": h}
        for i, (name, (w, h)) in zip((7, 3, 5), SIZES.items(), strict=True)
    ]
    crowd = person(7, bbox=[0, 0, 30, 5], iscrowd=1, keypoints=[0] * 6)
    first = person(7, kp_quality=[0.5, 0.0], quality=0.9, source="human")
    return {"images": images, "annotations": [first, person(5, keypoints=[1, 2, 1, 5, 6, 2]), crowd]}


def write(folder: Path, content: dict) -> Path:
    path = folder / "annotations.json"
    path.write_text(json.dumps(content))
    return path


@pytest.fixture
def shards(tmp_path: Path, photos: dict[str, bytes]) -> Path:
    folder = tmp_path / "shards"
    folder.mkdir()
    write_tar(folder / "images_00.tar", {"a.png": photos["a.png"]})
    write_tar(folder / "images_01.tar", {name: photos[name] for name in ("b.png", "c.png")})
    return folder


def test_people_as_annotated(tmp_path: Path, content: dict, shards: Path) -> None:
    data = CocoKeypoints.read(write(tmp_path, content), shards, STICK)
    assert [(image.image_id, image.file_name, image.width, image.height, len(image.people)) for image in data] == [
        (7, "a.png", 30, 40, 2),
        (3, "b.png", 30, 40, 0),
        (5, "c.png", 50, 20, 1),
    ]
    assert data.name == f"{tmp_path.name}/annotations.json"
    people = data[0].people
    np.testing.assert_array_equal(people.boxes, [[1, 2, 11, 22], [0, 0, 30, 5]])
    np.testing.assert_array_equal(people.keypoints[0], [[3, 4], [0, 0]])
    np.testing.assert_array_equal(people.visibility, [[2, 0], [0, 0]])
    np.testing.assert_array_equal(people.areas, [150.5, 150.5])
    np.testing.assert_array_equal(people.is_crowd, [False, True])
    np.testing.assert_array_equal(people.labelled, [True, False])
    assert people.annotations[0]["kp_quality"] == [0.5, 0.0]
    assert people.annotations[0]["source"] == "human"


def test_an_image_without_people_has_empty_arrays(tmp_path: Path, content: dict, shards: Path) -> None:
    people = CocoKeypoints.read(write(tmp_path, content), shards, STICK)[1].people
    assert (people.boxes.shape, people.keypoints.shape, people.visibility.shape) == ((0, 4), (0, 2, 2), (0, 2))
    assert people.labelled.tolist() == []


def test_arrays_are_read_only(tmp_path: Path, content: dict, shards: Path) -> None:
    people = CocoKeypoints.read(write(tmp_path, content), shards, STICK)[0].people
    with pytest.raises(ValueError, match="read-only"):
        people.keypoints[0, 0] = 0


def test_people_chosen_by_mask_and_slice(tmp_path: Path, content: dict, shards: Path) -> None:
    people = CocoKeypoints.read(write(tmp_path, content), shards, STICK)[0].people
    chosen = people[~people.is_crowd]
    assert len(chosen) == 1
    assert chosen.annotations == people.annotations[:1]
    np.testing.assert_array_equal(people[1:].boxes, people.boxes[1:])
    assert len(people[:0]) == 0


def test_a_slice_is_a_smaller_data_set(tmp_path: Path, content: dict, shards: Path) -> None:
    data = CocoKeypoints.read(write(tmp_path, content), shards, STICK)[:2]
    assert isinstance(data, CocoKeypoints)
    assert [image.image_id for image in data] == [7, 3]


def test_missing_area_and_crowd_flag(tmp_path: Path, content: dict, shards: Path) -> None:
    del content["annotations"][0]["area"], content["annotations"][0]["iscrowd"]
    people = CocoKeypoints.read(write(tmp_path, content), shards, STICK)[0].people
    assert people.areas[0] == pytest.approx(0.53 * 10 * 20)
    assert not people.is_crowd[0]


@pytest.mark.parametrize("prefix", ["", "images/", "./images/"])
@pytest.mark.parametrize("several", [False, True])
def test_tar_files_read_like_a_folder(
    tmp_path: Path, content: dict, photos: dict[str, bytes], prefix: str, several: bool
) -> None:
    folder = tmp_path / "photos" / prefix
    folder.mkdir(parents=True)
    for name, data in photos.items():
        (folder / name).write_bytes(data)
    parts = [{"a.png": photos["a.png"]}, {name: photos[name] for name in ("b.png", "c.png")}] if several else [photos]
    tars = [write_tar(tmp_path / f"{i}.tar", part, prefix) for i, part in enumerate(parts)]
    path = write(tmp_path, content)
    from_folder = CocoKeypoints.read(path, tmp_path / "photos", STICK)
    from_tars = CocoKeypoints.read(path, tars if several else tars[0], STICK)
    for seed, (image, other) in enumerate(zip(from_folder, from_tars, strict=True)):
        np.testing.assert_array_equal(image.read(), pixels(seed, image.width, image.height))
        np.testing.assert_array_equal(image.read(), other.read())


def test_a_folder_and_a_tar_file_together(tmp_path: Path, content: dict, photos: dict[str, bytes]) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "a.png").write_bytes(photos.pop("a.png"))
    tar = write_tar(tmp_path / "rest.tar", photos)
    data = CocoKeypoints.read(write(tmp_path, content), [folder, tar], STICK)
    for seed, image in enumerate(data):
        np.testing.assert_array_equal(image.read(), pixels(seed, image.width, image.height))


def test_reading_from_threads_and_after_pickling(tmp_path: Path, content: dict, shards: Path) -> None:
    data = pickle.loads(pickle.dumps(CocoKeypoints.read(write(tmp_path, content), shards, STICK)))
    with ThreadPoolExecutor(4) as pool:
        for index, found in zip([0, 1, 2] * 20, pool.map(lambda i: data[i].read(), [0, 1, 2] * 20), strict=True):
            np.testing.assert_array_equal(found, pixels(index, data[index].width, data[index].height))


def edit(content: dict, change: str) -> None:
    first = content["annotations"][0]
    match change:
        case "no annotations":
            del content["annotations"]
        case "no box":
            del first["bbox"]
        case "short":
            first["keypoints"] = first["keypoints"][:3]
        case "flag":
            first["keypoints"][2] = 3
        case "nan":
            first["keypoints"][0] = float("nan")
        case "stranger":
            first["image_id"] = 99
        case "twice":
            content["images"][1]["id"] = 7
        case "size":
            content["images"][0]["width"] = 31


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("no annotations", "annotations: Field required"),
        ("no box", r"annotations\.0\.bbox: Field required"),
        ("short", "Annotation 0 .* has 3 keypoint numbers, stick needs 6"),
        ("flag", "Annotation 0 .* visibility flags"),
        ("nan", r"annotations\.0\.keypoints\.0: .* finite"),
        ("stranger", "image 99, which is not among its images"),
        ("twice", "image id twice"),
    ],
)
def test_a_malformed_file(tmp_path: Path, content: dict, shards: Path, change: str, message: str) -> None:
    edit(content, change)
    with pytest.raises(DataError, match=message):
        CocoKeypoints.read(write(tmp_path, content), shards, STICK)


def test_no_such_file(tmp_path: Path, shards: Path) -> None:
    with pytest.raises(DataError, match=r"no annotation file at .*nothing\.json"):
        CocoKeypoints.read(tmp_path / "nothing.json", shards)


@pytest.mark.parametrize("text", ["", "{", "\xff\xfe", "[1, 2"])
def test_not_json(tmp_path: Path, shards: Path, text: str) -> None:
    path = tmp_path / "annotations.json"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(DataError, match="is not JSON"):
        CocoKeypoints.read(path, shards)


@pytest.mark.parametrize("text", ["[]", "3", '"COCO"', "null"])
def test_json_of_another_kind(tmp_path: Path, shards: Path, text: str) -> None:
    path = tmp_path / "annotations.json"
    path.write_text(text)
    with pytest.raises(DataError, match="not a COCO keypoint annotation file"):
        CocoKeypoints.read(path, shards)


def test_missing_images_are_named_and_counted(tmp_path: Path, content: dict, shards: Path) -> None:
    (shards / "images_01.tar").unlink()
    with pytest.raises(DataError, match=r"^2 of 3 annotated images are missing, the first is b\.png; looked in .*_00"):
        CocoKeypoints.read(write(tmp_path, content), shards, STICK)


def test_images_of_another_size(tmp_path: Path, content: dict, shards: Path) -> None:
    edit(content, "size")
    data = CocoKeypoints.read(write(tmp_path, content), shards, STICK)
    with pytest.raises(DataError, match=r"a\.png is 30 x 40 px, but annotated as 31 x 40"):
        data[0].read()


def test_an_unreadable_image_is_named(tmp_path: Path, content: dict, photos: dict[str, bytes]) -> None:
    tar = write_tar(tmp_path / "broken.tar", photos | {"b.png": b"not a picture"})
    data = CocoKeypoints.read(write(tmp_path, content), tar, STICK)
    with pytest.raises(DataError, match=r"b\.png cannot be read"):
        data[1].read()


def test_no_such_image_folder(tmp_path: Path, content: dict) -> None:
    with pytest.raises(DataError, match="no images at"):
        CocoKeypoints.read(write(tmp_path, content), tmp_path / "nowhere", STICK)


def test_a_compressed_tar_file(tmp_path: Path, content: dict, photos: dict[str, bytes]) -> None:
    tar = write_tar(tmp_path / "photos.tar", photos, mode="w:gz")
    with pytest.raises(DataError, match="not a readable uncompressed tar file"):
        CocoKeypoints.read(write(tmp_path, content), tar, STICK)


def test_one_name_in_two_tar_files(tmp_path: Path, content: dict, shards: Path, photos: dict[str, bytes]) -> None:
    write_tar(shards / "images_02.tar", {"a.png": photos["b.png"]})
    with pytest.raises(DataError, match=r"images/a\.png is both in .*images_00\.tar and in .*images_02\.tar"):
        CocoKeypoints.read(write(tmp_path, content), shards, STICK)


def test_coco_val(pose_data: Path) -> None:
    data = CocoKeypoints.read(pose_data / "coco_val" / "annotations_val.json", pose_data / "coco_val")
    assert len(data) == 128
    assert sum(image.people.labelled.sum() for image in data) == 459
    assert data[0].read().shape == (data[0].height, data[0].width, 3)


def as_crowdpose(content: dict) -> dict:
    """As CrowdPose's files: fourteen joints, no areas, a crowd index for each photo."""
    for image, index in zip(content["images"], (0.05, 0.5, 0.95), strict=True):
        image["crowdIndex"] = index
    for annotation in content["annotations"]:
        del annotation["area"]
        annotation |= {"keypoints": [5, 6, 2] * 14, "num_keypoints": 14, "category_id": 1}
    return content


def test_crowdpose(tmp_path: Path, content: dict, shards: Path) -> None:
    data = CocoKeypoints.read(write(tmp_path, as_crowdpose(content)), shards, skeleton=None)
    assert data.skeleton is CROWDPOSE14
    assert [image.crowd_index for image in data] == [0.05, 0.5, 0.95]
    people = next(image.people for image in data if len(image.people))
    assert people.keypoints.shape[1] == 14
    assert people.areas[0] == pytest.approx(0.53 * 10 * 20)


@pytest.mark.parametrize("style", ["OCHuman", "DriPE"])
def test_files_of_other_data_sets(tmp_path: Path, content: dict, shards: Path, style: str) -> None:
    """OCHuman: masks as dictionaries, the area that of the box. DriPE: one driver a photo, no crowds, floats."""
    for number, annotation in enumerate(content["annotations"], 1):
        annotation |= {"id": number, "category_id": 1, "num_keypoints": 17, "keypoints": [3.5, 4.5, 2.0] * 17}
        if style == "OCHuman":
            annotation |= {"segmentation": {"size": [40, 30], "counts": "abc"}, "area": 200, "iscrowd": 0}
        else:
            del annotation["iscrowd"], annotation["area"]
    data = CocoKeypoints.read(write(tmp_path, content), shards, skeleton=None)
    assert data.skeleton is COCO17
    assert data[0].crowd_index is None
    everybody = [image.people for image in data if len(image.people)]
    assert sum(people.labelled.sum() for people in everybody) == len(content["annotations"])
    assert everybody[0].areas[0] == pytest.approx(200 if style == "OCHuman" else 106)


def test_joints_of_no_skeleton(tmp_path: Path, content: dict) -> None:
    with pytest.raises(DataError, match=r"has people of 2 joints; give annotations of COCO-17 \(17\), CrowdPose-14"):
        CocoKeypoints.read(write(tmp_path, content), None, skeleton=None)


def test_annotations_alone(tmp_path: Path, content: dict) -> None:
    data = CocoKeypoints.read(write(tmp_path, content), None, STICK)
    assert len(data) == 3
    with pytest.raises(DataError, match=r"There is no image a\.png in no file"):
        data[0].read()
