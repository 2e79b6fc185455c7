"""The first stage judged alone, whatever the third one is."""

import copy

import numpy as np
import torch

from methods.detposenet.first_stage import FirstStage, SmallFirstStage
from methods.detposenet.method import SmallDetPoseNet
from methods.training.recipe import find_recipe, read_recipe
from methods.training.tasks import create_task


def test_who_is_found_is_whom_the_filter_keeps(network, detposenet):
    image = np.random.default_rng(0).integers(0, 255, (120, 128, 3), dtype=np.uint8)
    settings = detposenet.Settings.evaluation()
    alone = SmallFirstStage("detposenet-n", network, 128, "cpu").predict([image], settings)[0]
    whole = detposenet.predict([image], settings)[0].intermediate
    kept = np.isin(whole.verdicts, (0, 3))
    assert kept.sum() == len(alone.poses) > 0
    order = np.argsort(-whole.scores[kept], kind="stable")
    np.testing.assert_allclose(alone.poses.boxes, whole.boxes[kept][order], atol=1e-3)
    np.testing.assert_allclose(alone.poses.keypoints, whole.coarse[kept][order][..., :2], atol=1e-3)


def test_the_third_stage_changes_nothing(network):
    image = np.random.default_rng(1).integers(0, 255, (128, 96, 3), dtype=np.uint8)
    other = copy.deepcopy(network)
    for parameter in other.refine.parameters():
        torch.nn.init.constant_(parameter, torch.nan)
    found = [SmallFirstStage("n", each, 128, "cpu").predict([image])[0].poses for each in (network, other)]
    np.testing.assert_array_equal(found[0].keypoints, found[1].keypoints)


def test_tasks_judge_the_stage_that_learns():
    first, third = create_task("detposenet-n", {}), create_task("detposenet-n", {}, crops=True)
    assert isinstance(first.method(first.network.eval(), 64, "cpu"), SmallFirstStage)
    assert type(third.method(third.network.eval(), 64, "cpu")) is SmallDetPoseNet
    assert not FirstStage.takes_boxes


def test_coarse_recipes_ask_for_boxes_and_keypoints():
    for variant in ("detposenet", "detposenet-hrnet48"):
        measures = [read_recipe(find_recipe([variant], name)).validation.measure for name in ("coarse", "paper")]
        assert measures == ["boxes and keypoints", "ap"]
