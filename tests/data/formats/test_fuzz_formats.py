"""Anything in place of anything in files of every format: one sentence, or results that account for every entry."""

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from methods.data.formats import read_annotations, read_results
from methods.data.formats.files import Files
from methods.errors import DataError
from methods.metrics.ap import keypoint_ap
from methods.skeletons import COCO17
from tests.data.mutation import changed

TRIPLES = [number for k in range(25) for number in (10.5 + k, 20 + k, 0.5)]
FLAT = TRIPLES[:51]
INSTANCE = {"keypoints": [[1, 2]] * 17, "keypoint_scores": [0.5] * 17, "bbox": [[1, 2, 3, 4]], "bbox_score": 0.5}
NAMES = {str(k): name for k, name in enumerate(COCO17.keypoints)}
RESULTS = {
    "alphapose": [{"image_id": "a.png", "keypoints": FLAT, "score": 2.5, "box": [1, 2, 3, 4], "idx": [0]}] * 2,
    "cmu": {"a.png": {"version": "AlphaPose v0.3", "bodies": [{"keypoints": TRIPLES[:54]}]}},
    "openpose": {"version": 1.3, "people": [{"person_id": [-1], "pose_keypoints_2d": TRIPLES}] * 2},
    "ultralytics": [{"image_id": "a", "file_name": "a.png", "keypoints": FLAT, "bbox": [1, 2, 3, 4], "score": 0.5}],
    "mmpose": {"meta_info": {"keypoint_id2name": NAMES}, "instance_info": [INSTANCE] * 2},
    "mmpose list": [INSTANCE] * 2,
}
ODD_WORDS = st.sampled_from(["", "nan", "-1", "2", "1e999", "x", "0x1", "1_0", "\x00", "9" * 99, "0.5 0.5", "\n", "ä"])
ODD_YAML = st.sampled_from(
    ["null", "[]", "{}", "-1", "1e99", "'x'", "[17]", "[0, 3]", "[[17, 3]]", "{0: 1}", "2020-99-99", "&a [*a]",
     "images/../..", "/nowhere", "images", "[images, 3]", "!!python/name:os.system", "\t", "{a: b}", "~"]
)  # fmt: skip
YAML = {
    "path": ".",
    "val": "images",
    "kpt_shape": "[17, 3]",
    "names": "{0: person}",
    "flip_idx": "null",
    "kpt_names": "null",
}
LINE = ["0", "0.5", "0.5", "0.2", "0.4", *["0.5", "0.25", "2"] * 17]


def judge(said: str) -> None:
    assert said.endswith((".", "..."))
    assert len(said) < 900


@pytest.mark.parametrize("kind", RESULTS)
def test_any_results(kind, data) -> None:
    @settings(max_examples=30)
    @given(changed(RESULTS[kind]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    def check(value, encoding) -> None:
        try:
            found = read_results(Files.of_bytes("a.json", json.dumps(value).encode(encoding)), data)
            assert len(found.found) + sum(part.count for part in found.left_out) == found.total
            for said in found.sentences():
                judge(said)
            if found.found and len(found.found[0]["keypoints"]) == 51:
                keypoint_ap(data, found.found)
        except DataError as error:
            judge(str(error))

    check()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.integers(0, 60), ODD_WORDS), max_size=3),
    st.lists(st.tuples(st.sampled_from(sorted(YAML)), ODD_YAML), max_size=2),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1"]),
)
def test_any_yolo_set(tmp_path: Path, words, fields, encoding) -> None:
    line = list(LINE)
    for position, word in words:
        line.insert(position, word)
    shutil.rmtree(tmp_path / "set", ignore_errors=True)
    for name in ("images", "labels"):
        (tmp_path / "set" / name).mkdir(parents=True)
    Image.new("RGB", (64, 48)).save(tmp_path / "set" / "images" / "a.png")
    labels = "\n".join([" ".join(line), " ".join(LINE)])
    (tmp_path / "set" / "labels" / "a.txt").write_bytes(labels.encode(encoding))
    yaml = "\n".join(f"{key}: {value}" for key, value in (YAML | dict(fields)).items())
    (tmp_path / "set" / "data.yaml").write_text(yaml)
    try:
        reading = read_annotations(tmp_path / "set" / "data.yaml").reading
        people = reading.people + reading.crowds + reading.unlabelled
        assert people + sum(part.count for part in reading.left_out) == reading.annotations
        for said in reading.sentences():
            judge(said)
    except DataError as error:
        judge(str(error))
