"""F1 of states, checked by hand."""

import math

import numpy as np
import pytest
import torch

from methods.data.coco import AnnotatedImage
from methods.errors import DataError
from methods.method import Raw
from methods.metrics.state_curves import calibration_bins
from methods.metrics.visibility import StateScores, calibration_error, f1_scores, measure_visibility, total_interval
from methods.ops.letterbox import Frame

# Ten joints: of four absent ones three are found, of two occluded ones one, of four visible ones all; the absent one
# that is missed is called visible, the occluded one absent.
TRUTH = np.array([0, 0, 0, 0, 1, 1, 2, 2, 2, 2])
SAID = np.array([0, 0, 0, 2, 1, 0, 2, 2, 2, 2])


class Oracle:
    """Says visible of everything, with a probability of 0.8."""

    name = "oracle"

    def infer(self, images, boxes):
        said = torch.tensor([0.1, 0.1, 0.8]).repeat(len(boxes[0]), 17, 1)
        return [Raw({"visibility": said}, Frame(1, 1, 1, 1, 0, 0), 0, 0)]


@pytest.fixture
def no_photos(monkeypatch):
    monkeypatch.setattr(AnnotatedImage, "read", lambda image: np.zeros((480, 640, 3), np.uint8))


def test_f1_of_each_class_and_their_mean_by_size():
    found = StateScores.of(TRUTH, SAID)
    # absent: 3 right of 4 claimed and 4 there; occluded: 1 of 1 and 2; visible: 4 of 5 and 4.
    assert found.f1 == pytest.approx({"absent": 6 / 8, "occluded": 2 / 3, "visible": 8 / 9})
    assert found.total == pytest.approx((4 * 6 / 8 + 2 * 2 / 3 + 4 * 8 / 9) / 10)
    assert found.accuracy == 0.8
    assert found.confusion == [[3, 0, 1], [1, 1, 0], [0, 0, 4]]


def test_the_total_is_the_papers():
    """Table 1, S3: with 7% occluded joints and any shares of the others, 0.77, 0.37 and 0.80 give 0.76."""
    for absent in (0.35, 0.40, 0.45):
        total = absent * 0.77 + 0.07 * 0.37 + (0.93 - absent) * 0.80
        assert round(total, 2) == 0.76


def test_a_class_that_is_nowhere_is_undefined_and_does_not_count():
    scores, total = f1_scores(np.diag([3, 0, 2]))
    assert math.isnan(scores[1])
    assert total == 1
    assert math.isnan(f1_scores(np.zeros((3, 3), int))[1])


def test_the_interval_holds_the_total_and_is_a_point_for_equal_images():
    truth, said = np.tile(TRUTH, (6, 1)), np.tile(SAID, (6, 1))
    low, high = total_interval(truth, said, np.arange(6), 6)
    assert low == high == pytest.approx(StateScores.of(truth, said).total)
    said[:3] = truth[:3]
    low, high = total_interval(truth, said, np.arange(6), 6)
    assert low < StateScores.of(truth, said).total < high


def test_calibration_error_is_the_gap_between_confidence_and_truth():
    said = np.array([[0.05, 0.05, 0.9]] * 4 + [[0.6, 0.3, 0.1]] * 4)
    truth = np.array([2, 2, 2, 0, 0, 0, 1, 2])  # three of four right at 0.9, two of four at 0.6
    assert calibration_error(calibration_bins(truth, said)) == pytest.approx((4 * 0.15 + 4 * 0.1) / 8)
    assert calibration_error(calibration_bins(np.array([2]), np.array([[0, 0, 1.0]]))) == 0


def test_everybody_with_a_label_is_judged_in_the_annotated_box(make_data, make_person, no_photos):
    half = [100, 100, 2] * 8 + [100, 100, 1] + [0, 0, 0] * 8
    crowd, nobody = make_person(300, 300, iscrowd=1), make_person(300, 300, keypoints=[0] * 51)
    data = make_data({1: [make_person(100, 100, keypoints=half), crowd], 2: [nobody], 3: [make_person(50, 50)]})
    done = []
    found = measure_visibility(Oracle(), data, done.append)
    assert (found.people, found.all.joints, done) == (2, 34, [1, 2, 3])
    assert found.all.confusion == [[0, 0, 8], [0, 0, 1], [0, 0, 25]]
    assert found.by_joint["nose"].f1["visible"] == 1
    assert found.by_joint["right_ankle"].accuracy == 0.5
    assert found.auc == 0.5
    assert found.calibration_error == pytest.approx(0.8 - 25 / 34)


def test_errors_of_people_and_methods_without_visibility(make_data, make_person, no_photos):
    with pytest.raises(DataError, match="nobody with a labelled joint"):
        measure_visibility(Oracle(), make_data({1: []}))

    class Blind(Oracle):
        def infer(self, images, boxes):
            return [Raw({}, Frame(1, 1, 1, 1, 0, 0), 0, 0)]

    with pytest.raises(DataError, match="oracle does not judge visibility"):
        measure_visibility(Blind(), make_data({1: [make_person(50, 50)]}))
