"""The metamodel as a training task, and its recipes."""

import pytest
import timm
import torch

from methods import weights
from methods.catalog import find_variant
from methods.errors import SettingsError
from methods.training.recipe import find_recipe, read_recipe
from methods.training.tasks import create_task
from methods.visibility.bodies import TimmBody

SMALL = "visibility-n"


@pytest.fixture(scope="module")
def task():
    return create_task(SMALL, {})


def test_what_comes_from_the_checkpoint_rests_in_the_small_recipe_and_all_else_is_a_head(task):
    recipe = read_recipe(find_recipe(SMALL, "small"))
    names = [name for name, _ in task.network.named_parameters()]
    resting = {name for name in names if name.startswith(recipe.stages[0].freeze)}
    heads = {name for name in names if name.startswith(task.heads)}
    assert resting | heads == set(names)
    assert not resting & heads
    state = weights.load(weights.resolve("yolo11n-pose"))
    copied = task.network.state_dict()["body.joints.0.weight"]
    own = state["model.23.cv4.0.2.weight"].float()
    torch.testing.assert_close(copied[:, -own.shape[1] :], own)


def test_losses_have_a_total_and_parts_for_the_curves(task, crops):
    losses = task.loss(task.network.train(), crops([(0, 0, 20.0, 20.0, 2)], images=2))
    assert set(losses.parts) == {"heatmaps", "states"}
    wanted = 2 * (0.75 * losses.parts["heatmaps"] + 0.25 * losses.parts["states"])
    assert losses.total.item() == pytest.approx(wanted.item(), rel=1e-5)


def test_a_stage_can_weigh_the_loss_anew(task, crops):
    batch = crops([(0, 0, 20.0, 20.0, 2)], images=2)
    try:
        task.weigh({"alpha": 0})
        losses = task.loss(task.network.train(), batch)
        assert losses.total.item() == pytest.approx(2 * losses.parts["heatmaps"].item(), rel=1e-5)
    finally:
        task.weigh({})


def test_an_unknown_loss_is_named():
    with pytest.raises(SettingsError, match="The metamodel has no loss beta; weigh alpha, absent, occluded, visible"):
        create_task(SMALL, {"beta": 1.0})


def test_the_method_around_a_network_is_the_variants(task):
    method = task.method(task.network.eval(), 320, "cpu")
    assert (type(method), method.name, method.input_size) == (find_variant(SMALL).method_class(), SMALL, 320)


def alphas(name: str) -> list[tuple[int, float | None, bool]]:
    """Epochs, alpha and whether all but the visibility module rests, for each stage of a recipe for ResNet-50."""
    recipe = read_recipe(find_recipe("visibility-resnet50", name))
    loss = [{**recipe.loss, **stage.loss} for stage in recipe.stages]
    resting = [stage.freeze == ("body.", "coordinates.") for stage in recipe.stages]
    return [(s.epochs, one.get("alpha"), rest) for s, one, rest in zip(recipe.stages, loss, resting, strict=True)]


def test_the_three_strategies_of_section_4_3():
    assert alphas("s1") == [(140, 0.25, False)]
    assert alphas("s2") == [(140, 0, False), *((20, alpha, False) for alpha in (0, 0.1, 0.2, 0.3))]
    assert alphas("s3") == [(140, 0, False), *((20, alpha, True) for alpha in (0, 0.1, 0.2, 0.3))]


@pytest.mark.parametrize("variant", ["visibility-b0", "visibility-b6", "visibility-mspn2"])
def test_the_other_base_models_are_trained_successively(variant):
    """Section 5.3: the feature extractor rests while the visibility task is learnt."""
    recipe = read_recipe(find_recipe(variant, "paper"))
    assert [stage.freeze for stage in recipe.stages] == [(), *[("body.", "coordinates.")] * 4]
    assert recipe.validation.measure == "f1"


def test_the_papers_base_models_start_from_imagenet(monkeypatch):
    """In place of the download: a network with other random weights."""
    trained = TimmBody("resnet50").model
    asked = {}

    def create(name, **options):
        asked.update(options, name=name)
        return trained if options["pretrained"] else original(name, **options)

    original = timm.create_model
    monkeypatch.setattr("timm.create_model", create)
    task = create_task("visibility-resnet50", {})
    assert (asked["name"], asked["pretrained"], asked["num_classes"]) == ("resnet50", True, 0)
    for name, tensor in trained.state_dict().items():
        assert torch.equal(task.network.body.model.state_dict()[name], tensor)
