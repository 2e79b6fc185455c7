"""Recipes: the ones that ship are valid, wrong ones are refused in one sentence."""

import pytest

from methods.errors import SettingsError
from methods.training.recipe import SMALL, find_recipe, read_recipe

SHIPPED = sorted([*SMALL.glob("*.yaml"), *SMALL.parents[2].glob("*/recipes/*/*.yaml")])


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_shipped_recipes_are_valid(path):
    recipe = read_recipe(path)
    assert recipe.stage_at(0) == 0
    assert recipe.stage_at(recipe.epochs - 1) == len(recipe.stages) - 1


@pytest.mark.parametrize(("size", "batch"), [("s", 128), ("m", 72), ("l", 48)])
def test_the_papers_recipe(size, batch):
    recipe = read_recipe(find_recipe([f"kapao-{size}"], "paper"))
    assert (recipe.epochs, recipe.batch_size, recipe.stages[0].sizes) == (500, batch, (1280,))
    assert recipe.optimiser == "sgd"
    assert recipe.stages[0].augment.mosaic == 1


def test_stages_by_epoch(make_recipe):
    recipe = make_recipe()
    assert [recipe.stage_at(epoch) for epoch in range(recipe.epochs)] == [0, 1, 1]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"learning_rat": 1}, "learning_rat"),
        ({"batch_size": 0}, "batch_size"),
        ({"stages": []}, "stages"),
        ({"stages": [{"epochs": 1, "sizes": [100]}]}, "stages.0.sizes.0"),
        ({"stages": [{"epochs": 1, "sizes": [64], "augment": {"flipp": 1}}]}, "stages.0.augment.flipp"),
        ({"stages": [{"epochs": 1, "sizes": [64], "augment": {"scale": [2, 1]}}]}, "stages.0.augment.scale"),
        ({"sources": {"figures": 0}}, "sources.figures"),
        ({"optimiser": "lion"}, "optimiser"),
        ({"decay": {"factor": 2, "patience": 3}}, "decay.plateau.factor"),
        ({"decay": {"final": 2}}, "decay.cosine.final"),
        ({"decay": 0.1}, "decay.cosine"),
        ({"summary": None}, "summary"),
        ({"licence": 3}, "licence"),
    ],
)
def test_wrong_entries_are_named(make_recipe, changes, named):
    with pytest.raises(SettingsError, match=f"^Recipe tiny: {named} is "):
        make_recipe(**changes)


def test_files_that_are_no_recipes(tmp_path):
    broken = tmp_path / "broken.yaml"
    broken.write_text("stages: [")
    with pytest.raises(SettingsError, match="not YAML"):
        read_recipe(find_recipe(["kapao-n"], str(broken)))
    broken.write_text("just words")
    with pytest.raises(SettingsError, match="the file is 'just words'"):
        read_recipe(broken)
    with pytest.raises(SettingsError, match=r"no recipe at nowhere\.yaml"):
        read_recipe(find_recipe(["kapao-n"], "nowhere.yaml"))
    with pytest.raises(SettingsError, match="one of: crops, images"):
        find_recipe(["kapao-n"], "huge")
    with pytest.raises(SettingsError, match="for kapao-s and kapao-n; give a YAML file or one of: none yet"):
        find_recipe(["kapao-s", "kapao-n"], "paper")


def test_recipes_of_small_variants_are_for_one_or_several():
    assert find_recipe(["kapao-n"], "images") == find_recipe(["posedet-n", "kapao-n"], "images")
    assert find_recipe(["kapao-s"], "paper").parent.name == "kapao-s"


def test_losses_of_a_variant_and_of_a_stage(make_recipe):
    stages = [{"epochs": 1, "sizes": [64], "loss": {"a": 5, "tiny": {"b": 6}}}, {"epochs": 1, "sizes": [64]}]
    recipe = make_recipe(loss={"a": 1, "tiny": {"b": 2}, "other": {"b": 3}}, stages=stages)
    assert recipe.loss_of("tiny") == {"a": 1, "b": 2}
    assert recipe.loss_of("other") == {"a": 1, "b": 3}
    assert recipe.loss_of("tiny", recipe.stages[0]) == {"a": 5, "b": 6}
    assert recipe.loss_of("third", recipe.stages[1]) == {"a": 1}


def test_entries_are_changed_added_and_taken_out():
    path = SMALL / "images.yaml"
    before = read_recipe(path)
    after = read_recipe(
        path, ["stages.0.epochs=7", "sources.lspet17=", "loss={correlation: 0}", "stages.1.augment.scale=[0.9, 1.1]"]
    )
    assert after.stages[0] == before.stages[0].model_copy(update={"epochs": 7})
    assert set(before.sources) - set(after.sources) == {"lspet17"}
    assert after.loss == {"correlation": 0}
    assert after.stages[1].augment.scale == (0.9, 1.1)


@pytest.mark.parametrize(
    "wrong", ["epochs", "stages.9.epochs=1", "stages.first.epochs=1", "sources.nobody=", "batch_size.x=1", "seed=["]
)
def test_changes_of_what_is_not_there_are_refused(wrong):
    with pytest.raises(SettingsError, match=r"--set takes path\.to\.entry=VALUE"):
        read_recipe(SMALL / "images.yaml", [wrong])


def test_a_change_is_checked_as_the_recipe_is():
    with pytest.raises(SettingsError, match="batch_size is 0"):
        read_recipe(SMALL / "images.yaml", ["batch_size=0"])
