"""Anybody's checkpoint as a model of the user's own: recognised, listed, removed; nothing in it is executed."""

import json
import os
from pathlib import Path

import pytest
import torch
from torch import nn

from methods import create, variants
from methods.errors import CatalogError, DataError, WeightsError
from methods.importers.models import import_model
from methods.skeletons import COCO17, HALPE26, HAND21
from methods.user_models import models_folder, read_models, remember_folder, remove
from methods.weights import load, resolve
from methods.yolo.network import YoloPose


class Evil:
    """A planted call that leaves a file behind where it is run."""

    def __reduce__(self):
        return os.system, ("touch was_run",)


def module(network: YoloPose, **attributes: object) -> nn.Module:
    """The module object that a checkpoint of Ultralytics' holds, with further attributes."""
    model = nn.Module()
    model.model = network.model
    vars(model).update(attributes)
    return model


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """YOLO11 nano pose as Ultralytics' training writes it: a module object. Not to be changed."""
    network = YoloPose("n")
    network.load_state_dict(load(resolve("yolo11n-pose")))
    file = tmp_path_factory.mktemp("checkpoint") / "best.pt"
    torch.save({"model": module(network.half()), "ema": None, "train_args": {"imgsz": 320}}, file)
    return file


def saved(tmp_path: Path, state: dict[str, torch.Tensor]) -> Path:
    torch.save(state, tmp_path / "state.pt")
    return tmp_path / "state.pt"


@pytest.fixture
def state() -> dict[str, torch.Tensor]:
    return load(resolve("yolo11n-pose"))


def test_a_model_is_in_the_catalogue_until_it_is_removed(checkpoint):
    written = import_model(checkpoint, "mine")
    (variant,) = [each for each in variants() if each.users]
    assert (variant.name, variant.family, variant.skeleton, variant.weights) == ("mine", "yolo", COCO17, written)
    method = create("mine", device="cpu")
    assert method.input_size == 320
    assert {value.dtype for value in load(written).values()} == {torch.float16, torch.int64}
    remove("mine")
    assert not written.exists()
    assert not [each for each in variants() if each.users]
    with pytest.raises(CatalogError, match="No imported model is called 'mine'; there are: none"):
        remove("mine")


def test_the_folder_is_remembered(checkpoint, tmp_path):
    assert models_folder().name == "models"
    remember_folder(tmp_path / "elsewhere")
    assert import_model(checkpoint, "mine").parent == tmp_path / "elsewhere" == models_folder()


@pytest.mark.parametrize("name", ["", "a/b", "../x", "a,b", "-x", "a b", "x" * 41, "<b>"])
def test_names_that_are_none(checkpoint, name):
    with pytest.raises(CatalogError, match="is no name for a model"):
        import_model(checkpoint, name)


def test_names_that_are_taken(checkpoint):
    import_model(checkpoint, "mine")
    for name in ("mine", "kapao-n"):
        with pytest.raises(CatalogError, match=f"There is a method '{name}' already"):
            import_model(checkpoint, name)


def test_a_skeleton_of_another_number_of_keypoints(checkpoint):
    with pytest.raises(DataError, match="finds 17 keypoints, Hand-21 has 21"):
        import_model(checkpoint, "mine", HAND21)


def test_a_planted_call_is_refused_and_not_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    torch.save({"model": Evil()}, tmp_path / "evil.pt")
    with pytest.raises(WeightsError, match="nothing was run"):
        import_model(tmp_path / "evil.pt", "evil")
    assert not (tmp_path / "was_run").exists()
    assert read_models() == {}


def test_numbers_that_are_none(tmp_path, state):
    state["model.0.conv.weight"][0, 0, 0, 0] = torch.nan
    with pytest.raises(WeightsError, match=r"NaN.* the first in model\.0\.conv\.weight"):
        import_model(saved(tmp_path, state), "mine")
    assert read_models() == {}
    assert not list(models_folder().iterdir())


def test_tensors_of_another_shape(tmp_path, state):
    state["model.0.conv.weight"] = torch.zeros(16, 1, 3, 3)
    with pytest.raises(WeightsError, match="none of their networks"):
        import_model(saved(tmp_path, state), "mine")


def test_another_network(tmp_path):
    with pytest.raises(WeightsError, match="no network that can be imported; there are importers of KAPAO, YOLO pose"):
        import_model(saved(tmp_path, nn.Linear(2, 2).state_dict()), "mine")


def test_a_description_in_the_checkpoint_is_not_followed(tmp_path):
    """Ultralytics evaluates its `activation` as Python."""
    planted = {"activation": "__import__('os').system('touch was_run')", "kpt_shape": [17, 3]}
    torch.save({"model": module(YoloPose("n"), yaml=planted)}, tmp_path / "state.pt")
    with pytest.raises(WeightsError, match="other activations"):
        import_model(tmp_path / "state.pt", "mine")


def test_a_file_that_was_changed_since(checkpoint):
    written = import_model(checkpoint, "mine")
    written.write_bytes(written.read_bytes()[:-1] + b"x")
    with pytest.raises(WeightsError, match="is not the file that was imported as mine"):
        create("mine", device="cpu")


def test_a_list_of_models_that_is_none(checkpoint):
    import_model(checkpoint, "mine")
    listed = models_folder() / "models.json"
    for content in ("[", '{"mine": {}}', json.dumps({"mine": read_models()["mine"].model_dump() | {"file": "../x"}})):
        listed.write_text(content)
        with pytest.raises(CatalogError, match="is no list of imported models"):
            variants()


def test_a_model_never_takes_the_place_of_a_published_one(checkpoint):
    import_model(checkpoint, "mine")
    listed = models_folder() / "models.json"
    listed.write_text(listed.read_text().replace('"mine": {', '"kapao-n": {'))
    assert not [each for each in variants() if each.users]


def test_named_keypoints(tmp_path):
    network = module(YoloPose("n", keypoint_shape=(26, 3)), kpt_names={0: list(HALPE26.keypoints)})
    torch.save({"model": network}, tmp_path / "halpe.pt")
    import_model(tmp_path / "halpe.pt", "halpe")
    assert create("halpe", device="cpu").skeleton == HALPE26
