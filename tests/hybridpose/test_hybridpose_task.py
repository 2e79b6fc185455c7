"""HybridPose as a training task, and its recipes."""

import pytest
import torch

from methods import weights
from methods.catalog import find_variant
from methods.errors import SettingsError
from methods.hybridpose.loss import Gains
from methods.training.recipe import find_recipe, read_recipe
from methods.training.tasks import create_task

SMALL = "hybridpose-n"


@pytest.fixture(scope="module")
def task():
    return create_task(SMALL, {})


def test_what_comes_from_the_checkpoint_is_the_body_and_what_is_new_the_heads(task):
    """Layers 0 to 22 of the checkpoint are body and neck, 23 the head, whose towers end before their last layers."""
    state = {name: value.float() for name, value in weights.load(weights.resolve("yolo11n-pose")).items()}
    known = sum(value.numel() for name, value in state.items() if int(name.split(".")[1]) < 23)
    assert known > 2e6
    heads = [name for name, _ in task.network.named_parameters() if name.startswith(task.heads)]
    assert {name.split(".")[1] for name in heads} == {"boxes", "visibility"}
    copied = task.network.state_dict()["body.model.0.conv.weight"]
    torch.testing.assert_close(copied, state["model.0.conv.weight"])


def test_losses_have_a_total_and_parts_for_the_curves(task, people):
    batch = people([[10, 10, 50, 60]], joints=[(0, 0, 20, 20, 2)], size=(128, 64))
    losses = task.loss(task.network.train(), batch)
    assert set(losses.parts) == set(vars(Gains()))
    assert losses.total.requires_grad
    assert losses.total.item() == pytest.approx(sum(float(part) for part in losses.parts.values()), rel=1e-5)


def test_the_method_around_a_network_is_the_variants(task):
    method = task.method(task.network.eval(), 128, "cpu")
    assert (type(method), method.name, method.input_size) == (find_variant(SMALL).method_class(), SMALL, 128)


def test_an_unknown_loss_is_named():
    with pytest.raises(SettingsError, match="HybridPose has no loss classes; weigh objectness, boxes, keypoints"):
        create_task(SMALL, {"classes": 1.0})


@pytest.mark.parametrize(("size", "batch"), [("s", 128), ("m", 72), ("l", 48)])
def test_the_papers_recipes(size, batch):
    recipe = read_recipe(find_recipe(f"hybridpose-{size}", "paper"))
    assert (recipe.batch_size, recipe.optimiser, recipe.learning_rate) == (batch, "sgd", 0.0001)
    assert recipe.stages[0].sizes == (1280,)
    assert (recipe.stages[0].augment.mosaic, recipe.stages[0].augment.flip) == (1, 0.5)
