"""Training PoseDet: where networks start from, what learns fast, and the recipes that ship."""

import pytest
import torch

from methods.backbones.timm_pyramid import TimmPyramid
from methods.errors import SettingsError
from methods.posedet.network import PoseDetNetwork
from methods.posedet.training import PoseDetTask
from methods.training.recipe import find_recipe, read_recipe
from methods.training.tasks import create_task

SMALL = "posedet-n"


def test_the_papers_networks_start_from_imagenet(monkeypatch):
    started = []
    monkeypatch.setattr(TimmPyramid, "start_from_imagenet", lambda body: started.append(body.name))
    with torch.device("meta"):
        network = create_task("posedet-hrnet32", {}).network
    assert isinstance(network, PoseDetNetwork)
    assert started == ["hrnet_w32"]


def test_the_papers_heads_learn_at_the_full_rate():
    with torch.device("meta"):
        slow = {name.split(".")[0] for name, _ in PoseDetNetwork("dla34").named_parameters()}
    assert {name for name in slow if not f"{name}.".startswith(PoseDetTask.heads)} == {"body"}


def test_a_loss_that_is_not_posedets_is_refused():
    known = "box_centre, coarse, farthest, heatmaps, refined, scores"
    with pytest.raises(SettingsError, match=f"posedet-n has no loss boxes; weigh {known}"):
        create_task(SMALL, {"boxes": 1.0})


@pytest.mark.parametrize(("size", "longer"), [("dla34", 800), ("hrnet32", 800), ("hrnet48", 1000)])
def test_the_papers_recipes(size, longer):
    """Section 4.1; Adam is AdamW without decay."""
    recipe = read_recipe(find_recipe([f"posedet-{size}"], "paper"))
    assert (recipe.epochs, recipe.batch_size, recipe.learning_rate) == (210, 48, 0.0001)
    assert (recipe.optimiser, recipe.weight_decay, recipe.momentum) == ("adamw", 0, 0.9)
    assert recipe.validation.input_size == longer
    (stage,) = recipe.stages
    assert (stage.sizes, stage.augment.flip, stage.augment.around_person) == ((512,), 0.5, 1)
    assert [scale * stage.sizes[0] for scale in stage.augment.scale] == [0.5 * 640, 1.5 * 640]
