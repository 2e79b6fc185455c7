"""HybridPose as a training task, and its recipes."""

from dataclasses import replace

import pytest
import torch

from methods.backbones.small_body import load_small_body
from methods.catalog import find_variant
from methods.errors import SettingsError
from methods.hybridpose.loss import SMALL_GAINS, Gains
from methods.training.recipe import find_recipe, read_recipe
from methods.training.tasks import create_task

SMALL = "hybridpose-n"


@pytest.fixture(scope="module")
def task():
    return create_task(SMALL, {})


def test_everything_in_the_small_network_learns(task, people):
    batch = people(
        [[10, 10, 50, 60], [20, 5, 100, 110]], points=[(0, 0, 20, 20, 2), (1, 3, 60, 50, 2)], size=(128, 128)
    )
    batch = replace(batch, images=torch.randint(0, 256, batch.images.shape, dtype=torch.uint8))
    network = task.network.train()
    task.compare(task.run(network, load_small_body()(batch.images / 255), batch), batch).total.backward()
    assert all(parameter.grad.count_nonzero() for parameter in network.parameters())
    network.zero_grad()


def test_losses_have_a_total_and_parts_for_the_curves(task, people):
    batch = people([[10, 10, 50, 60]], points=[(0, 0, 20, 20, 2)], size=(128, 64))
    losses = task.compare(task.run(task.network.train(), load_small_body()(batch.images / 255), batch), batch)
    assert set(losses.parts) == set(vars(Gains()))
    assert losses.total.requires_grad
    assert losses.total.item() == pytest.approx(sum(float(part) for part in losses.parts.values()), rel=1e-5)


def test_the_small_network_has_gains_of_its_own_that_a_recipe_may_change():
    task = create_task(SMALL, {"correlation": 0.0})
    assert task.gains == Gains(**SMALL_GAINS | {"correlation": 0.0})


def test_the_method_around_a_network_is_the_variants(task):
    method = task.method(task.network.eval(), 128, "cpu")
    assert (type(method), method.name, method.input_size) == (find_variant(SMALL).method_class(), SMALL, 128)


def test_an_unknown_loss_is_named():
    with pytest.raises(SettingsError, match="hybridpose-n has no loss classes; weigh boxes, correlation, keypoints"):
        create_task(SMALL, {"classes": 1.0})


@pytest.mark.parametrize(("size", "batch"), [("s", 128), ("m", 72), ("l", 48)])
def test_the_papers_recipes(size, batch):
    recipe = read_recipe(find_recipe([f"hybridpose-{size}"], "paper"))
    assert (recipe.batch_size, recipe.optimiser, recipe.learning_rate) == (batch, "sgd", 0.0001)
    assert recipe.stages[0].sizes == (1280,)
    assert (recipe.stages[0].augment.mosaic, recipe.stages[0].augment.flip) == (1, 0.5)
