"""The metamodel as a training task, and its recipes."""

import shutil

import pytest
import timm
import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState

from methods.catalog import find_variant
from methods.data.decoded import DecodedImages
from methods.data.mixture import Mixture, Source
from methods.errors import SettingsError
from methods.training.parameters import freeze
from methods.training.recipe import find_recipe, read_recipe
from methods.training.schedule import schedule_at
from methods.training.sources import read_mixture, read_validation
from methods.training.tasks import create_task
from methods.training.trainer import Trainer
from methods.visibility.bodies import TimmBody

SMALL = "visibility-n"


@pytest.fixture(scope="module")
def task():
    torch.manual_seed(0)
    return create_task(SMALL, {}, crops=True)


@pytest.fixture(scope="module")
def batch(crops):
    return crops([(0, 0, 20.0, 20.0, 2), (1, 3, 90.0, 90.0, 3)], images=2)


def test_the_small_one_starts_at_random_and_all_of_it_learns_at_the_full_rate(task):
    """Nothing of the checkpoint is in it: another seed gives other weights everywhere but in norms and biases."""
    torch.manual_seed(1)
    other = dict(create_task(SMALL, {}, crops=True).network.named_parameters())
    for name, parameter in task.network.named_parameters():
        assert name.startswith(task.heads)
        assert parameter.ndim < 2 or not torch.equal(parameter, other[name])


def test_losses_have_a_total_and_parts_for_the_curves(task, maps, batch):
    losses = task.compare(task.run(task.network.train(), maps, batch), batch)
    assert set(losses.parts) == {"heatmaps", "states"}
    wanted = 2 * (0.75 * losses.parts["heatmaps"] + 0.25 * losses.parts["states"])
    assert losses.total.item() == pytest.approx(wanted.item(), rel=1e-5)
    losses.total.backward()
    assert all(parameter.grad is not None for parameter in task.network.parameters())


def test_a_stage_can_weigh_the_loss_anew(task, maps, batch):
    try:
        task.weigh({"alpha": 0})
        losses = task.compare(task.run(task.network.train(), maps, batch), batch)
        assert losses.total.item() == pytest.approx(2 * losses.parts["heatmaps"].item(), rel=1e-5)
    finally:
        task.weigh({})


def test_an_unknown_loss_is_named():
    with pytest.raises(SettingsError, match="visibility-n has no loss beta; weigh alpha, balance"):
        create_task(SMALL, {"beta": 1.0})


def test_the_method_around_a_network_is_the_variants(task):
    method = task.method(task.network.eval(), 320, "cpu")
    assert (type(method), method.name, method.input_size) == (find_variant(SMALL).method_class(), SMALL, 320)


def test_class_weights_come_from_the_training_data_and_outlast_a_stage(make_data, make_person):
    """Of one person's keypoints 3 are absent, 2 occluded and 12 visible."""
    person = make_person(100, 100, keypoints=[0, 0, 0] * 3 + [90, 90, 1] * 2 + [99, 99, 2] * 12)
    task = create_task(SMALL, {}, crops=True)
    assert task.loss.weights == (1, 1, 1)
    note = task.learn_from(Mixture([Source(make_data({1: [person]}))]))
    assert note.endswith(
        "absent keypoints, 17.6% of all, 4.00, occluded keypoints, 11.8% of all, 6.00, visible keypoints, 70.6% of all,"
        " 1.00."
    )
    task.weigh({"alpha": 0.1})
    assert (task.loss.alpha, task.loss.weights) == (0.1, (4, 6, 1))
    task.weigh({"balance": 0.5})
    assert task.loss.weights == pytest.approx((2, 6**0.5, 1))


def alphas(name: str, variant: str = "visibility-resnet50") -> list[tuple[int, float | None, bool]]:
    """Epochs, alpha and whether all but the visibility module rests, for each stage of a recipe."""
    recipe = read_recipe(find_recipe([variant], name))
    loss = [{**recipe.loss, **stage.loss} for stage in recipe.stages]
    resting = [stage.freeze == ("features.", "coordinates.") for stage in recipe.stages]
    return [(s.epochs, one.get("alpha"), rest) for s, one, rest in zip(recipe.stages, loss, resting, strict=True)]


