"""The metamodel's filter over every method."""

import numpy as np
import pytest
import torch

from app.state.photo_session import PhotoSession
from app.state.visibility import add_visibility
from methods.method import Raw
from methods.skeletons import COCO17


class FakeMetamodel:
    """Says that the first keypoint is absent with 0.7 and the second occluded with 0.6; counts its runs."""

    skeleton = COCO17

    def __init__(self):
        self.runs = 0

    def infer(self, images, boxes):
        self.runs += 1
        states = np.tile([0.1, 0.1, 0.8], (len(boxes[0]), 17, 1)).astype(np.float32)
        states[:, 0], states[:, 1] = [0.7, 0.2, 0.1], [0.1, 0.6, 0.3]
        return [Raw({"visibility": torch.from_numpy(states)}, None, 0, 0)]


@pytest.fixture
def judged(image, fakes):
    visit = PhotoSession(image, "image.jpg")
    visit.infer(fakes)
    found = visit.decode(fakes, {name: method.Settings() for name, method in fakes.items()})
    return visit, found, FakeMetamodel()


def test_every_method_is_judged_once_until_its_answer_changes(judged, fakes):
    visit, found, model = judged
    first = add_visibility(visit, model, found)
    assert list(first) == ["first", "second"]
    assert add_visibility(visit, model, found)["first"] is first["first"]
    assert model.runs == 2
    changed = visit.decode(
        fakes, {"first": fakes["first"].Settings(pose_confidence=0.1), "second": fakes["second"].Settings()}
    )
    assert len(add_visibility(visit, model, changed)["first"].poses) == 3
    assert model.runs == 3
