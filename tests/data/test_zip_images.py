"""Zip files of images: read like a folder, and refused where they are a trap."""

import io
import struct
import zipfile

import numpy as np
import pytest
from PIL import Image

from methods.data import zip_images
from methods.data.image_files import ImageFiles
from methods.data.zip_images import list_images
from methods.errors import DataError


def png(value: int) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.full((4, 5, 3), value, np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def write(tmp_path):
    def zipped(entries, name="images.zip", packed=zipfile.ZIP_STORED):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", packed) as archive:
            for entry, content in entries.items():
                archive.writestr(entry, content)
        return path

    return zipped


@pytest.mark.parametrize("prefix", ["", "images/", "my images/", "val/images/"])
@pytest.mark.parametrize("packed", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_images_are_found_whatever_folder_was_zipped(write, prefix, packed):
    files = ImageFiles.open(write({f"{prefix}a.png": png(1), f"{prefix}b.png": png(2)}, packed=packed))
    files.require(["a.png", "b.png"])
    assert files.locate("b.png") == png(2)
    assert "c.png" not in files


def test_what_a_mac_adds_is_no_image(write):
    files = ImageFiles.open(write({"images/a.png": png(1), "__MACOSX/images/._a.png": b"x", "__MACOSX/a.png": b"x"}))
    files.require(["a.png"])
    assert files.locate("a.png") == png(1)


def test_images_beside_annotations_as_cvat_lays_them_out(write):
    files = ImageFiles.open(write({"images/default/a.png": png(1), "annotations/default.json": b"{}"}))
    files.require(["a.png"])
    assert files.locate("a.png") == png(1)


def test_back_slashes_of_old_programs(write):
    files = ImageFiles.open(write({"images\\a.png": png(1), "images\\b.png": png(2)}))
    files.require(["a.png", "images/b.png"])
    assert files.locate("images/b.png") == png(2)


@pytest.mark.parametrize("name", ["../a.png", "/etc/a.png", "a/../../b.png", "..\\a.png", "c:/a.png"])
def test_names_that_lead_elsewhere(write, name):
    with pytest.raises(DataError, match="a name that leads out of it"):
        list_images(write({name: png(1)}))


def test_links(write):
    link = zipfile.ZipInfo("a.png")
    link.external_attr = 0o120777 << 16
    with pytest.raises(DataError, match="a link and no image"):
        list_images(write({link: "/etc/passwd"}))


def test_bombs(write, monkeypatch):
    with pytest.raises(DataError, match=r"'a.png' in images.zip has \d+ bytes that unpack to 3000000"):
        list_images(write({"a.png": bytes(3_000_000)}, packed=zipfile.ZIP_DEFLATED))
    many = write({f"{i}.png": b"x" for i in range(30)})
    monkeypatch.setattr(zip_images, "MAX_TOTAL", 29)
    with pytest.raises(DataError, match="unpacked; give a zip file"):
        list_images(many)
    monkeypatch.setattr(zip_images, "MAX_ENTRIES", 29)
    with pytest.raises(DataError, match="holds 30 files"):
        list_images(many)
    monkeypatch.setattr(zip_images, "MAX_LISTING", 100)
    with pytest.raises(DataError, match="lists too many files"):
        list_images(many)


def test_an_archive_that_asks_to_be_read_as_a_larger_one(write):
    path = write({"a.png": png(1)})
    content = path.read_bytes()
    path.write_bytes(content[:-22] + struct.pack("<4sIQI", b"PK\x06\x07", 0, 0, 1) + content[-22:])
    with pytest.raises(DataError, match="lists too many files"):
        list_images(path)


def test_a_image_longer_than_it_says(write):
    path = write({"a.png": b"x" * 50}, packed=zipfile.ZIP_DEFLATED)
    content = path.read_bytes()
    path.write_bytes(content.replace(struct.pack("<I", 50), struct.pack("<I", 20)))
    with pytest.raises(DataError, match="zip the images again"):
        list_images(path)["a.png"].read()


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "not a readable zip"), (b"PK" * 50, "not a readable zip"), (png(1), "not a readable zip")],
)
def test_what_is_no_zip_file(tmp_path, content, said):
    path = tmp_path / "images.zip"
    path.write_bytes(content)
    with pytest.raises(DataError, match=said):
        list_images(path)


def test_encrypted_and_doubled(write):
    path = write({"a.png": png(1)})
    content = bytearray(path.read_bytes())
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(magic) + offset] |= 1
    path.write_bytes(bytes(content))
    with pytest.raises(DataError, match="encrypted"):
        list_images(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.png", png(1))
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.png", png(2))
    with pytest.raises(DataError, match=r"holds a\.png twice"):
        list_images(path)
