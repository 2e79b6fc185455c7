"""DetPoseNet as a training task, and the recipes of the paper's sizes."""

import pytest
import torch

from methods.backbones.small_body import load_small_body
from methods.detposenet.encoders import TimmEncoder
from methods.detposenet.loss import Gains
from methods.errors import SettingsError
from methods.ops.people import PeopleBatch
from methods.training.recipe import find_recipe, read_recipe
from methods.training.tasks import create_task

SMALL = "detposenet-n"
PARTS = {
    False: {"objectness", "proposals", "scores", "boxes", "heatmaps", "limbs"},
    True: {"supervision", "regression"},
}


@pytest.fixture
def started(monkeypatch) -> list[str]:
    """Which encoders were started from ImageNet's weights, in place of fetching them."""
    names: list[str] = []
    monkeypatch.setattr(TimmEncoder, "start_from_imagenet", lambda encoder: names.append(encoder.name))
    return names


def batch(size: tuple[int, int], images: int = 2) -> PeopleBatch:
    torch.manual_seed(0)
    keypoints = torch.rand(images, 17, 2) * torch.tensor([size[1], size[0]])
    return PeopleBatch(
        torch.randint(0, 256, (images, 3, *size), dtype=torch.uint8),
        torch.arange(images),
        torch.cat([keypoints.amin(1), keypoints.amax(1)], dim=1),
        keypoints,
        torch.full((images, 17), 2),
        torch.ones(images, 17),
        torch.zeros(images, dtype=torch.bool),
    )


@pytest.mark.parametrize("crops", [False, True])
def test_crops_teach_the_third_stage_and_images_the_first(crops):
    task, people = create_task(SMALL, {}, crops), batch((128, 96) if crops else (128, 128))
    with torch.no_grad():
        seen = load_small_body()(people.images / 255)
    losses = task.compare(task.run(task.network.train(), seen, people), people)
    assert set(losses.parts) == PARTS[crops]
    assert losses.total.item() == pytest.approx(2 * sum(float(part) for part in losses.parts.values()), rel=1e-5)
    losses.total.backward()
    learnt = {name for name, p in task.network.named_parameters() if p.grad is not None}
    mine = "refine." if crops else "coarse."
    assert learnt == {name for name, _ in task.network.named_parameters() if name.startswith(mine)}


def test_everything_of_the_small_network_is_new():
    task = create_task(SMALL, {})
    assert all(name.startswith(task.heads) for name, _ in task.network.named_parameters())


def test_nobody_can_be_learnt_from():
    task, people = create_task(SMALL, {}), batch((64, 64))
    nobody = PeopleBatch(people.images, *(value[:0] for value in list(vars(people).values())[1:]))
    seen = load_small_body()(people.images / 255)
    losses = task.compare(task.run(task.network.train(), seen, nobody), nobody)
    losses.total.backward()
    assert float(losses.parts["boxes"]) == float(losses.parts["proposals"]) == 0


@pytest.mark.parametrize("variant", ["detposenet", "detposenet-hrnet48"])
@pytest.mark.parametrize(("recipe", "mine"), [("coarse", "coarse."), ("paper", "refine.")])
def test_each_recipe_of_the_papers_sizes_teaches_its_stage(variant, recipe, mine):
    chosen = read_recipe(find_recipe([variant], recipe))
    assert bool(chosen.crops) == (recipe == "paper")
    (stage,) = chosen.stages
    assert not f"{mine}x".startswith(tuple(stage.freeze))
    assert "coarse.refine.".replace(mine, "").startswith(tuple(stage.freeze))
    masking = recipe == "paper"  # keypoint masking is the third stage's (section III-C4)
    assert (stage.augment.hide_keypoint > 0) == (stage.augment.double_keypoint > 0) == masking


def test_unknown_losses_are_named():
    with pytest.raises(SettingsError, match="no loss masks; weigh " + ", ".join(sorted(vars(Gains())))):
        create_task(SMALL, {"masks": 1})


@pytest.mark.parametrize(("variant", "third"), [("detposenet", "resnet50"), ("detposenet-hrnet48", "hrnet_w48")])
def test_the_papers_encoders_start_from_imagenet(started, variant, third):
    with torch.device("meta"):
        create_task(variant, {})
    assert started == ["resnet50", third]


def test_the_small_network_has_no_encoder_to_start(started):
    create_task(SMALL, {})
    assert not started


@pytest.mark.usefixtures("started")
@pytest.mark.parametrize("crops", [False, True])
def test_the_papers_size_can_be_trained(crops):
    task, people = create_task("detposenet", {}, crops), batch((64, 64))
    assert task.compare(task.run(task.network.train(), people.images / 255, people), people).total.requires_grad