def test_the_three_strategies_of_section_4_3():
    assert alphas("s1") == [(140, 0.25, False)]
    assert alphas("s2") == [(140, 0, False), *((20, alpha, False) for alpha in (0, 0.1, 0.2, 0.3))]
    assert alphas("s3") == [(140, 0, False), *((20, alpha, True) for alpha in (0, 0.1, 0.2, 0.3))]


@pytest.mark.parametrize("name", ["s1", "s2", "s3"])
def test_the_small_strategies_take_a_twentieth_of_the_epochs_and_differ_in_stages_alone(name):
    assert [(20 * epochs, *others) for epochs, *others in alphas(name, SMALL)] == alphas(name)
    recipe, first = (read_recipe(find_recipe([SMALL], each)) for each in (name, "s1"))
    assert recipe.model_copy(update={"stages": first.stages, "summary": first.summary}) == first


def test_only_the_visibility_module_learns_at_the_end_of_s3(task):
    stage = read_recipe(find_recipe([SMALL], "s3")).stages[-1]
    try:
        freeze(task.network, stage.freeze)
        learning = [name for name, parameter in task.network.named_parameters() if parameter.requires_grad]
    finally:
        freeze(task.network, ())
    assert {name.partition(".")[0] for name in learning} == {"visibility"}


@pytest.mark.parametrize("variant", ["visibility-b0", "visibility-b6", "visibility-mspn2"])
def test_the_other_base_models_are_trained_successively(variant):
    """Section 5.3: the feature extractor rests while the visibility task is learnt."""
    recipe = read_recipe(find_recipe([variant], "paper"))
    assert [stage.freeze for stage in recipe.stages] == [(), *[("features.", "coordinates.")] * 4]
    assert recipe.validation.measure == "f1"


@pytest.mark.parametrize("size", ["resnet50", "b0", "b6", "mspn2"])
def test_fine_tuning_on_dripe_is_section_4_2s(size):
    recipe = read_recipe(find_recipe([f"visibility-{size}"], "dripe"))
    assert (recipe.epochs, recipe.learning_rate, list(recipe.sources)) == (10, 1e-4, ["dripe"])
    assert {schedule_at(step, 58, recipe).rate for step in (0, 579)} == {1}
    assert recipe.stages[0].augment.flip
    assert recipe.stages[0].augment.rotate


def test_the_first_step_of_fine_tuning_runs_on_drawn_people(drawings, tmp_path, one_thread):
    """The recipe of the paper's sizes with the small network, which takes the same crops."""
    recipe = read_recipe(find_recipe(["visibility-resnet50"], "dripe"), ["batch_size=2", "workers=0"])
    folder = tmp_path / "dripe"
    folder.mkdir()
    for path in tmp_path.glob("*.png"):
        path.rename(folder / path.name)
    for split in ("train", "val"):
        shutil.copy(tmp_path / "drawings.json", folder / f"annotations_{split}.json")
    task = create_task(SMALL, recipe.loss_of(SMALL), crops=True)
    before = {name: value.clone() for name, value in task.network.named_parameters()}
    AcceleratorState._reset_state(reset_partial_state=True)
    trainer = Trainer([task], recipe, Accelerator(cpu=True))
    mixture = read_mixture(tmp_path, recipe)

    def stop(done, total):
        assert (done, total) == (1, 3)  # six people
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trainer.run(mixture, DecodedImages(mixture.images, 0), read_validation(tmp_path, recipe), tmp_path, stop)
    assert {group["lr"] for group in trainer.optimiser.param_groups} == {1e-4}
    for name, value in task.network.named_parameters():
        assert value.isfinite().all()
        assert name.endswith("bias") or not torch.equal(value, before[name])


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
        assert torch.equal(task.network.features.model.state_dict()[name], tensor)
