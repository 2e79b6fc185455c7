"""States of keypoints told in annotated boxes, by methods that always say the same."""

import numpy as np
import pytest
import torch

from methods.analysis.visibility import measure_visibility
from methods.data.coco import AnnotatedImage
from methods.errors import DataError
from methods.method import Raw
from methods.ops.letterbox import Frame


class Oracle:
    """Says visible of everything, with a probability of 0.8."""

    name = "oracle"

    def infer(self, images, boxes):
        said = torch.tensor([0.1, 0.1, 0.8]).repeat(len(boxes[0]), 17, 1)
        return [Raw({"visibility": said}, Frame(1, 1, 1, 1, 0, 0), 0, 0)]


@pytest.fixture
def no_images(monkeypatch):
    monkeypatch.setattr(AnnotatedImage, "read", lambda image: np.zeros((480, 640, 3), np.uint8))


def test_everybody_with_a_label_is_judged_in_the_annotated_box(make_data, make_person, no_images):
    half = [100, 100, 2] * 8 + [100, 100, 1] + [0, 0, 0] * 8
    crowd, nobody = make_person(300, 300, iscrowd=1), make_person(300, 300, keypoints=[0] * 51)
    data = make_data({1: [make_person(100, 100, keypoints=half), crowd], 2: [nobody], 3: [make_person(50, 50)]})
    done = []
    found = measure_visibility(Oracle(), data, done.append)
    assert (found.people, found.all.keypoints, done) == (2, 34, [1, 2, 3])
    assert found.all.confusion == [[0, 0, 8], [0, 0, 1], [0, 0, 25]]
    assert found.by_keypoint["nose"].f1["visible"] == 1
    assert found.by_keypoint["right_ankle"].accuracy == 0.5
    assert found.auc == 0.5
    assert found.calibration_error == pytest.approx(0.8 - 25 / 34)


def test_errors_of_people_and_methods_without_visibility(make_data, make_person, no_images):
    with pytest.raises(DataError, match="nobody with a labelled keypoint"):
        measure_visibility(Oracle(), make_data({1: []}))

    class Blind(Oracle):
        def infer(self, images, boxes):
            return [Raw({}, Frame(1, 1, 1, 1, 0, 0), 0, 0)]

    with pytest.raises(DataError, match="oracle does not judge visibility"):
        measure_visibility(Blind(), make_data({1: [make_person(50, 50)]}))
