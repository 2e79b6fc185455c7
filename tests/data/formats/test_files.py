"""Files from anybody: names and sizes."""

import os
import zipfile

import pytest

from methods.data.formats import read_annotations
from methods.data.formats.files import Files
from methods.errors import DataError


def test_a_zip_file_and_a_folder_have_the_same_names(packed, tmp_path) -> None:
    path = packed(**{"b|a.txt": b"1", "a.json": b"[2]", "__MACOSX|a.json": b"x", ".hidden.txt": b""})
    zipped = Files.open(path)
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "folder")
    folder = Files.open(tmp_path / "folder")
    for files in (zipped, folder):
        assert files.ending((".txt",)) == ["b/a.txt"]
        assert files.json("a.json") == [2]
        assert files.text("b/a.txt") == "1"
    assert zipped.called("a.json") == f"a.json in {path}"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_what_is_no_regular_file_is_not_there(tmp_path) -> None:
    """Reading a pipe would never end."""
    (tmp_path / "a.png").write_bytes(b"1")
    os.mkfifo(tmp_path / "b.png")
    assert list(Files.open(tmp_path).entries) == ["a.png"]


def test_a_folder_of_more_files_than_a_data_set_has(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("methods.data.formats.files.MAX_FILES", 2)
    for name in "abc":
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(DataError, match="holds more than 2 files; name the folder of the data set alone"):
        Files.open(tmp_path)


def test_a_file_larger_than_allowed(tmp_path) -> None:
    (tmp_path / "a.json").write_bytes(b"[1, 2, 3]")
    with pytest.raises(DataError, match=r"a\.json has 0 MB; give at most 0 MB"):
        Files.open(tmp_path / "a.json").read("a.json", 5)


def test_names_that_lead_out_of_a_zip_file_are_refused(packed) -> None:
    with pytest.raises(DataError, match="a name that leads out of it"):
        read_annotations(packed(**{"..|data.yaml": b"kpt_shape: [17, 3]"}))


def test_a_set_in_a_zip_file_reaches_nothing_outside(packed, tmp_path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "secret.png").write_bytes(b"")
    yaml = f"path: {tmp_path}\nval: images\nkpt_shape: [17, 3]\nnames: [person]"
    with pytest.raises(DataError, match="has no images at images"):
        read_annotations(packed(**{"data.yaml": yaml.encode()}))
