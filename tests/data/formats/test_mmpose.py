"""MMPose's predictions: of its inferencer, a list for each image, and of its demos, with meta_info."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from methods.data.formats import read_results
from methods.data.formats.files import Files
from methods.errors import DataError
from methods.skeletons import COCO17, CROWDPOSE14

NUMBER = st.floats(-1e5, 1e5)


def instance(count=17, **fields) -> dict:
    """Keypoints of which the first has a score too low to count."""
    keypoints = [[100.0 + k, 50.0 + k] for k in range(count)]
    scores = [0.1, *[0.8] * (count - 1)]
    return {"keypoints": keypoints, "keypoint_scores": scores, "bbox": [[10, 20, 40, 60]], "bbox_score": 0.5} | fields


def files(value, name="a.json"):
    return Files.of_bytes(name, json.dumps(value).encode())


def test_a_folder_with_a_list_for_each_image(tmp_path, data) -> None:
    for name, content in {"a": [instance(), instance()], "c": [instance()], "0007": []}.items():
        (tmp_path / "predictions").mkdir(exist_ok=True)
        (tmp_path / "predictions" / f"{name}.json").write_text(json.dumps(content))
    found = read_results(tmp_path / "predictions", data)
    assert (found.format, [each["image_id"] for each in found.found]) == ("mmpose", [1, 1, 2])
    one = found.found[0]
    assert one["keypoints"][:6] == [100, 50, 0.1, 101, 51, 0.8]
    assert one["score"] == pytest.approx(0.5 * 0.8)
    assert one["bbox"] == [10, 20, 30, 40]
    assert found.sentences()[0].startswith("Read as MMPose's predictions; a person's score is bbox_score x the mean")


@given(st.lists(st.tuples(NUMBER, NUMBER, st.floats(0, 1)), min_size=1, max_size=30))
def test_numbers_stay_what_they_are(triples) -> None:
    triples = [(5, 5, 0.5), *triples]  # pixels
    one = instance(keypoints=[each[:2] for each in triples], keypoint_scores=[each[2] for each in triples])
    (found,) = read_results(files([one]), None).found
    assert found["image_id"] == "a"
    assert found["keypoints"] == [number for each in triples for number in each]


def test_keypoints_that_the_file_names(data) -> None:
    names = list(reversed(CROWDPOSE14.keypoints))
    meta = {"dataset_name": "mine", "keypoint_id2name": {str(k): name for k, name in enumerate(names)}}
    found = read_results(files({"meta_info": meta, "instance_info": [instance(14)]}, "results_a.json"), data)
    assert found.skeleton == CROWDPOSE14
    assert found.found[0]["image_id"] == 1
    assert found.found[0]["keypoints"][:2] == [113, 63]  # the last of the file
    assert "CrowdPose-14 by its names" in found.sentences()[0]
    plain = read_results(files({"meta_info": {}, "instance_info": [instance()]}, "results_a.json"), data)
    assert plain.skeleton is None
    assert len(plain.found[0]["keypoints"]) == 3 * len(COCO17)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"keypoint_scores": [1]}, "it needs as many keypoint_scores as keypoints"),
        ({"keypoints": [[1, 2, 3]] * 17}, "keypoints[0] is [1, 2, 3], not x and y"),
        ({"bbox_score": None}, "keypoint_scores and bbox_score need to be finite numbers"),
        ({"keypoint_scores": ["x"] * 17}, "keypoint_scores and bbox_score need to be finite numbers"),
    ],
)
def test_an_instance_that_cannot_be_used_is_left_out_and_told(data, fields, problem) -> None:
    found = read_results(files([instance(), instance(**fields)]), data)
    assert len(found.found) == 1
    assert found.left_out[0].first == f"a.json, instance 1: {problem}"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([{"frame_id": 0, "instances": [instance()]}], "a.json holds predictions of a video"),
        ({"instance_info": [{"frame_id": 0, "instances": []}]}, "a.json holds predictions of a video"),
        (
            {"meta_info": {"keypoint_id2name": {"1": "nose"}}, "instance_info": [instance()]},
            "keypoint_id2name does not number its keypoints from 0",
        ),
        ([{"keypoint_scores": 3}], "a.json, instance 0: it needs as many"),
    ],
)
def test_what_is_refused(data, value, message) -> None:
    with pytest.raises(DataError, match=message):
        read_results(files(value), data)


def test_files_that_name_other_keypoints(tmp_path, data) -> None:
    for name, skeleton in {"a": COCO17, "c": CROWDPOSE14}.items():
        meta = {"keypoint_id2name": dict(enumerate(skeleton.keypoints))}
        content = {"meta_info": meta, "instance_info": [instance(len(skeleton))]}
        (tmp_path / f"results_{name}.json").write_text(json.dumps(content))
    found = read_results(tmp_path, data)
    assert found.skeleton == CROWDPOSE14 or found.skeleton == COCO17
    assert "names other keypoints than the files before it" in " ".join(found.sentences())
