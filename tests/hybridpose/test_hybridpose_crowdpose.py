"""HybridPose with CrowdPose's 14 keypoints: built and decoded as with 17; test_hybridpose_overfit.py trains it."""

import numpy as np
import pytest
import torch

from methods import variants
from methods.catalog import find_variant
from methods.hybridpose.method import in_bytes
from methods.hybridpose.training import HybridPoseTask
from methods.pose_grid.views import View
from methods.skeletons import CROWDPOSE14
from methods.training.recipe import find_recipe, read_recipe
from tests.learning import small_crowdpose


def test_a_mirrored_view_swaps_the_fourteen():
    """One cell for each keypoint, as high as its number: shoulders, then elbows, ..., while head and neck stay."""
    maps = torch.arange(14).view(1, 1, 14, 1, 1) / 255
    swapped = in_bytes(maps, View(mirrored=True), CROWDPOSE14)
    assert swapped.flatten().tolist() == [1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 12, 13]


def test_several_looks_at_an_image_keep_the_fourteen():
    task = HybridPoseTask(small_crowdpose("hybridpose"), {})
    method = task.method(task.network.eval(), 128, "cpu")
    method.augment()
    assert method.predict([np.zeros((96, 96, 3), np.uint8)])[0].poses.skeleton == CROWDPOSE14


@pytest.mark.parametrize("size", ["s", "m", "l"])
def test_the_papers_recipe(size):
    name = f"hybridpose-{size}-crowdpose"
    recipe, coco = (read_recipe(find_recipe([each], "paper")) for each in (name, f"hybridpose-{size}"))
    assert (recipe.epochs, recipe.batch_size, recipe.learning_rate) == (300, coco.batch_size, 0.0001)
    assert (recipe.decay, recipe.stages[0].augment) == (coco.decay, coco.stages[0].augment)
    assert find_variant(name).skeleton == CROWDPOSE14
    assert find_variant(name) in variants()
