"""DetPoseNet as a training task, and its recipes."""

import pytest
import torch

from methods.data.augment import Augment
from methods.detposenet.loss import Gains
from methods.errors import SettingsError
from methods.ops.people import PeopleBatch
from methods.training.recipe import find_recipe, read_recipe
from methods.training.tasks import create_task

SMALL = "detposenet-n"


def batch(size: tuple[int, int], images: int = 2) -> PeopleBatch:
    torch.manual_seed(0)
    joints = torch.rand(images, 17, 2) * torch.tensor([size[1], size[0]])
    return PeopleBatch(
        torch.randint(0, 256, (images, 3, *size), dtype=torch.uint8),
        torch.arange(images),
        torch.cat([joints.amin(1), joints.amax(1)], dim=1),
        joints,
        torch.full((images, 17), 2),
        torch.ones(images, 17),
        torch.zeros(images, dtype=torch.bool),
    )


def test_what_is_new_are_the_heads():
    task = create_task(SMALL, {})
    heads = [name for name, _ in task.network.named_parameters() if name.startswith(task.heads)]
    body = [name for name, _ in task.network.named_parameters() if not name.startswith(task.heads)]
    assert heads
    assert all(name.startswith("body.model.") for name in body)


@pytest.mark.parametrize(
    ("recipe", "size", "parts"),
    [
        ("coarse", (64, 64), {"objectness", "proposals", "scores", "boxes", "joints", "limbs"}),
        ("small", (64, 64), {"supervision", "regression"}),
    ],
)
def test_each_recipe_teaches_its_stage(recipe, size, parts):
    chosen = read_recipe(find_recipe(SMALL, recipe))
    task = create_task(SMALL, chosen.loss)
    losses = task.loss(task.network.train(), batch(size))
    assert set(losses.parts) == parts
    assert losses.total.item() == pytest.approx(2 * sum(float(part) for part in losses.parts.values()), rel=1e-5)
    losses.total.backward()
    learnt = {name.split(".")[0] for name, p in task.network.named_parameters() if p.grad is not None}
    mine = "coarse" if recipe == "coarse" else "refine"
    assert mine in learnt
    assert not learnt & ({"coarse", "refine"} - {mine})
    assert bool(chosen.crops) == (recipe == "small")
    for stage in chosen.stages:
        assert {"body.", "coarse.", "refine."} - set(stage.freeze) == {f"{mine}."}


def test_keypoint_masking_is_part_of_the_third_stages_recipe():
    augment = read_recipe(find_recipe(SMALL, "small")).stages[0].augment
    assert augment.hide_joint > 0 < augment.double_joint
    assert Augment().hide_joint == 0


def test_unknown_losses_are_named():
    with pytest.raises(SettingsError, match="no loss masks; weigh " + ", ".join(vars(Gains()))):
        create_task(SMALL, {"masks": 1})


def test_the_papers_size_can_be_trained():
    task = create_task("detposenet", {"refinement": 1})
    assert task.loss(task.network.train(), batch((64, 64))).total.requires_grad
