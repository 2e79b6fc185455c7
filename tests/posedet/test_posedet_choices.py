"""PoseDet's ablations with a network whose answer is known: two people in one box, coarse poses 12 px off."""

import json

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from methods.data.coco import CocoKeypoints
from methods.errors import DataError
from methods.posedet.decode import PoseDetSettings
from methods.posedet.method import SmallPoseDet
from methods.posedet.studies.choices import SUPPRESSION, compare_choices, measure_refinement
from methods.settings import Settings

SIDE = 64
K = np.arange(17)
ONE = np.stack([10 + 40.0 * (K % 2), 4 + 50.0 * (K // 2) / 8], axis=1)
PEOPLE = np.stack([ONE, ONE[::-1]])  # keypoints in the opposite order: the same box, another pose


class KnownPoseDet(SmallPoseDet):
    """Finds PEOPLE in every image of SIDE x SIDE px."""

    Network = nn.Identity

    @staticmethod
    def exact_layers(network):
        return []

    def forward(self, batch):
        refined = torch.tensor(PEOPLE).float().expand(len(batch), -1, -1, -1)
        scores = torch.tensor([0.9, 0.8]).expand(len(batch), -1)
        return {"points": refined.mean(dim=2), "coarse": refined + 12, "refined": refined, "scores": scores}


@pytest.fixture(scope="module")
def method():
    return KnownPoseDet("known", nn.Identity(), SIDE, "cpu")


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """The first with both people, the second with the first one alone."""
    folder = tmp_path_factory.mktemp("images")
    annotations = []
    for image_id, people in ((1, PEOPLE), (2, PEOPLE[:1])):
        Image.fromarray(np.zeros((SIDE, SIDE, 3), np.uint8)).save(folder / f"{image_id}.png")
        for points in people:
            keypoints = np.column_stack([points, np.full(17, 2)]).ravel().tolist()
            person = {"image_id": image_id, "bbox": [10, 4, 40, 50], "area": 1200, "keypoints": keypoints}
            annotations.append(person)
    images = [{"id": i, "file_name": f"{i}.png", "width": SIDE, "height": SIDE} for i in (1, 2)]
    (folder / "ground_truth.json").write_text(json.dumps({"images": images, "annotations": annotations}))
    return CocoKeypoints.read(folder / "ground_truth.json", folder)


def test_refined_poses_are_compared_with_coarse_ones(method, images):
    """Coarse keypoints are 17 px off, which no OKS threshold lets pass; refined ones are exact but for a ghost."""
    done = []
    found = measure_refinement(method, images, progress=done.append, command="study")
    coarse, refined = found.rows
    assert (coarse.name, refined.name) == ("coarse poses", "refined poses")
    assert coarse.ap.ap == pytest.approx(0, abs=0.01)
    # By score: 0.9 twice, both right; 0.8 twice, one right. Of 3 people all are found, the last with precision 3/4 at
    # worst, where the ghost comes first.
    assert refined.ap.ap > 0.9
    assert refined.gain == pytest.approx(refined.ap.ap - coarse.ap.ap)
    assert (coarse.gain, coarse.gain_low, coarse.gain_high) == (0, 0, 0)
    assert refined.gain_low <= refined.gain <= refined.gain_high
    assert (found.images, found.crowded_images, found.input_size) == (2, 1, SIDE)
    assert done == [1, 2]
    every = found.keypoints[-1]
    assert (every.moved, every.added, every.nearer) == (1, 0, 1)
    assert every.pixels == pytest.approx(12 * 2**0.5)
    assert every.percent == pytest.approx(100 * 12 * 2**0.5 / (40 * 50) ** 0.5)
    assert found.sentences()[0].startswith("On 2 images refinement moves 100% of found people's keypoints; half of")


def test_boxes_suppress_one_of_two_people_in_the_same_box(method, images):
    """On the crowded image half of the people: precision 1 up to recall 0.5, 51 of COCO's 101 recalls."""
    choices = {name: SUPPRESSION[name] for name in ("box IoU 0.5", "OKS 0.5")}
    box, oks = compare_choices(method, images, choices).rows
    assert box.ap_crowded.ap == pytest.approx(51 / 101)
    assert oks.ap_crowded.ap == pytest.approx(1)
    assert oks.changes == {"suppress_by_box": False, "pose_oks": 0.5}


def test_settings_are_the_evaluation_preset_unless_given(method, images):
    choices = {"OKS 0.5": SUPPRESSION["OKS 0.5"]}
    assert compare_choices(method, images, choices).settings == PoseDetSettings.evaluation().model_dump()
    strict = PoseDetSettings(pose_confidence=0.85)
    found = compare_choices(method, images, choices, strict)
    assert found.settings["pose_confidence"] == 0.85
    assert found.rows[0].ap_crowded.ap == pytest.approx(51 / 101)  # the second person is left out by score


def test_where_nobody_is_crowded_there_is_no_such_ap(method, images):
    choices = {name: SUPPRESSION[name] for name in ("box IoU 0.5", "OKS 0.5")}
    found = compare_choices(method, images[1:], choices)
    assert [row.ap_crowded for row in found.rows] == [None, None]
    # One person, and a ghost of a lower score.
    assert found.sentences() == ["On 1 images AP is highest with 1.000 at OKS 0.5 and 1.000 at box IoU 0.5."]


def test_other_methods_and_no_images_are_refused(method, images):
    with pytest.raises(DataError, match="has no labelled people"):
        compare_choices(method, images[:0])

    class Other(KnownPoseDet):
        Settings = Settings

    other = Other("other", nn.Identity(), SIDE, "cpu")
    with pytest.raises(DataError, match="other has no such choices; give a variant of PoseDet"):
        measure_refinement(other, images)
