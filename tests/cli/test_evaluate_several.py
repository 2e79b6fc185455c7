"""`python -m methods evaluate` with several methods and data sets, stopped and gone on with, in several processes."""

import json
import signal
from pathlib import Path

import numpy as np
import pytest
from accelerate.commands.launch import launch_command, launch_command_parser
from PIL import Image
from typer.testing import CliRunner

from methods.__main__ import app
from methods.method import Method

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def data_sets(tmp_path, monkeypatch, few_resamples):
    """The working directory: one/ground_truth.json with two images of a person and two/ground_truth.json with one,
    images beside."""
    monkeypatch.chdir(tmp_path)
    person = {"bbox": [0, 0, 100, 80], "area": 4000, "keypoints": [50, 40, 2] * 17}
    for folder, count in (("one", 2), ("two", 1)):
        Path(folder).mkdir()
        ids = range(1, count + 1)
        images = [{"id": i, "file_name": f"{folder}{i}.png", "width": 100, "height": 80} for i in ids]
        for image in images:
            Image.fromarray(np.full((80, 100, 3), 100, np.uint8)).save(Path(folder, image["file_name"]))
        annotations = [person | {"id": i, "image_id": i} for i in ids]
        Path(folder, "ground_truth.json").write_text(json.dumps({"images": images, "annotations": annotations}))


def run(*arguments):
    return CliRunner().invoke(app, ["evaluate", *arguments])


BOTH = ["--annotations", "one/ground_truth.json", "--annotations", "two/ground_truth.json"]


@pytest.mark.usefixtures("two_methods")
def test_everything_is_judged_and_written(data_sets):
    done = run("fake", "other", *BOTH, "--report", "report", "--markdown", "texts/REPORT.md")
    assert done.exit_code == 0, done.output
    # The demo preset shows nobody of a score below 0.5, and these have 0.39.
    text = Path("texts/REPORT.md").read_text()
    assert "| fake | - | 0.000 | - | 0.00 |" in text
    assert "| method | px | CPU ms | before | shared body | network | after |" in text
    assert json.loads(Path("texts/report.json").read_text()) == json.loads(Path("report/report.json").read_text())
    assert [line.split(":")[0] for line in done.stdout.splitlines() if " people in " in line] == [
        f"{name} on {data}/ground_truth.json" for name in ("fake", "other") for data in ("one", "two")
    ]
    report = json.loads(Path("report/report.json").read_text())
    assert [each["name"] for each in report["sets"]] == ["one/ground_truth.json", "two/ground_truth.json"]
    for each in report["sets"]:
        assert [method["name"] for method in each["methods"]] == ["fake", "other"]
        assert [method["evaluation"]["ap"]["ap"] for method in each["methods"]] == pytest.approx([1, 1])
        assert each["pairs"][0]["comparison"]["measures"][0]["difference"] == 0
    assert "<h2>two/ground_truth.json</h2>" in Path("report/report.html").read_text()
    assert len(json.loads(Path("report/fake-on-one-ground_truth.json").read_text())) == 2


@pytest.mark.usefixtures("two_methods")
def test_what_was_found_is_not_sought_again(data_sets, monkeypatch):
    assert run("fake", *BOTH, "--report", "report").exit_code == 0
    looked = []
    infer = Method.infer

    def counted(self, images, *rest):
        looked.extend([self.name] * len(images))
        return infer(self, images, *rest)

    monkeypatch.setattr(Method, "infer", counted)
    assert run("fake", "other", *BOTH, "--report", "report").exit_code == 0
    assert looked == ["other"] * 3
    report = json.loads(Path("report/report.json").read_text())
    assert [method["ap"]["ap"] for method in report["sets"][0]["methods"]] == pytest.approx([1, 1])
    changed = run("fake", *BOTH, "--report", "report", "--set", "pose_confidence=0.3")
    assert changed.exit_code == 2
    assert "other weights, settings or images; give another folder" in changed.stderr.replace("\n", " ")


@pytest.mark.usefixtures("two_methods")
@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["fake", *BOTH, "--markdown", "a.md"], 2, "--markdown is for a report; give --report DIR too"),
        (["fake", *BOTH, "-o", "a.json"], 2, "for one method on one data set; give --report for several"),
        (
            ["fake", "other", "--annotations", "one/ground_truth.json", "--weights", "w"],
            2,
            "--weights is for one method",
        ),
        (["fake", *BOTH, "--images", "one"], 1, "There are 2 annotation files and 1 places of images"),
        (["fake", "--images", "one"], 1, "Give --data NAME for sample scenes, or --annotations FILE"),
        (
            ["fake", "--annotations", "one/ground_truth.json", "--annotations", "one/ground_truth.json"],
            1,
            "Two data sets are called one/ground_truth.json",
        ),
        (["fake", *BOTH, "--report", "one/ground_truth.json"], 2, "cannot be made"),
    ],
)
def test_what_does_not_fit_is_one_sentence(data_sets, arguments, code, sentence):
    done = run(*arguments)
    assert done.exit_code == code
    assert sentence in done.stderr.replace("\n", " ")
    assert "Traceback" not in done.output


@pytest.mark.usefixtures("two_methods")
def test_images_of_several_data_sets_in_their_order(data_sets):
    Path("one").rename("images1")
    Path("two").rename("images2")
    for number, name in enumerate(("one", "two"), 1):
        Path(name).mkdir()
        Path(f"images{number}/ground_truth.json").rename(Path(name, "ground_truth.json"))
    done = run("fake", *BOTH, "--images", "images1", "--images", "images2")
    assert done.exit_code == 0, done.output
    swapped = run("fake", *BOTH, "--images", "images2", "--images", "images1")
    assert swapped.exit_code == 1
    assert "2 of 2 annotated images are missing" in swapped.stderr.replace("\n", " ")


@pytest.fixture
def signals():
    """What launching changes of this process: what it does when it is asked to end."""
    before = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)}
    yield
    for each, handler in before.items():
        signal.signal(each, handler)


@pytest.mark.usefixtures("signals")
def test_two_processes_find_what_one_finds(data_sets, monkeypatch, capfd):
    """The answers are those of one process, and each image is looked at by one of the two."""
    command = ["evaluate", "yolo11n-pose", "--annotations", "one/ground_truth.json", "--input-size", "64"]
    command += ["--device", "cpu"]
    alone = CliRunner().invoke(app, [*command, "--report", "alone"])
    assert alone.exit_code == 0, alone.output
    # As `accelerate launch` starts several processes, whether they have graphics cards or not.
    launch = ["--multi_gpu", "--num_processes", "2", "-m", "methods", *command, "--report", "both"]
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    launch_command(launch_command_parser().parse_args(launch))
    assert capfd.readouterr().out.count("2 people in 2 images") == 1  # only one of the two prints
    lines = [path.read_text().splitlines() for path in sorted(Path("both/found").rglob("*.jsonl"))]
    assert [len(one) for one in lines] == [1, 1]
    name = "yolo11n-pose-on-one-ground_truth.json"
    assert json.loads(Path("alone", name).read_text()) == json.loads(Path("both", name).read_text())
