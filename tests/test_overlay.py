"""What a notebook shows of a prediction."""

import re
from xml.etree import ElementTree

import numpy as np

from methods.skeletons import COCO17
from methods.types import Poses, Prediction, Timing

IMAGE = np.full((60, 80, 3), 127, np.uint8)


def prediction(people: int, image: np.ndarray | None = IMAGE) -> Prediction:
    keypoints = np.linspace(5, 50, people * 34).reshape(people, 17, 2)
    keypoints[:, 0] = np.nan
    poses = Poses(np.tile([5, 5, 50, 50], (people, 1)), np.ones(people), keypoints, np.ones((people, 17)))
    return Prediction(poses, Timing(0, 0, 0), image=image)


def test_every_keypoint_that_is_there_lies_over_the_image():
    svg = ElementTree.fromstring(prediction(2)._repr_html_())
    assert svg.get("viewBox") == "0 0 80 60"
    assert svg.find("image").get("href").startswith("data:image/jpeg;base64,")
    assert len(svg.findall("g")) == 2
    assert len(svg.findall("g/circle")) == 2 * 16
    assert svg.find("g/circle/title").text == COCO17.keypoints[1]
    nowhere = sum(0 in limb for limb in COCO17.limbs)
    assert len(svg.findall("g/path")) == 2 * (len(COCO17.limbs) - nowhere)


def test_nobody_is_an_image_without_people():
    svg = prediction(0)._repr_html_()
    assert "<g>" not in svg
    assert "<image" in svg


def test_without_an_image_a_table_is_shown():
    assert len(re.findall("left_shoulder", prediction(1, None)._repr_html_())) == 1
