"""`python -m methods predict`: what it writes, what it says about bad files, and its exit codes."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from pycocotools.coco import COCO
from typer.testing import CliRunner

from methods.__main__ import app
from methods.images import read_image
from methods.video import VideoFrame, every_frame
from methods.video_writing import write_video

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.usefixtures("fake_method")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The working directory, with a bright image, a dark one below, a text file and a broken image."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "images" / "below").mkdir(parents=True)
    Image.new("RGB", (80, 60), (204, 204, 204)).save("images/bright.png")
    Image.new("RGB", (40, 60), (26, 26, 26)).save("images/below/bright.jpg")
    Path("images/notes.txt").write_text("not an image")
    Path("broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return tmp_path


def run(*arguments: str):
    return CliRunner().invoke(app, ["predict", *arguments])


def read(name: str):
    return json.loads((Path("predictions") / name).read_text())


def test_json_is_coco_results_with_a_data_set_beside(folder):
    done = run("fake", "images")
    assert done.exit_code == 0
    assert done.stdout == "fake found 1 person in 2 of 2 files; see predictions/\n"
    assert sorted(path.name for path in Path("predictions").iterdir()) == ["images.json", "predictions.json"]
    [result] = read("predictions.json")
    assert result["image_id"] == 2
    assert result["bbox"] == [0, 0, 80, 60]
    assert result["keypoints"][:3] == [40, 30, 0.8]
    described = read("images.json")
    assert described["images"] == [
        {"id": 1, "file_name": "images/below/bright.jpg", "width": 40, "height": 60},
        {"id": 2, "file_name": "images/bright.png", "width": 80, "height": 60},
    ]
    assert described["info"] == {"method": "fake", "input_size": 64, "settings": {"pose_confidence": 0.5}}
    loaded = COCO("predictions/images.json").loadRes("predictions/predictions.json")
    assert loaded.getAnnIds(imgIds=[2]) == [1]


@pytest.mark.usefixtures("two_methods")
def test_several_methods_have_a_folder_each_and_every_image_is_read_once(folder, monkeypatch):
    readings = []
    monkeypatch.setattr("methods.cli.predicting.read_image", lambda path: readings.append(path) or read_image(path))
    done = run("other,fake", "images", "-f", "json", "-f", "png")
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == [
        f"{name} found 1 person in 2 of 2 files; see predictions/{name}/" for name in ("other", "fake")
    ]
    assert len(readings) == 2
    for name in ("other", "fake"):
        assert read(f"{name}/images.json")["info"]["method"] == name
        assert [result["image_id"] for result in read(f"{name}/predictions.json")] == [2]
        assert Path("predictions", name, "bright-poses.png").is_file()
    assert sorted(path.name for path in Path("predictions").iterdir()) == ["fake", "other"]


def test_csv_has_a_row_for_each_keypoint(folder):
    assert run("fake", "images", "--format", "csv", "--set", "pose_confidence=0").exit_code == 0
    table = pd.read_csv("predictions/predictions.csv")
    assert list(table.columns) == ["image", "person", "score", "keypoint", "x", "y", "keypoint_score"]
    assert table.groupby("image").size().to_dict() == {"images/below/bright.jpg": 17, "images/bright.png": 17}
    assert table["score"].unique().tolist() == pytest.approx([26 / 255, 0.8], abs=1e-2)


def test_csv_of_nobody_keeps_its_columns(folder):
    assert run("fake", "images/below", "-f", "csv").exit_code == 0
    table = pd.read_csv("predictions/predictions.csv")
    assert len(table) == 0
    assert "keypoint_score" in table.columns


def test_png_shows_the_poses_and_names_do_not_collide(folder):
    assert run("fake", "images", "-f", "png", "-f", "json", "-o", "drawn").exit_code == 0
    assert sorted(path.name for path in Path("drawn").iterdir()) == [
        "bright-2-poses.png", "bright-poses.png", "images.json", "predictions.json",
    ]  # fmt: skip
    drawn = np.asarray(Image.open("drawn/bright-2-poses.png"))
    assert drawn.shape == (60, 80, 3)
    assert (drawn[30, 40] != 204).any()
    assert (drawn[5, 5] == 204).all()
    assert len(np.unique(np.asarray(Image.open("drawn/bright-poses.png")))) == 1  # the dark image shows nobody


def test_settings_come_from_preset_and_set(folder):
    assert "1 person" in run("fake", "images").stdout
    assert "2 people" in run("fake", "images", "--preset", "evaluation").stdout
    assert "0 people" in run("fake", "images", "--preset", "evaluation", "--set", "pose_confidence=0.9").stdout
    assert read("images.json")["info"]["settings"] == {"pose_confidence": 0.9}


def test_bad_files_are_named_and_the_others_go_on(folder):
    done = run("fake", "broken.png", "images/bright.png", "images/notes.txt", "nowhere.jpg", "empty*.png")
    assert done.exit_code == 1
    assert done.stdout == "fake found 1 person in 1 of 5 files; see predictions/\n"
    complaints = [line for line in done.stderr.splitlines() if ": " in line]
    assert [line.split(":")[0] for line in complaints] == [
        "broken.png",
        "images/notes.txt",
        "nowhere.jpg",
        "empty*.png",
    ]
    assert "damaged or unusual PNG" in complaints[0]
    assert "is not a JPEG, PNG" in complaints[1]
    assert "There is no image file" in complaints[2]
    assert len(read("images.json")["images"]) == 1


def test_patterns_repeats_and_own_output(folder):
    assert (
        run("fake", "images/**/bright.*", "images/bright.png", "images", "-f", "png", "-o", "images/out").exit_code == 0
    )
    again = run("fake", "images", "-o", "images/out")
    assert "in 2 of 2 files" in again.stdout  # what was drawn into images/out is not read as input


@pytest.mark.parametrize("name", ["[red]odd[/red].png", "1 [bold].png"])
def test_brackets_in_names_are_printed_as_they_are(folder, name):
    Path(name.replace("/", "_")).write_bytes(b"")
    done = run("fake", name.replace("/", "_"))
    assert f"{name.replace('/', '_')} is empty (0 bytes)" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["nobody", "images"], 2, "There is no method 'nobody'; choose from: fake."),
        (["fake,nobody", "images"], 2, "There is no method 'nobody'; choose from: fake."),
        (["fake,fake", "images", "--weights", "a.safetensors"], 2, "--weights is for one method; give one NAME."),
        (["fake", "images", "--set", "speed=3"], 2, "There is no setting 'speed'; choose from pose_confidence."),
        (["fake", "images", "--set", "pose_confidence=2"], 2, "give a number from 0 to 1"),
        (["fake", "images", "--set", "pose_confidence"], 2, "--set takes SETTING=VALUE, not 'pose_confidence'"),
        (["fake", "images", "--device", "cuda"], 2, "Device 'cuda' is not available"),
        (["fake", "images", "--input-size", "7"], 2, "Input size 7 px is out of range"),
        (["fake", "images", "--output", "broken.png"], 2, "cannot be made (File exists)"),
        (["fake", "images", "--format", "xml"], 2, "xml"),
        (["fake"], 2, "Missing argument"),
    ],
)
def test_wrong_usage_is_one_sentence(folder, arguments, code, sentence):
    done = run(*arguments)
    assert done.exit_code == code
    assert sentence in done.stderr
    assert "Traceback" not in done.output
    assert not Path("predictions").exists()


def test_help_reads_well_and_starts_without_torch():
    script = "import sys; sys.argv = ['methods', '--help']\ntry:\n    import methods.__main__ as m; m.app()\nfinally:\n"
    script += "    print([name for name in ('torch', 'pandas', 'pydantic') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("[]")
    for command in ("predict", "evaluate", "variants", "weights", "preview", "train", "benchmark"):
        assert command in done.stdout
    help_text = run("--help").stdout
    for option in ("--output", "--format", "--preset", "--set", "--weights", "--input-size", "--device"):
        assert option in help_text


@pytest.fixture
def legs_judged(monkeypatch):
    """In place of the published judge one who says that knees lie outside the image and ankles are hidden."""
    from methods.visibility.judge import KeypointJudge
    from methods.visibility.judgement import Judgement

    class LegsJudge:
        def judge(self, images, poses):
            inside, seen, other = (np.full((len(poses[0]), 17), 0.9) for _ in range(3))
            inside[:, 13:15], seen[:, 15:] = 0.1, 0.1
            visibility = np.full((len(poses[0]), 17, 3), 1 / 3)
            return [Judgement(visibility, inside, seen, visibility, other, score=inside * seen)]

        def threshold(self, asked, share):
            return {0.05: 0.8, 0.1: 0.5, 0.2: 0.15}[share]

    monkeypatch.setattr(KeypointJudge, "published", lambda *given: LegsJudge())


@pytest.mark.usefixtures("legs_judged")
@pytest.mark.parametrize(
    ("options", "left", "asked", "threshold"),
    [
        ([], 13, "wrong", 0.8),
        (["--at-most", "1 in 5"], 0, "wrong", 0.15),
        (["--leave-out", "not in the image"], 15, "not in the image", 0.8),
        (["--leave-out", "hidden", "--filter-threshold", "0.8"], 15, "hidden", 0.8),
        (["--leave-out", "hidden", "--filter-threshold", "1"], 17, "hidden", 1),
    ],
)
def test_the_visibility_filter_leaves_out_what_is_asked_above_a_threshold(folder, options, left, asked, threshold):
    done = run("fake", "images", "--visibility-filter", *options)
    assert done.exit_code == 0, done.output
    [result] = read("predictions.json")
    assert np.count_nonzero(result["keypoints"][2::3]) == left
    wanted = {"model": "visibility-n-judge", "asked": asked, "threshold": threshold}
    assert read("images.json")["info"]["visibility_filter"] == wanted


def test_what_nobody_can_judge_is_one_sentence(folder):
    done = run("fake", "images", "--visibility-filter", "--leave-out", "absent")
    assert done.exit_code == 2
    assert "Keypoints cannot be left out for being absent; give one of: wrong, not in the image" in done.stderr


@pytest.mark.parametrize("option", [["--leave-out", "hidden"], ["--at-most", "1 in 5"], ["--filter-threshold", "0"]])
def test_what_to_leave_out_needs_the_filter(folder, option):
    done = run("fake", "images", *option)
    assert done.exit_code == 2
    assert f"{option[0]} goes with --visibility-filter" in done.stderr


def test_help_names_all_that_keypoints_are_left_out_for_and_every_preset():
    from methods.cli.predict import AtMostOption, LeaveOutOption
    from methods.visibility.judgement import ASKED, PRESETS

    for option, names in ((LeaveOutOption, ASKED), (AtMostOption, PRESETS)):
        (about,) = option.__metadata__
        assert [name for name in names if name not in about.help] == []


def test_a_method_that_takes_no_boxes_takes_no_detector(folder):
    done = run("fake", "images", "--detector", "other")
    assert done.exit_code == 2
    assert "fake finds people by itself and takes no boxes of other" in done.stderr


def test_a_method_that_filters_no_boxes_has_no_filter_to_leave_out(folder):
    done = run("fake", "images", "--no-filter")
    assert done.exit_code == 2
    assert "fake does not filter boxes; leave --no-filter off." in done.stderr


def test_a_video_gives_json_per_frame_and_a_drawn_video(folder):
    times = [0, 0.04, 0.5, 2.0]
    frames = [np.full((60, 80, 3), level, np.uint8) for level in (220, 220, 30, 220)]
    write_video(Path("clip.mp4"), map(VideoFrame, times, frames))
    done = run("fake", "clip.mp4", "images", "broken.png")
    assert done.exit_code == 1
    assert done.stdout == "fake found 4 people in 3 of 4 files; see predictions/\n"
    described = read("images.json")["images"]
    assert [each["file_name"] for each in described[:4]] == [f"clip.mp4#{i}" for i in range(4)]
    assert [each["seconds"] for each in described[:4]] == pytest.approx(times, abs=1e-4)
    assert [(each["frame"], each["seconds"]) for each in read("predictions.json") if "frame" in each] == [
        (i, pytest.approx(times[i], abs=1e-4)) for i in (0, 1, 3)
    ]
    drawn = list(every_frame(Path("predictions/clip-poses.mp4")))
    assert [frame.seconds for frame in drawn] == pytest.approx(times, abs=1e-4)
    assert [frame.image.std() > 5 for frame in drawn] == [True, True, False, True]
    assert not Path("predictions/clip-motion.csv").exists()


def test_a_videos_table_says_how_keypoints_move(folder):
    write_video(Path("clip.mp4"), (VideoFrame(t, np.full((60, 80, 3), 220, np.uint8)) for t in (0, 0.5, 2.0)))
    assert run("fake", "clip.mp4", "--format", "csv").exit_code == 0
    table = pd.read_csv("predictions/clip-motion.csv")
    nose = table[(table["person"] == 0) & (table["keypoint"] == "nose")]
    assert nose["seconds"].tolist() == pytest.approx([0, 0.5, 2.0], abs=1e-4)
    assert nose["jitter"].tolist() == pytest.approx([np.nan, 0, np.nan], abs=1e-3, nan_ok=True)
