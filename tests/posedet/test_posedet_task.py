"""Training PoseDet: where networks start from, what learns fast, and the recipes that ship."""

import pytest
import torch

from methods import weights
from methods.backbones.timm_pyramid import TimmPyramid
from methods.errors import SettingsError
from methods.posedet.network import PoseDetNetwork, SmallPoseDetNetwork
from methods.training.recipe import find_recipe, read_recipe
from methods.training.tasks import create_task

SMALL = "posedet-n"


@pytest.fixture(scope="module")
def names():
    return [name for name, _ in SmallPoseDetNetwork().named_parameters()]


def test_the_small_network_starts_from_the_pose_checkpoint():
    network = create_task(SMALL, {}).network
    start = weights.load(weights.resolve("yolo11n-pose"))
    assert torch.equal(network.body.model[0].conv.weight, start["model.0.conv.weight"].float())


def test_the_papers_networks_start_from_imagenet(monkeypatch):
    started = []
    monkeypatch.setattr(TimmPyramid, "start_from_imagenet", lambda body: started.append(body.name))
    with torch.device("meta"):
        network = create_task("posedet-hrnet32", {}).network
    assert isinstance(network, PoseDetNetwork)
    assert started == ["hrnet_w32"]


def test_only_what_is_new_learns_at_the_full_rate(names):
    heads = create_task(SMALL, {}).heads
    slow = {name.split(".")[0] for name in names if not name.startswith(heads)}
    assert slow == {"body", "towers", "coarse", "first_scores"}


def test_a_loss_that_is_not_posedets_is_refused():
    with pytest.raises(SettingsError, match="PoseDet has no loss boxes; weigh coarse, refined, scores, heatmaps"):
        create_task(SMALL, {"boxes": 1.0})


def test_the_small_recipe_leaves_the_checkpoint_as_it_is(names):
    """But for the coarse joints at stride 64, which it does not have."""
    recipe = read_recipe(find_recipe(SMALL, "small"))
    for stage in recipe.stages:
        learning = {name.rsplit(".", 1)[0] for name in names if not name.startswith(stage.freeze)}
        assert {name for name in learning if not name.startswith(("pyramid.", "head."))} == {"coarse.3"}


@pytest.mark.parametrize(("size", "longer"), [("dla34", 800), ("hrnet32", 800), ("hrnet48", 1000)])
def test_the_papers_recipes(size, longer):
    """Section 4.1; Adam is AdamW without decay."""
    recipe = read_recipe(find_recipe(f"posedet-{size}", "paper"))
    assert (recipe.epochs, recipe.batch_size, recipe.learning_rate) == (210, 48, 0.0001)
    assert (recipe.optimiser, recipe.weight_decay, recipe.momentum) == ("adamw", 0, 0.9)
    assert recipe.validation.input_size == longer
    (stage,) = recipe.stages
    assert (stage.sizes, stage.augment.flip, stage.augment.around_person) == ((512,), 0.5, 1)
    assert [scale * stage.sizes[0] for scale in stage.augment.scale] == [0.5 * 640, 1.5 * 640]
