"""PoseDet with CrowdPose's 14 keypoints: built and decoded as with COCO's 17; test_posedet_overfit.py trains it."""

import numpy as np
import torch

from methods import variants
from methods.catalog import find_variant
from methods.data.batch import collate
from methods.data.labels import Labels
from methods.posedet.method import SmallPoseDet
from methods.posedet.network import SmallPoseDetNetwork
from methods.posedet.targets import AREA_OF_BOX, match_people
from methods.skeletons import CROWDPOSE14
from methods.training.recipe import find_recipe, read_recipe

NAME = "posedet-hrnet48-crowdpose"


def test_oks_has_crowdposes_sigmas(crowdpose):
    """All keypoints are as far off as one sigma of the shoulder, 0.079, so that it counts exp(-1 / 8), the others as
    their sigmas say."""
    people = collate([(image.read(), Labels.of(image)) for image in crowdpose[:1]])
    side = (AREA_OF_BOX * (people.boxes[0, 2:] - people.boxes[0, :2]).prod()).sqrt()
    off = people.keypoints[None] + torch.tensor([0.079 * side, 0.0])
    sigmas = np.array([79, 79, 72, 72, 62, 62, 107, 107, 87, 87, 89, 89, 79, 79]) / 1000
    expected = np.exp(-((0.079 / sigmas) ** 2) / 8).mean()
    assert abs(float(match_people(off, people, CROWDPOSE14.sigmas).oks[0, 0]) - expected) < 1e-5


def test_several_looks_at_an_image_keep_the_fourteen():
    method = SmallPoseDet("n", SmallPoseDetNetwork(14).eval(), 128, "cpu")
    method.skeleton = CROWDPOSE14
    method.augment()
    assert method.predict([np.zeros((96, 96, 3), np.uint8)])[0].poses.skeleton == CROWDPOSE14


def test_the_papers_recipe():
    recipe, coco = (read_recipe(find_recipe([name], "paper")) for name in (NAME, "posedet-hrnet48"))
    changed = {"summary", "provenance", "data_terms", "sources", "validation"}
    assert recipe.model_dump(exclude=changed) == coco.model_dump(exclude=changed)
    assert find_variant(NAME).skeleton == CROWDPOSE14
    assert find_variant(NAME) in variants()
