"""`python -m methods compare`: two results files, what is said of them, and what does not fit."""

import json
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from methods.__main__ import app
from methods.skeletons import AP10K17, POSETRACK17

COUNT = 12


def detection(image_id, score=0.5):
    return {"image_id": image_id, "category_id": 1, "keypoints": [50, 40, 1] * 17, "score": score}


@pytest.fixture
def files(tmp_path, monkeypatch, few_resamples):
    """Twelve people in as many images, which are not there; a.json finds four of them, b.json all."""
    monkeypatch.chdir(tmp_path)
    images = [{"id": i, "file_name": f"<{i}>.png", "width": 100, "height": 80} for i in range(COUNT)]
    person = {"bbox": [0, 0, 100, 80], "area": 4000, "keypoints": [50, 40, 2] * 17}
    annotations = [person | {"id": i, "image_id": i} for i in range(COUNT)]
    Path("ground_truth.json").write_text(json.dumps({"images": images, "annotations": annotations}))
    Path("a.json").write_text(json.dumps([detection(i) for i in range(4)]))
    Path("b.json").write_text(json.dumps([detection(i) for i in range(COUNT)]))


def run(*arguments):
    return CliRunner().invoke(app, ["compare", *arguments])


def test_differences_are_printed_and_written(files):
    done = run("a.json", "b.json", "--annotations", "ground_truth.json", "-o", "out/c.json", "--report", "report")
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
    done = run("a.json", "other/a.json", "--annotations", "ground_truth.json")
    assert done.exit_code == 0
    assert "second other/a, on 12 images" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["a.json", "nothing.json", "--annotations", "ground_truth.json"],
            "There is no file or folder at nothing.json",
        ),
        (
            ["a.json", "ground_truth.json", "--annotations", "ground_truth.json"],
            "ground_truth.json holds COCO keypoint annotations, no results",
        ),
        (["a.json", "b.json"], "Give --data NAME for sample scenes, or --annotations FILE"),
        (["a.json", "b.json", "--annotations", "a.json"], "a.json holds a COCO keypoint results file, no annotations"),
    ],
)
def test_what_does_not_fit_is_one_sentence(files, arguments, sentence):
    done = run(*arguments)
    assert done.exit_code == 1
    assert sentence in done.stderr.replace("\n", " ")
    assert "Traceback" not in done.output


def test_results_of_another_data_set(files):
    Path("b.json").write_text(json.dumps([detection(99)]))
    done = run("a.json", "b.json", "--annotations", "ground_truth.json")
    assert done.exit_code == 1
    assert "No detection belongs to an image of" in done.stderr.replace("\n", " ")


def told(done):
    assert done.exit_code == 0, done.output
    return " ".join(done.stdout.split())


def test_what_was_made_of_the_files_is_told_and_written(files):
    Path("b.json").write_text(json.dumps([*json.loads(Path("b.json").read_text()), detection(99, 2.5)]))
    done = run("a.json", "b.json", "--annotations", "ground_truth.json", "-o", "c.json", "--report", "report")
    text = told(done)
    assert "Skeleton: COCO-17, 17 keypoints, assumed, for the file names none; published sigmas." in text
    assert "a: 8 of 12 images have no results; everybody in them counts as missed." in text
    assert "b: 12 of 13 results count; left out: 1 of images that are not in the data set" in text
    written = json.loads(Path("c.json").read_text())
    assert written["reading"]["people"] == COUNT
    assert len(written["notes"]) == 2
    assert "8 of 12 images have no results" in Path("report/report.html").read_text()


def test_results_of_fewer_keypoints_are_compared_on_those_that_both_have(files):
    content = json.loads(Path("ground_truth.json").read_text())
    person = {"id": 1, "name": "person", "keypoints": list(POSETRACK17.keypoints)}
    Path("ground_truth.json").write_text(json.dumps(content | {"categories": [person]}))
    text = told(run("a.json", "b.json", "--annotations", "ground_truth.json", "--results-skeleton", "coco-17"))
    assert "Compared on the 15 keypoints of PoseTrack-17 that the results have too" in text
    assert "Skeleton: PoseTrack-17" in told(run("a.json", "b.json", "--annotations", "ground_truth.json"))


def test_a_yolo_set_with_results_of_others_is_compared_as_coco_is(files):
    """The same numbers, whatever the formats are."""
    told(run("a.json", "b.json", "--annotations", "ground_truth.json", "-o", "coco.json"))
    for number in range(COUNT):
        Path("set/images").mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (100, 80)).save(f"set/images/<{number}>.png")
    converted = CliRunner().invoke(
        app, ["convert", "ground_truth.json", "--to", "yolo-pose", "--images", "set/images", "-o", "y"]
    )
    assert converted.exit_code == 0, converted.output
    Path("alphapose.json").write_text(
        json.dumps([{**detection(i), "image_id": f"<{i}>.png", "box": [0, 0, 9, 9]} for i in range(4)])
    )
    Path("open").mkdir()
    person = {"pose_keypoints_2d": [50, 40, 1] * 25}
    for number in range(COUNT):
        Path(f"open/<{number}>_keypoints.json").write_text(json.dumps({"version": 1.3, "people": [person]}))
    text = told(run("alphapose.json", "open", "--annotations", "y/data.yaml", "-o", "yolo.json"))
    assert "Read as an Ultralytics YOLO set, its split val." in text
    assert "alphapose: Read as AlphaPose's results." in text
    assert "open: Read as OpenPose's results: the 17 keypoints of COCO-17, left_big_toe" in text
    coco, yolo = (json.loads(Path(f"{name}.json").read_text())["measures"] for name in ("coco", "yolo"))
    for one, other in zip(coco, yolo, strict=True):
        assert [one[key] for key in ("name", "first", "second")] == [other[key] for key in ("name", "first", "second")]


@pytest.fixture
def animals(files):
    """The same, half of them cats and half dogs."""
    content = json.loads(Path("ground_truth.json").read_text())
    categories = [{"id": i, "name": name, "keypoints": list(AP10K17.keypoints)} for i, name in ((1, "cat"), (2, "dog"))]
    for annotation in content["annotations"]:
        annotation["category_id"] = 1 + annotation["id"] % 2
    Path("ground_truth.json").write_text(json.dumps(content | {"categories": categories}))


def test_several_categories_have_an_ap_each(animals):
    text = told(run("a.json", "b.json", "--annotations", "ground_truth.json", "-o", "c.json"))
    assert "mean over categories" in text
    written = json.loads(Path("c.json").read_text())["b"]
    assert set(written["categories"]) == {"cat", "dog"}
    assert written["people"] == {"cat": 6, "dog": 6}
    text = told(run("a.json", "b.json", "--annotations", "ground_truth.json", "--category", "dog"))
    assert "Category: dog (id 2)." in text
    assert "left out: 6 of other categories (the first: cat)" in text


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        (["--category", "cow"], "has no category 'cow' with keypoints; choose from person"),
        (["--skeleton", "COCO"], "There is no skeleton 'COCO' here; choose from COCO-17"),
        (["--sigmas", "0.1,x"], "The sigmas are '0.1,x'; give numbers with commas between."),
        (["--sigmas", "0.1,0.2"], "2 sigmas were given; COCO-17 needs 17 numbers above 0"),
    ],
)
def test_options_that_do_not_fit(files, option, sentence):
    done = run("a.json", "b.json", "--annotations", "ground_truth.json", *option)
    assert done.exit_code != 0
    assert sentence in " ".join(done.stderr.split())
