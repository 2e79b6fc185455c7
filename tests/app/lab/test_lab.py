"""The lab, page by page, without a browser."""

import json
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from app.analysis.dataset import Dataset, Run
from app.lab.charts import ENTRY, fitting
from app.lab.errors import chosen_errors
from app.lab.gallery import people_instances
from app.lab.scores import measures, wrong_at
from methods.analysis.scene_results import read_origins
from methods.data.coco import CocoKeypoints
from methods.metrics.curves import curve

LAB = Path(__file__).resolve().parents[3] / "app" / "lab" / "main.py"
PEOPLE = (60, 240)  # where they stand, x


def result(x: float, score: float) -> dict:
    return {"image_id": 1, "keypoints": [n for k in range(17) for n in (x, 40 + 4 * k, score)], "score": score}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """ground_truth.json with two people in one image; good.json finds both, half.json one and somebody who is not
    there."""
    folder = tmp_path_factory.mktemp("lab")
    Image.fromarray(np.full((160, 320, 3), 90, np.uint8)).save(folder / "1.png")
    people = [
        {"id": x, "image_id": 1, "bbox": [x - 20, 30, 40, 90], "area": 1900, "keypoints": keypoints(x)} for x in PEOPLE
    ]
    images = [{"id": 1, "file_name": "1.png", "width": 320, "height": 160}]
    (folder / "ground_truth.json").write_text(json.dumps({"images": images, "annotations": people}))
    (folder / "good.json").write_text(json.dumps([result(x, 0.9) for x in PEOPLE]))
    (folder / "half.json").write_text(json.dumps([result(60, 0.8), result(150, 0.6)]))
    for name in ("one", "two"):  # who agree on somebody who is not annotated
        (folder / f"{name}.json").write_text(json.dumps([result(150, 0.95), *(result(x, 0.9) for x in PEOPLE)]))
    (folder / "strange.json").write_text(json.dumps([result(60, 0.8) | {"image_id": 7}]))
    return folder


def keypoints(x: float) -> list[float]:
    return [n for k in range(17) for n in (x, 40 + 4 * k, 2)]


@pytest.fixture(scope="module")
def dataset(folder) -> Dataset:
    data = CocoKeypoints.read(folder / "ground_truth.json", folder)
    runs = {name: Run.of(data, json.loads((folder / f"{name}.json").read_text())) for name in ("good", "half")}
    return Dataset(data, True, runs)


@pytest.fixture
def lab(folder, few_resamples):
    """The lab with the two people chosen, and the results named."""
    test = AppTest.from_file(str(LAB), default_timeout=120)
    test.session_state["kind"] = "Files on this computer"
    test.session_state["annotations"] = str(folder / "ground_truth.json")
    test.session_state["images"] = str(folder)
    test.session_state["errors' method"] = "half"

    def run(*names: str, **state: object) -> AppTest:
        test.session_state["paths"] = "\n".join(str(folder / f"{name}.json") for name in names)
        for key, value in state.items():
            test.session_state[key] = value
        return test.run()

    return run


@pytest.mark.parametrize(
    ("page", "heading"),
    [
        ("Scores", "Precision and recall"),
        ("Beside OKS", "Calibration of scores"),
        ("Errors", "Errors"),
        ("Compare", "half less good"),
        ("Data", "2 of 2 people, in 1 images"),
    ],
)
def test_every_page_shows_its_tables_and_pictures(lab, page, heading):
    shown = lab("good", "half", page=page)
    assert not shown.exception
    assert not shown.error
    assert heading in [each.value for each in shown.subheader]
    assert len(shown.dataframe)
    assert bool(shown.get("image")) == (page not in ("Scores", "Beside OKS"))  # after a click


def test_methods_that_are_compared_can_change_places_and_go(lab):
    shown = lab("good", "half", page="Compare")
    shown = shown.selectbox(key="first").set_value("half").run()
    assert not shown.exception
    assert "good less half" in [each.value for each in shown.subheader]
    shown = lab("half", page="Compare")
    assert not shown.exception
    assert "two methods" in shown.info[0].value


def test_labels_that_methods_doubt(lab):
    shown = lab("one", "two", page="Labels")
    assert not shown.exception
    assert not shown.error
    assert shown.dataframe[0].value["kind"].tolist() == ["not annotated"]
    assert any("2 methods find the same person where nobody is annotated" in each.value for each in shown.markdown)
    assert len(shown.get("image")) == 2
    assert "No label is in doubt" in lab("good", "half", page="Labels").info[0].value
    assert "at least two methods" in lab("good", page="Labels").error[0].value


