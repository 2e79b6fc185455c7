"""`python -m methods compare`: two results files, what is said of them, and what does not fit."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from methods.__main__ import app

COUNT = 12


def detection(image_id, score=0.5):
    return {"image_id": image_id, "category_id": 1, "keypoints": [50, 40, 1] * 17, "score": score}


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Twelve people in as many photos, which are not there; a.json finds four of them, b.json all."""
    monkeypatch.chdir(tmp_path)
    images = [{"id": i, "file_name": f"<{i}>.png", "width": 100, "height": 80} for i in range(COUNT)]
    person = {"bbox": [0, 0, 100, 80], "area": 4000, "keypoints": [50, 40, 2] * 17}
    annotations = [person | {"id": i, "image_id": i} for i in range(COUNT)]
    Path("truth.json").write_text(json.dumps({"images": images, "annotations": annotations}))
    Path("a.json").write_text(json.dumps([detection(i) for i in range(4)]))
    Path("b.json").write_text(json.dumps([detection(i) for i in range(COUNT)]))
    monkeypatch.setattr("methods.analysis.difference.RESAMPLES", 40)


def run(*arguments):
    return CliRunner().invoke(app, ["compare", *arguments])


def test_differences_are_printed_and_written(files):
    done = run("a.json", "b.json", "--annotations", "truth.json", "-o", "out/c.json", "--report", "report")
    assert done.exit_code == 0, done.output
    assert "First a, second b, on 12 images of" in done.stdout
    line = next(line for line in done.stdout.splitlines() if "│ AR " in line)
    cells = [cell.strip() for cell in line.strip("│ ").split("│")]
    assert cells[:4] == ["AR", "0.333", "1.000", "+0.667"]
    assert cells[-1] == "second higher"
    assert "no evidence" in next(line for line in done.stdout.splitlines() if "AP large" in line)
    assert "Of 12 people 0 have a higher OKS with the first method and 8 with the second" in done.stdout
    written = json.loads(Path("out/c.json").read_text())
    assert written["measures"][5]["difference"] == pytest.approx(2 / 3)
    report = json.loads(Path("report/report.json").read_text())
    assert [method["name"] for method in report["sets"][0]["methods"]] == ["a", "b"]
    page = Path("report/report.html").read_text()
    assert page.count('class="plotly-graph-div"') > 10
    assert "&lt;4&gt;.png" in page  # names of files are text, not HTML
    assert "<4>.png" not in page


def test_files_of_one_name_are_told_apart_by_their_folders(files):
    Path("other").mkdir()
    Path("other/a.json").write_text(Path("b.json").read_text())
    done = run("a.json", "other/a.json", "--annotations", "truth.json")
    assert done.exit_code == 0
    assert "second other/a, on 12 images" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["a.json", "nothing.json", "--annotations", "truth.json"], "There is no results file at nothing.json"),
        (["a.json", "truth.json", "--annotations", "truth.json"], "truth.json is not a COCO keypoint results file"),
        (["a.json", "b.json"], "Give --data NAME for sample scenes, or --annotations FILE"),
        (["a.json", "b.json", "--annotations", "a.json"], "a.json is not a COCO keypoint annotation file"),
    ],
)
def test_what_does_not_fit_is_one_sentence(files, arguments, sentence):
    done = run(*arguments)
    assert done.exit_code == 1
    assert sentence in done.stderr.replace("\n", " ")
    assert "Traceback" not in done.output


def test_results_of_another_data_set(files):
    Path("b.json").write_text(json.dumps([detection(99)]))
    done = run("a.json", "b.json", "--annotations", "truth.json")
    assert done.exit_code == 1
    assert "A detection belongs to image 99" in done.stderr.replace("\n", " ")
