"""AP of the parts of COCO-WholeBody's people."""

import json

import numpy as np
import pytest

from methods.data.coco import CocoKeypoints
from methods.data.formats import read_results
from methods.data.formats.files import Files
from methods.metrics.ap import keypoint_ap
from methods.metrics.parts import part_ap
from methods.skeletons import COCO17

COUNTS = {"keypoints": 17, "foot_kpts": 6, "face_kpts": 68, "lefthand_kpts": 21, "righthand_kpts": 21}


@pytest.fixture
def whole_bodies(tmp_path):
    """Three people as COCO-WholeBody writes them, one without a labelled face; results right but for right hands."""
    rng = np.random.default_rng(0)
    annotations, results = [], []
    for number in (1, 2, 3):
        fields = {
            name: np.column_stack([rng.uniform(0, 90, (count, 2)).round(1), np.full(count, 2)]).ravel().tolist()
            for name, count in COUNTS.items()
        }
        results.append({"image_id": number, "category_id": 1, "score": 0.9, **fields})
        results[-1]["righthand_kpts"] = (np.array(fields["righthand_kpts"]) + 200).tolist()
        shared = {"id": number, "image_id": number, "category_id": 1, "iscrowd": 0, "num_keypoints": 17}
        annotations.append({**shared, **fields, "bbox": [0, 0, 90, 90], "area": 5000, "face_valid": number != 3})
    content = {
        "images": [{"id": i, "file_name": f"{i}.png", "width": 90, "height": 90} for i in (1, 2, 3)],
        "categories": [{"id": 1, "name": "person", "keypoints": list(COCO17.keypoints)}],
        "annotations": annotations,
    }
    (tmp_path / "whole.json").write_text(json.dumps(content))
    data = CocoKeypoints.read(tmp_path / "whole.json", None, None)
    return data, read_results(Files.of_bytes("a", json.dumps(results).encode()), data).found


def test_parts_are_judged_alone(whole_bodies) -> None:
    data, results = whole_bodies
    found = part_ap(data, results)
    assert {name: round(one.ap, 3) for name, one in found.items()} == {
        "body": 1, "feet": 1, "face": 1, "left hand": 1, "right hand": 0,
    }  # fmt: skip
    assert 0 < keypoint_ap(data, results).ap < 1


def test_a_part_that_nobody_sees_is_no_detection(whole_bodies) -> None:
    data, results = whole_bodies
    for result in results:
        result["keypoints"][17 * 3 : 23 * 3] = [0] * 18
    assert part_ap(data, results)["feet"].ap == 0
    assert part_ap(data, [])["body"].ap == 0


def test_a_skeleton_of_one_part_has_none(make_data, make_person, make_detection) -> None:
    assert part_ap(make_data({1: [make_person(1, 1)]}), [make_detection(1, 1, 1, 0.5)]) == {}
