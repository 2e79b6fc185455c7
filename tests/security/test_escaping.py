"""Row 15: a name from a file is shown letter by letter in the lab, and no spreadsheet runs it."""

import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from app import exports
from app.lab.words import plain
from app.state.photo_session import PhotoSession
from methods.data.formats.files import Files
from methods.importers.image_results import read_image_results
from methods.spreadsheets import FORMULA, harmless, to_csv
from methods.types import Prediction, Timing

LAB = Path(__file__).resolve().parents[2] / "app" / "lab" / "main.py"
PICTURE = "![x](http://127.0.0.1:9/a.png)"
NASTY = [PICTURE, "<img src=x onerror=alert(1)>", ":red[x]", "$x$", "[a](http://evil)", "`x` *y* __z__", "a&amp;b"]


@pytest.mark.parametrize("name", NASTY)
def test_plain_words_have_no_marks(name):
    shown = plain(f"{name}\n\n# more")
    assert not set(shown) & set("`*_[]<>$") - {"&"}
    assert "\n" not in shown
    assert plain("kapao-n, 3 of 4: 0.25") == "kapao-n, 3 of 4: 0.25"


@pytest.fixture
def folder(tmp_path) -> Path:
    """A data set whose only image has a picture's Markdown for a name, and results of a method called so too."""
    Image.new("RGB", (64, 48)).save(tmp_path / "image.png")
    keypoints = [10, 10, 2, 40, 40, 2, *[20, 30, 2] * 15]
    (tmp_path / "ground_truth.json").write_text(
        json.dumps({
            "images": [{"id": 1, "file_name": PICTURE, "width": 64, "height": 48}],
            "annotations": [{"image_id": 1, "bbox": [9, 9, 40, 40], "area": 1600, "keypoints": keypoints}],
        })
    )  # fmt: skip
    (tmp_path / "=HYPERLINK(1).json").write_text(json.dumps([{"image_id": 1, "score": 0.5, "keypoints": keypoints}]))
    return tmp_path


@pytest.mark.parametrize("page", ["Scores", "Errors", "Data"])
def test_the_lab_draws_no_picture_from_elsewhere(folder, few_resamples, page):
    test = AppTest.from_file(str(LAB), default_timeout=300)
    test.session_state["kind"] = "Files on this computer"
    test.session_state["annotations"] = str(folder / "ground_truth.json")
    test.session_state["paths"] = str(folder / "=HYPERLINK(1).json")
    test.session_state["page"] = page
    shown = test.run()
    assert not shown.exception
    texts = [each.value for each in [*shown.markdown, *shown.caption, *shown.error, *shown.info, *shown.subheader]]
    assert texts
    assert not [text for text in texts if PICTURE in text]
    cells = [cell for table in shown.dataframe for cell in table.value.to_numpy().ravel() if isinstance(cell, str)]
    assert not [cell for cell in cells if cell.startswith(FORMULA)]


def test_a_cell_that_begins_as_a_formula_is_text():
    names = [f"{mark}1+1" for mark in FORMULA] + ["kapao-n", "", None, -1.5]
    table = pd.DataFrame({"name": pd.Series(names, dtype=object), "x": -1.0})
    assert harmless(table)["name"].tolist() == [*(f"'{name}" for name in names[: len(FORMULA)]), *names[-4:]]
    assert harmless(table)["x"].tolist() == [-1.0] * len(names)
    assert table["name"].tolist() == names
    assert to_csv(pd.DataFrame({"a": ["=1"], "b": [-0.5]})) == "a,b\n'=1,-0.5000\n"


def test_the_pages_csv_has_harmless_names():
    """A method's name comes from a results file of anybody."""
    content = {
        "methods": {"=cmd|' /C calc'!A0": {"results": [{"image_id": 1, "score": 1, "keypoints": [-5, 5, 1] * 17}]}}
    }
    files = Files.of_bytes("theirs.json", json.dumps(content).encode())
    found = read_image_results(files, "a.jpg", (9, 9)).poses
    visit = PhotoSession(np.zeros((9, 9, 3), np.uint8), "a.jpg")
    text = exports.to_csv(visit, {name: Prediction(poses, Timing(0, 0, 0)) for name, poses in found.items()}).decode()
    table = pd.read_csv(io.StringIO(text))
    assert set(table["method"]) == {"'=cmd|' /C calc'!A0"}
    assert (table["x"] == -5).all()
