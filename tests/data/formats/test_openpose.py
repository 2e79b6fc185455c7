"""OpenPose's JSON folder: BODY_25 and COCO keypoints become COCO's seventeen, the others are told."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from methods.data.formats import read_results
from methods.data.formats.openpose import ORDERS, Collected
from methods.errors import DataError
from methods.skeletons import COCO17, normal_name

TRIPLE = st.tuples(st.floats(0, 1e4), st.floats(0, 1e4), st.floats(0, 1))


@pytest.fixture
def folder(tmp_path):
    """A folder of files by their names."""

    def written(**files):
        (tmp_path / "json").mkdir()
        for name, content in files.items():
            text = content if isinstance(content, str) else json.dumps({"version": 1.3, "people": content})
            (tmp_path / "json" / f"{name}.json").write_text(text)
        return tmp_path / "json"

    return written


def person(**fields) -> dict:
    keypoints = [number for k in range(25) for number in (100 + k, 200 + k, 0.5)]
    return {"person_id": [-1], "pose_keypoints_2d": keypoints, "face_keypoints_2d": []} | fields


def test_everybody_is_read(folder, data) -> None:
    found = read_results(
        folder(a_keypoints=[person(), person()], c_keypoints=[person()], **{"0007_keypoints": []}), data
    )
    assert (found.format, [each["image_id"] for each in found.found]) == ("openpose", [1, 1, 2])
    keypoints = found.found[0]["keypoints"]
    assert keypoints[:6] == [100, 200, 0.5, 116, 216, 0.5]  # nose; left eye
    assert keypoints[-3:] == [111, 211, 0.5]  # right ankle
    assert found.skeleton == COCO17
    (said,) = found.sentences()
    assert "left_big_toe, left_heel, left_small_toe, mid_hip, neck, " in said
    assert "a person's score is the mean confidence of all COCO keypoints, for the format has none." in said


@given(st.sampled_from(sorted(ORDERS)).flatmap(lambda n: st.lists(TRIPLE, min_size=n, max_size=n)))
def test_keypoints_are_told_by_their_place(triples) -> None:
    collected = Collected()
    numbers = [number for triple in triples for number in triple]
    collected.add_image({"people": [{"of": numbers}]}, "a", "a.json", "people", "of")
    (entry,) = collected.entries
    order = ORDERS[len(triples)]
    for k, keypoint in enumerate(COCO17.keypoints):
        assert tuple(entry["keypoints"][3 * k : 3 * k + 3]) == triples[order.index(normal_name(keypoint))]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"pose_keypoints_2d": []}, "pose_keypoints_2d is 0 numbers, not 75 (BODY_25) or 54 (COCO)"),
        ({"pose_keypoints_2d": None}, "pose_keypoints_2d is None, not 75"),
        ({"pose_keypoints_2d": [1, 2, "x"] * 25}, "keypoints[2] is 'x': it should be a valid number"),
        ({"pose_keypoints_2d": [10**400] * 75}, "keypoints[0] is 1000"),
    ],
)
def test_somebody_who_cannot_be_used_is_left_out_and_told(folder, data, fields, problem) -> None:
    found = read_results(folder(a_keypoints=[person(**fields), person()]), data)
    assert len(found.found) == 1
    (part,) = found.left_out
    assert part.count == 1
    assert part.first.startswith("a_keypoints.json, people[0]")
    assert problem.split(":")[0] in part.first


def test_shares_of_the_size_are_refused(folder, data) -> None:
    normal = person(pose_keypoints_2d=[0.5, 0.25, 0.9] * 25)
    with pytest.raises(DataError, match=r"has coordinates from -1 to 1, .*--keypoint_scale 0"):
        read_results(folder(a_keypoints=[normal]), data)


def test_a_broken_file_is_left_out_and_told(folder, data) -> None:
    found = read_results(folder(a_keypoints=[person()], c_keypoints="{"), data)
    assert [each["image_id"] for each in found.found] == [1]
    assert "1 in files that cannot be read (c_keypoints.json in " in found.sentences()[1]