def test_a_click_on_a_curve_shows_what_is_wrong_there(lab):
    shown = lab("good", "half", page="Scores", **{"point of a curve": ("half", 0.5)})
    (kind,) = [radio for radio in shown.radio if radio.key == "wrong"]
    assert kind.options == ["False detections (0)", "People not found (1)"]


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (("nothing",), "There is no file or folder at"),
        (("ground_truth",), "holds COCO keypoint annotations, no results"),
        (("strange",), "No detection belongs to an image of"),
    ],
)
def test_what_does_not_fit_is_one_sentence(lab, names, sentence):
    shown = lab(*names)
    assert not shown.exception
    assert sentence in shown.error[0].value
    assert "Choose results in the sidebar" in shown.info[0].value


def test_a_folder_without_report_and_no_annotations(lab, folder):
    shown = lab("good", annotations="nowhere.json")
    assert "There is no file or folder at nowhere.json" in shown.error[0].value
    shown.session_state["annotations"] = str(folder / "ground_truth.json")
    shown.session_state["paths"] = str(folder)
    assert "is none of the results that are known here" in shown.run().error[0].value


def test_how_files_were_read_is_said_and_can_be_changed(lab, folder):
    content = json.loads((folder / "ground_truth.json").read_text())
    content["images"].append({"id": 2, "file_name": "2.png", "width": 320, "height": 160})
    (folder / "more.json").write_text(json.dumps(content))
    shown = lab("good", "strange", annotations=str(folder / "more.json"), sigmas="0.2")
    assert not shown.exception
    assert "No detection belongs to an image of" in shown.error[0].value
    (report,) = [each.value for each in shown.markdown if each.value.startswith("* ")]
    assert "Images: 1 of 2 found; left out: 1 that are not there (2.png)." in report
    assert "sigmas as given" in report
    assert shown.text_input(key="sigmas").placeholder.startswith("0.026, ")
    offered = shown.selectbox(key="category").options
    assert offered == ["person, or the only one", "person (2 annotations)"]
    assert "The sigmas are 'x'" in lab("good", sigmas="x").error[0].value


def test_sample_scenes_with_what_the_published_methods_find(few_resamples):
    test = AppTest.from_file(str(LAB), default_timeout=120)
    test.session_state["scenes"] = "scenes/driver"
    shown = test.run()
    assert not shown.exception
    assert shown.dataframe[0].value["method"].tolist() == list(read_origins())
    assert not [each for each in shown.markdown if "Annotations:" in each.value]  # only of the visitor's own files


def test_measures(dataset):
    table = measures(dataset).set_index("method")
    assert table.loc["good", "AP"] == 1
    assert table.loc["half", "AR"] == 0.5
    assert table.loc["good", "interval"] == "1.000 to 1.000"


def test_what_is_wrong_at_a_point(dataset):
    run = dataset.runs["half"]
    found = curve(run.matching, 0.5)
    false, missed = wrong_at(run, found.at(0.5))
    assert run.matching.detections.scores[false].tolist() == [0.6]
    assert dataset.ground_truth.place[missed].tolist() == [1]
    assert wrong_at(run, found.at(0.7))[0] == []


def test_errors_by_kind_and_keypoint(dataset):
    run = dataset.runs["half"]
    assert chosen_errors(run, "all", "all")["kind"].tolist() == ["background", "missed"]
    assert chosen_errors(run, "missed", "all")["person"].tolist() == [1]
    assert not len(chosen_errors(run, "all", "nose"))


def test_people_with_slices_and_oks(dataset):
    assert dataset.people["OKS half"].tolist() == [1, 0]
    assert dataset.people["size"].tolist() == ["medium", "medium"]
    assert [case.caption for case in people_instances(dataset, [1])] == ["1.png"]


def test_there_is_room_for_a_legend():
    """Of two entries; the third trace has none, and a second trace of the same name no further one."""
    figure = go.Figure().add_bar(name="a").add_bar(name="b").add_bar(name="c", showlegend=False).add_bar(name="a")
    drawn = fitting(figure.update_layout(height=400))
    assert drawn.layout.height == 400 + 2 * ENTRY
    assert (drawn.layout.legend.yref, drawn.layout.legend.yanchor) == ("container", "bottom")
