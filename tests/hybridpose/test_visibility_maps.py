"""Measurements of visibility maps, on cases small enough to work out by hand."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from methods.data.coco import CocoKeypoints
from methods.errors import DataError
from methods.hybridpose.decode import HybridPoseIntermediate, HybridPoseSettings
from methods.hybridpose.studies.visibility_maps import measure_visibility_maps, peak_distances
from methods.metrics.box_pairs import paired
from methods.metrics.labelled_keypoints import Scores, keypoint_visibility
from methods.metrics.roc import auc_interval, roc_auc
from methods.ops.letterbox import Frame
from methods.types import Poses, Prediction, Timing

# An image of 120 x 80 pixels in an input of 64 x 64 with 12 pixels of grey above: one map cell of stride 8 is 15
# pixels.
FRAME = Frame(width=120, height=80, scale_x=8 / 15, scale_y=8 / 15, left=0, top=12)


def intermediate_of(keypoints, visibility, *, peaks=(), anchor=1) -> HybridPoseIntermediate:
    """One pose of stride 8; keypoints [K, 2] in pixels; peaks: (keypoint, row, column, value) in the maps of
    `anchor`."""
    maps = np.zeros((3, len(keypoints), 8, 8), np.uint8)
    for keypoint, row, column, value in peaks:
        maps[anchor, keypoint, row, column] = value
    return HybridPoseIntermediate(
        keypoints=np.array([keypoints], np.float32),
        visibility=np.array([visibility], np.float32),
        strides=np.array([8]),
        anchors=np.array([1]),
        maps={8: maps},
        frame=FRAME,
    )


def poses_of(intermediate: HybridPoseIntermediate, box=(0, 0, 120, 80)) -> Poses:
    count = intermediate.visibility.shape[1]
    return Poses(np.array([box]), np.array([0.9]), intermediate.keypoints, np.ones((1, count)))


def test_distance_is_from_the_keypoint_to_the_centre_of_the_highest_cell_in_cells():
    # 30, 30 pixels are 2, 3.5 cells (12 pixels of grey are 1.5 cells); the cell in row 6, column 5 has its centre at
    # 5.5, 6.5: 3.5 and 3 away.
    intermediate = intermediate_of([(30, 30), (30, 30)], [0.5, 0.5], peaks=[(0, 3, 2, 90), (0, 6, 5, 200)])
    found = peak_distances(intermediate, poses_of(intermediate), 0)
    assert found[0] == pytest.approx(math.hypot(3.5, 3))
    assert math.isnan(found[1])  # an empty map has no peak


def test_the_peak_is_sought_in_the_box_and_around_the_keypoint_and_on_no_other_anchors_map():
    elsewhere = (0, 6, 5, 200)
    near = intermediate_of([(30, 30)], [0.5], peaks=[elsewhere, (0, 4, 2, 10)])
    narrow = poses_of(near, box=(0, 0, 50, 60))  # 0 to 3.3 and 1.5 to 5.5 cells: without the higher cell
    assert peak_distances(near, narrow, 0)[0] == pytest.approx(math.hypot(0.5, 1))
    beside = intermediate_of([(75, 60)], [0.5], peaks=[elsewhere])  # 5, 5.5 cells, outside the box
    assert peak_distances(beside, narrow, 0)[0] == pytest.approx(math.hypot(0.5, 1))
    other = intermediate_of([(30, 30)], [0.5], peaks=[elsewhere], anchor=0)
    assert np.isnan(peak_distances(other, poses_of(other), 0)).all()


def test_auc_is_the_share_of_pairs_in_the_right_order():
    labelled = np.array([True, True, True, False, False])
    scores = np.array([0.9, 0.5, 0.2, 0.5, 0.1])
    # 0.9 beats both, 0.5 beats one and ties one, 0.2 beats one: 2 + 1.5 + 1 of 6.
    assert roc_auc(labelled, scores) == pytest.approx(4.5 / 6)
    assert math.isnan(roc_auc(labelled[:3], scores[:3]))
    assert math.isnan(roc_auc(np.zeros(0, bool), np.zeros(0)))


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), max_size=30))
def test_auc_is_that_of_counting_all_pairs(keypoints):
    labelled = np.array([one for one, _ in keypoints], bool)
    scores = np.array([score / 5 for _, score in keypoints])
    pairs = [(a > b) + (a == b) / 2 for a in scores[labelled] for b in scores[~labelled]]
    assert roc_auc(labelled, scores) == pytest.approx(np.mean(pairs) if pairs else math.nan, nan_ok=True)


def test_a_row_counts_distances_of_labelled_keypoints_only():
    row = keypoint_visibility(
        "nose", np.array([True, True, False, True]), np.array([0.8, 0.4, 0.3, 0.6]), np.array([1.0, math.nan, 9.0, 2.0])
    )
    assert (row.peaks, row.distance) == (2, 1.5)
    assert (row.labelled.count, row.labelled.mean, row.labelled.median) == (3, pytest.approx(0.6), 0.6)
    assert (row.unlabelled.count, row.unlabelled.median, row.auc) == (1, 0.3, 1.0)


def test_scores_of_nothing_are_not_a_number():
    none = Scores.of(np.zeros(0))
    assert (none.count, none.histogram) == (0, [0] * 10)
    assert math.isnan(none.mean)
    assert math.isnan(none.upper_quartile)


def test_a_histogram_counts_every_score():
    assert Scores.of(np.array([0.0, 0.05, 0.55, 1.0])).histogram == [2, 0, 0, 0, 0, 1, 0, 0, 0, 1]


def test_the_interval_is_of_whole_images():
    labelled, scores = np.array([[True, False], [True, False]]), np.array([[0.9, 0.1], [0.2, 0.8]])
    # Image 0 alone has an AUC of 1, image 1 of 0; any mixture lies between.
    assert auc_interval(labelled, scores, np.array([0, 1]), 2) == (0, 1)
    assert auc_interval(labelled[:1], scores[:1], np.array([0]), 1) == (1, 1)


def person(box, flags) -> dict:
    x1, y1, x2, y2 = box
    keypoints = [number for flag in flags for number in (20, 20, flag)]
    return {"image_id": 1, "bbox": [x1, y1, x2 - x1, y2 - y1], "keypoints": keypoints, "iscrowd": 0}


FLAGS = [2, 1] + [0] * 15  # nose visible, left eye occluded, the rest not labelled


@pytest.fixture
def image(tmp_path) -> CocoKeypoints:
    Image.fromarray(np.zeros((80, 120, 3), np.uint8)).save(tmp_path / "1.png")
    people = [person((0, 0, 60, 80), FLAGS), person((70, 0, 110, 80), [0] * 17)]
    images = [{"id": 1, "file_name": "1.png", "width": 120, "height": 80}]
    (tmp_path / "ground_truth.json").write_text(json.dumps({"images": images, "annotations": people}))
    return CocoKeypoints.read(tmp_path / "ground_truth.json", tmp_path)


class Blind:
    """Finds what it was given, on whatever image."""

    name, input_size, Settings = "blind", 64, HybridPoseSettings

    def __init__(self, intermediate, poses) -> None:
        self.found = Prediction(poses, Timing(0, 0, 0), intermediate)

    def infer(self, images):
        return images

    def decode(self, raw, settings):
        return self.found


def test_people_are_paired_one_to_one_by_box(image):
    boxes = np.array([[0, 0, 60, 70], [0, 0, 60, 82], [70, 0, 110, 80]])
    poses = Poses(boxes, np.array([0.9, 0.8, 0.7]), np.zeros((3, 17, 2)), np.ones((3, 17)))
    people = image[0].people
    assert [x.tolist() for x in paired(people, poses)] == [[0, 1], [1, 2]]
    assert [x.tolist() for x in paired(people, poses[[0]])] == [[0], [0]]
    assert [x.tolist() for x in paired(people, poses[[2]][:0])] == [[], []]
    assert [x.tolist() for x in paired(people[:1], poses[[2]])] == [[], []]  # the boxes do not overlap


def test_a_data_set_by_hand(image):
    scores = np.array([0.9, 0.3] + [0.2] * 14 + [0.6])
    keypoints = np.tile([30.0, 30.0], (17, 1))  # 2, 3.5 cells
    intermediate = intermediate_of(keypoints, scores, peaks=[(0, 3, 2, 90), (1, 4, 1, 20), (16, 3, 2, 10)])
    found = measure_visibility_maps(Blind(intermediate, poses_of(intermediate, (0, 0, 60, 80))), image)
    everything = found.rows[-1]
    assert (found.images, found.people, found.matched) == (1, 1, 1)  # who has no label does not count
    assert [row.keypoint for row in found.rows][:2] == ["nose", "left_eye"]
    assert everything.keypoint == "all"
    # Nose: 0.5 beside the centre of its cell. Left eye: 0.5 and 1. The right ankle has a peak, but no label.
    assert everything.peaks == 2
    assert everything.distance == pytest.approx((0.5 + math.hypot(0.5, 1)) / 2)
    assert everything.labelled.mean == pytest.approx(0.6)
    assert everything.unlabelled.mean == pytest.approx((14 * 0.2 + 0.6) / 15)
    # The nose beats all 15 that have no label, the eye 14 of them.
    assert everything.auc == pytest.approx(29 / 30)
    assert math.isnan(found.rows[0].auc)
    assert (found.settings, found.auc_low, found.auc_high) == (
        HybridPoseSettings.demo().model_dump(), everything.auc, everything.auc,
    )  # fmt: skip


def test_nobody_found_is_an_error(image: CocoKeypoints):
    intermediate = intermediate_of(np.zeros((17, 2)), np.ones(17))
    with pytest.raises(DataError, match="blind finds nobody who is annotated"):
        measure_visibility_maps(Blind(intermediate, Poses.empty()), image)


def test_a_method_without_maps_is_an_error(image: CocoKeypoints):
    with pytest.raises(DataError, match="blind has no visibility maps"):
        measure_visibility_maps(Blind(None, Poses.empty()), image)
