"""mAPK and the effect of filtering, checked by hand."""

import math

import numpy as np
import pytest
import torch

from methods.data.coco import AnnotatedImage
from methods.errors import DataError
from methods.method import Raw
from methods.metrics.mapk import PARTS, keypoint_outcomes, measure_mapk, part_index
from methods.ops.letterbox import Frame
from methods.settings import Settings
from methods.skeletons import COCO17
from methods.types import Poses, Prediction, Timing
from methods.visibility.filtering import own_scores
from methods.visibility.studies.filtering import cut, measure_filter, precision_recall

NOSE_SIGMA = COCO17.sigmas[0]


def poses(x: float, y: float, *, shifts=(), missing=(), scores=None, visibility=None) -> Poses:
    """One pose in the 50 x 50 px box around x, y; `shifts` holds (keypoint, pixels to the right)."""
    keypoints = np.tile([float(x), float(y)], (1, 17, 1))
    for keypoint, pixels in shifts:
        keypoints[0, keypoint, 0] += pixels
    keypoints[0, list(missing)] = np.nan
    box = np.array([[x - 25, y - 25, x + 25, y + 25]])
    return Poses(box, [0.9], keypoints, [scores or [0.5] * 17], visibility)


def test_keypoints_belong_to_the_papers_parts():
    names = [PARTS[part_index(name)] for name in COCO17.keypoints]
    assert names[:5] == ["head"] * 5
    assert names[5::2] == names[6::2] == ["shoulder", "elbow", "wrist", "hip", "knee", "ankle"]


def test_all_keypoints_in_place_are_right(make_data, make_person):
    found = measure_mapk(make_data({1: [make_person(100, 100)]}), [poses(100, 100)])
    assert (found.mean.precision, found.mean.recall, found.mean.predicted) == (1, 1, 17)


def test_a_keypoint_without_a_label_is_wrong_and_leaving_it_out_mends_precision(make_data, make_person):
    """One ankle has no label: predicting both is half right, and leaving the wrong one out changes no recall."""
    keypoints = [100, 100, 2] * 16 + [0, 0, 0]
    data = make_data({1: [make_person(100, 100, keypoints=keypoints)]})
    before, after = (measure_mapk(data, [poses(100, 100, missing=gone)]) for gone in ((), (16,)))
    assert (before.parts["ankle"].precision, before.parts["ankle"].recall) == (0.5, 1)
    assert (after.parts["ankle"].precision, after.parts["ankle"].recall) == (1, 1)
    assert before.mean.precision == pytest.approx((6 + 0.5) / 7)


def test_a_keypoint_that_is_far_off_is_wrong_and_missed_at_strict_thresholds_first(make_data, make_person):
    """The nose so far off that its similarity is 0.72: right at 0.5 to 0.7, so at five thresholds of ten."""
    data = make_data({1: [make_person(100, 100)]})
    far = math.sqrt(-math.log(0.72) * 2 * (2 * NOSE_SIGMA) ** 2 * 50**2)
    head = measure_mapk(data, [poses(100, 100, shifts=[(0, far)])]).parts["head"]
    assert head.precision == pytest.approx((4 + 0.5) / 5)
    assert head.recall == pytest.approx((4 + 0.5) / 5)


def test_poses_without_a_person_are_wrong_and_people_without_a_pose_missed(make_data, make_person):
    found = measure_mapk(make_data({1: [make_person(100, 100)], 2: []}), [poses(400, 300), poses(100, 100)])
    assert (found.mean.precision, found.mean.recall) == (0, 0)


def poses_at(*corners: tuple[float, float]) -> Poses:
    """Poses all of whose keypoints are predicted, in 50 x 50 px boxes with these upper left corners."""
    parts = [poses(x + 25, y + 25) for x, y in corners]
    arrays = ((each.boxes, each.scores, each.keypoints, each.keypoint_scores) for each in parts)
    return Poses(*map(np.concatenate, zip(*arrays, strict=True)))


def test_a_person_without_labels_excuses_one_pose_there(make_data, make_person):
    """Two poses lie on somebody without a labelled keypoint: the nearer is ignored, 17 keypoints of the other are
    wrong, and so are 17 of one elsewhere."""
    nobody = make_person(100, 100, keypoints=[0, 0, 0] * 17)
    found = measure_mapk(make_data({1: [nobody]}), [poses_at((75, 75), (80, 75), (400, 75))]).mean
    assert (found.predicted, found.labelled, found.precision) == (34, 0, 0)


