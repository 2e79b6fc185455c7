"""KAPAO with CrowdPose's 14 keypoints: built and decoded as with COCO's 17; test_kapao_overfit.py trains it."""

import numpy as np
import pytest

from methods import variants
from methods.catalog import find_variant
from methods.errors import SettingsError
from methods.kapao.training import KapaoTask
from methods.skeletons import CROWDPOSE14
from methods.training.recipe import find_recipe, read_recipe
from methods.training.sources import check_skeleton
from tests.learning import small_crowdpose


@pytest.mark.parametrize("size", ["s", "m", "l"])
def test_the_papers_recipe(size):
    recipe = read_recipe(find_recipe([f"kapao-{size}-crowdpose"], "paper"))
    coco = read_recipe(find_recipe([f"kapao-{size}"], "paper"))
    assert (recipe.epochs, recipe.batch_size) == (300, coco.batch_size)
    assert recipe.stages[0].augment == coco.stages[0].augment
    variant = find_variant(f"kapao-{size}-crowdpose")
    assert variant.skeleton == CROWDPOSE14
    assert variant in variants()


def test_several_looks_at_an_image_keep_the_fourteen():
    task = KapaoTask(find_variant("kapao-s-crowdpose"), {})
    method = task.method(task.network.eval(), 128, "cpu")
    method.augment()
    assert method.predict([np.zeros((96, 96, 3), np.uint8)])[0].poses.skeleton == CROWDPOSE14


def test_data_with_other_keypoints_are_refused(drawings):
    with pytest.raises(SettingsError, match=r"kapao-n-crowdpose finds the keypoints of CrowdPose-14, but .* COCO-17"):
        check_skeleton(drawings, [small_crowdpose("kapao")])
