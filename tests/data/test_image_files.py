"""A data set's images: in folders and tar files alike, and one clear error for each thing that is wrong with them."""

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from methods import images
from methods.data import coco
from methods.data.image_files import ImageFiles
from methods.errors import DataError


@pytest.mark.parametrize("prefix", ["", "images/", "./images/"])
@pytest.mark.parametrize("several", [False, True])
def test_tar_files_read_like_a_folder(content, images, prefix, several, write_tar, pixels, tmp_path, read) -> None:
    folder = tmp_path / "images" / prefix
    folder.mkdir(parents=True)
    for name, data in images.items():
        (folder / name).write_bytes(data)
    parts = [{"a.png": images["a.png"]}, {name: images[name] for name in ("b.png", "c.png")}] if several else [images]
    tars = [write_tar(tmp_path / f"{i}.tar", part, prefix) for i, part in enumerate(parts)]
    from_folder = read(content, tmp_path / "images")
    from_tars = read(content, tars if several else tars[0])
    for seed, (image, other) in enumerate(zip(from_folder, from_tars, strict=True)):
        np.testing.assert_array_equal(image.read(), pixels(seed, image.width, image.height))
        np.testing.assert_array_equal(image.read(), other.read())


def test_a_folder_and_a_tar_file_together(content, images, write_tar, pixels, tmp_path, read) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    (folder / "a.png").write_bytes(images.pop("a.png"))
    tar = write_tar(tmp_path / "rest.tar", images)
    data = read(content, [folder, tar])
    for seed, image in enumerate(data):
        np.testing.assert_array_equal(image.read(), pixels(seed, image.width, image.height))


def test_reading_from_threads_and_after_pickling(content, shards, pixels, read) -> None:
    data = pickle.loads(pickle.dumps(read(content, shards)))
    with ThreadPoolExecutor(4) as pool:
        for index, found in zip([0, 1, 2] * 20, pool.map(lambda i: data[i].read(), [0, 1, 2] * 20), strict=True):
            np.testing.assert_array_equal(found, pixels(index, data[index].width, data[index].height))


def test_missing_images_are_named_and_counted(content, shards, read) -> None:
    (shards / "images_01.tar").unlink()
    with pytest.raises(DataError, match=r"^2 of 3 annotated images are missing, the first is b\.png; looked in .*_00"):
        read(content, shards)


def test_images_of_another_size(content, shards, read) -> None:
    content["images"][0]["width"] = 31
    data = read(content, shards)
    with pytest.raises(DataError, match=r"a\.png is 30 x 40 px, but annotated as 31 x 40"):
        data[0].read()


def test_an_unreadable_image_is_named(content, images, write_tar, tmp_path, read) -> None:
    tar = write_tar(tmp_path / "broken.tar", images | {"b.png": b"not a picture"})
    data = read(content, tar)
    with pytest.raises(DataError, match=r"b\.png cannot be read"):
        data[1].read()


def test_no_such_image_folder(content, tmp_path, read) -> None:
    with pytest.raises(DataError, match="no images at"):
        read(content, tmp_path / "nowhere")


def test_a_compressed_tar_file(content, images, write_tar, tmp_path, read) -> None:
    tar = write_tar(tmp_path / "images.tar", images, mode="w:gz")
    with pytest.raises(DataError, match="not a readable uncompressed tar file"):
        read(content, tar)


def test_one_name_in_two_tar_files(content, shards, images, write_tar, read) -> None:
    write_tar(shards / "images_02.tar", {"a.png": images["b.png"]})
    with pytest.raises(DataError, match=r"images/a\.png is both in .*images_00\.tar and in .*images_02\.tar"):
        read(content, shards)


@pytest.mark.parametrize(
    ("annotated", "stored"),
    [
        ("images/a.png", "a.png"),
        ("images\\a.png", "images/a.png"),
        ("a.png", "images/default/a.png"),
        ("train/a.png", "set/train/a.png"),
        ("M\u00fcller.png", "Mu\u0308ller.png"),
        ("A.PNG", "a.png"),
        ("./a.png", "a.png"),
    ],
)
@pytest.mark.parametrize("kind", ["folder", "tar"])
def test_names_in_another_spelling(images, write_tar, tmp_path, annotated, stored, kind) -> None:
    place = tmp_path / "place"
    if kind == "tar":
        place = write_tar(tmp_path / "place.tar", {stored: images["a.png"]}, "")
    else:
        (place / stored).parent.mkdir(parents=True)
        (place / stored).write_bytes(images["a.png"])
    files = ImageFiles.open(place)
    assert files.absent([annotated]) == {}
    found = files.locate(annotated)
    assert (found if isinstance(found, bytes) else found.read_bytes()) == images["a.png"]


def test_the_nearer_of_two_files_is_meant_and_equally_near_ones_are_told(images, write_tar, tmp_path) -> None:
    names = {"set/train/a.png": images["a.png"], "set/val/a.png": images["b.png"]}
    files = ImageFiles.open(write_tar(tmp_path / "place.tar", names, ""))
    assert files.locate("val/a.png") == images["b.png"]
    assert files.absent(["a.png"]) == {"a.png": "that several files could be"}
    with pytest.raises(DataError, match=r"the first is a\.png \(that several files could be\)"):
        files.require(["a.png"])


def test_one_file_is_no_two_images(images, write_tar, tmp_path) -> None:
    files = ImageFiles.open(write_tar(tmp_path / "place.tar", {"a.png": images["a.png"]}, ""))
    assert files.absent(["train/a.png", "a.png"]) == {"train/a.png": "whose only likely file is another one's too"}
    assert len(files.absent(["train/a.png", "val/a.png"])) == 2


def test_a_image_that_was_annotated_as_it_is_stored(content, tmp_path, read) -> None:
    """Its EXIF tag turns it; the annotated size says in which way it was annotated."""
    exif = Image.Exif()
    exif[274] = 6
    stored = Image.fromarray(np.arange(50 * 20 * 3, dtype=np.uint8).reshape(20, 50, 3))
    for name in ("a.png", "b.png", "c.png"):
        stored.save(tmp_path / name, exif=exif)
    content["images"][0] |= {"width": 20, "height": 50}
    data = read(content, tmp_path)
    np.testing.assert_array_equal(data[2].read(), np.asarray(stored))
    np.testing.assert_array_equal(data[0].read(), np.rot90(np.asarray(stored), -1))


def test_a_image_larger_than_the_working_size_is_read_whole(content, tmp_path, read, monkeypatch) -> None:
    for module in (images, coco):
        monkeypatch.setattr(module, "WORKING_PIXELS", 1000)
    picture = Image.fromarray(np.zeros((40, 60, 3), np.uint8))
    for image in content["images"]:
        picture.save(tmp_path / image["file_name"])
        image |= {"width": 60, "height": 40}
    data = read(content, tmp_path)
    assert images.read_image(tmp_path / "a.png").shape == (20, 30, 3)
    assert data[0].read().shape == (40, 60, 3)