def test_a_crowd_excuses_every_pose_of_which_it_holds_half(make_data, make_person):
    """Three of four poses have half of their box or more in a crowd of 150 x 50 px."""
    crowd = make_person(100, 100, bbox=[0, 0, 150, 50], iscrowd=1)
    found = measure_mapk(make_data({1: [crowd]}), [poses_at((0, 0), (100, 0), (125, 0), (126, 0))]).mean
    assert (found.predicted, found.labelled) == (17, 0)


def test_whoever_is_labelled_is_paired_before_anybody_is_ignored(make_data, make_person):
    """The only pose lies in a crowd and on somebody without labels, exactly, and on a labelled person at an IoU of
    0.67."""
    crowd = make_person(100, 100, bbox=[0, 0, 300, 300], iscrowd=1)
    nobody, somebody = make_person(100, 100, keypoints=[0, 0, 0] * 17), make_person(110, 100)
    found = measure_mapk(make_data({1: [crowd, nobody, somebody]}), [poses_at((75, 75))]).mean
    assert (found.predicted, found.labelled) == (17, 17)


def test_nothing_predicted_and_nobody_there_are_undefined(make_data, make_person):
    nothing = measure_mapk(make_data({1: [make_person(100, 100)]}), [Poses.empty()])
    assert math.isnan(nothing.mean.precision)
    assert nothing.mean.recall == 0
    nobody = measure_mapk(make_data({1: []}), [poses(100, 100)])
    assert nobody.mean.precision == 0
    assert math.isnan(nobody.mean.recall)


def test_predictions_have_to_be_as_many_as_images(make_data):
    with pytest.raises(DataError, match="1 images, but there are 0 predictions"):
        measure_mapk(make_data({1: []}), [])


def test_precision_at_the_filters_recall(make_data, make_person):
    """Four keypoints alone have labels. The method's scores put two of the others first, so that at a recall of 1/2,
    which its third and fourth keypoints bring, two of four are right."""
    keypoints = [100, 100, 2] * 4 + [0, 0, 0] * 13
    data = make_data({1: [make_person(100, 100, keypoints=keypoints)]})
    found = [poses(100, 100, scores=[0.7, 0.6, 0.2, 0.1] + [0.9, 0.8] + [0.05] * 11)]
    reached = cut(data, found, own_scores, recall=0.5)
    assert reached.precision == 0.5
    # Right ones are 3rd, 4th, 5th and 6th.
    assert reached.average_precision == pytest.approx((1 / 3 + 2 / 4 + 3 / 5 + 4 / 6) / 4)
    assert math.isnan(cut(data, [Poses.empty()], own_scores, recall=0.5).precision)


class FixedMethod:
    """Finds the same pose on every image."""

    name = "fixed"

    class Settings(Settings):
        pass

    def __init__(self, found: Poses) -> None:
        self.found = found

    def infer(self, images, boxes=None):
        return images

    def decode(self, raw, settings):
        return Prediction(self.found, Timing(0, 0, 0))


class FixedMetamodel:
    """Judges the last keypoint absent."""

    name, skeleton = "judge", COCO17

    def infer(self, images, boxes):
        states = torch.tensor([0.1, 0.1, 0.8]).repeat(len(boxes[0]), 17, 1)
        states[:, 16] = torch.tensor([0.8, 0.1, 0.1])
        return [Raw({"visibility": states}, Frame(640, 480, 1, 1, 0, 0), 0, 0)]


def test_the_effect_of_a_filter(make_data, make_person, monkeypatch):
    monkeypatch.setattr(AnnotatedImage, "read", lambda image: np.zeros((480, 640, 3), np.uint8))
    keypoints = [100, 100, 2] * 16 + [0, 0, 0]
    data = make_data({1: [make_person(100, 100, keypoints=keypoints)]})
    found = measure_filter(FixedMethod(poses(100, 100)), FixedMetamodel(), data)
    assert found.plain.parts["ankle"].precision == 0.5
    assert found.without_absent.parts["ankle"].precision == 1
    assert found.hard == (1, 1)
    assert (found.method, found.filter, found.images) == ("fixed", "judge", 1)
    # All own scores are equal, in the order of keypoints, so that the wrong one is the last of all anyway.
    assert found.own_cut.precision == found.combined_cut.precision == 1


def test_precision_and_recall_of_all_keypoints_together(make_data, make_person):
    data = make_data({1: [make_person(100, 100)]})
    assert precision_recall(keypoint_outcomes(data, [poses(100, 100, missing=range(4))])) == (1, pytest.approx(13 / 17))
    nothing = precision_recall(keypoint_outcomes(data, [Poses.empty()]))
    assert math.isnan(nothing[0])
    assert nothing[1] == 0
