"""The commands train, look and publish from end to end, on stick figures and a tiny task."""

import json

import cv2
import pytest
import torch
import yaml
from accelerate.state import AcceleratorState
from safetensors.torch import load_file, save_file
from typer.testing import CliRunner

from methods import weights
from methods.__main__ import app
from methods.cli.train import command_text
from methods.family import Family
from methods.training import publish, tasks
from methods.training.recipe import read_recipe


@pytest.fixture
def command(figures, tiny_task, make_recipe, tmp_path, monkeypatch):
    """Run a command with the tiny task and its recipe in `tmp_path`; gives exit code and output."""
    monkeypatch.setattr(tasks, "create_task", lambda name, options, crops: tiny_task(name))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.yaml").write_text(yaml.safe_dump(json.loads(make_recipe().model_dump_json())))

    def run(*words):
        AcceleratorState._reset_state(reset_partial_state=True)
        found = CliRunner().invoke(app, [*words, "--data", str(figures)], env={"COLUMNS": "300"})
        if found.exception and not isinstance(found.exception, SystemExit):
            raise found.exception
        return found.exit_code, found.output

    return run


def test_train_then_resume_then_publish(command, tmp_path, tiny_task, tiny_method, monkeypatch):
    code, output = command("train", "tiny", "--recipe", "tiny.yaml")
    assert code == 0
    assert "epoch 3: nose" in output
    assert "tiny starts from random weights" in output
    assert "tiny: learns from 10 images." in output
    run = tmp_path / "runs" / "tiny-tiny"
    assert (run / "report.html").is_file()

    code, output = command("train", "tiny", "--recipe", "tiny.yaml")
    assert code != 0
    assert "holds a training already" in output
    code, output = command("train", "tiny", "--recipe", "tiny.yaml", "--resume")
    assert code == 0
    assert "Going on after epoch 3 of 3" in output

    def create(name, weights):
        network = tiny_task().network
        network.load_state_dict(load_file(weights))
        return tiny_method(name, network, 128, "cpu")

    folder = tmp_path / "weights"
    folder.mkdir()
    monkeypatch.setattr(publish, "create", create)
    monkeypatch.setattr(publish, "family_of", lambda name: Family(name, "Tiny", 0, tmp_path, ()))
    monkeypatch.setattr(publish, "rounded", lambda name, path: weights.load(path))
    monkeypatch.setattr(weights, "WEIGHTS_DIR", folder)
    code, output = command("publish", "tiny", str(run))
    assert code == 0, output
    entry = weights.read_manifest(folder / "manifest.json")["tiny"]
    assert entry.sha256 == weights.sha256_of(folder / "tiny.safetensors")
    assert entry.licence == "CC0-1.0"
    assert 0 <= entry.metrics["AP"] <= 1
    assert entry.metrics["images"] == 4
    card = (folder / "tiny.md").read_text()
    assert card.startswith("---\nlicense: cc0-1.0\n")
    assert "| AP50 |" in card
    assert "1. 1 epochs at 64 px, body at rest" in card
    assert "min. learns from 10 images.\n" in card
    assert "\npython -m methods train tiny --recipe tiny.yaml --data DATA\n" in card
    assert entry.metrics["command"] in card

    code, output = command("publish", "tiny", str(run), "--as", "tiny-plain")
    assert code == 0, output
    further = weights.read_manifest(folder / "manifest.json")["tiny-plain"]
    assert (entry.beside, further.beside) == (None, "tiny")
    assert further.sha256 == weights.sha256_of(folder / "tiny-plain.safetensors")
    assert "--weights weights/tiny-plain.safetensors" in (folder / "tiny-plain.md").read_text()
    assert list(json.loads((folder / "claims.json").read_text())) == ["tiny"]


def test_a_training_starts_from_given_weights(command, tmp_path, tiny_task):
    task = tiny_task()
    state = {name: torch.full_like(value, 0.25) for name, value in task.network.state_dict().items()}
    save_file(state, tmp_path / "start.safetensors")
    changes = ("--set", "learning_rate=1e-12", "--set", "weight_decay=0")
    code, output = command("train", "tiny", "--recipe", "tiny.yaml", "--weights", "start.safetensors", *changes)
    assert code == 0, output
    run = tmp_path / "runs" / "tiny-tiny"
    assert (run / "command.txt").read_text() == (
        "python -m methods train tiny --recipe tiny.yaml --weights start.safetensors"
        " --set learning_rate=1e-12 --set weight_decay=0 --data DATA"
    )
    assert read_recipe(run / "recipe.yaml").learning_rate == 1e-12
    last = load_file(run / "tiny-last.safetensors")
    learnt = dict(task.network.named_parameters())
    assert all(torch.allclose(last[name], state[name], atol=1e-6) for name in learnt)

    again = ("train", "tiny", "--recipe", "tiny.yaml", "--resume")
    for given, named in ((("--weights", "start.safetensors"), "leave out --weights"), (changes, "leave out --set")):
        code, output = command(*again, *given)
        assert code != 0
        assert named in output


def test_several_start_from_another_trainings_folder(command, tmp_path, tiny_task):
    state = {name: torch.full_like(value, 0.25) for name, value in tiny_task().network.state_dict().items()}
    (tmp_path / "before").mkdir()
    start = ("train", "a", "b", "--recipe", "tiny.yaml", "--weights")
    assert "holds no best weights of a or b" in command(*start, "before")[1]
    save_file(state, tmp_path / "before" / "b-best.safetensors")
    assert "holds weights of one variant" in command(*start, "before/b-best.safetensors")[1]
    code, output = command(*start, "before", "--set", "learning_rate=1e-12", "--set", "weight_decay=0")
    assert code == 0, output
    assert "a starts from random weights" in output
    assert "b starts from before" in output
    last = {name: load_file(tmp_path / "runs" / "a+b-tiny" / f"{name}-last.safetensors") for name in "ab"}
    learnt = [name for name, _ in tiny_task().network.named_parameters()]
    assert all(torch.allclose(last["b"][name], state[name], atol=1e-6) for name in learnt)
    assert not all(torch.allclose(last["a"][name], state[name], atol=1e-6) for name in learnt)


def test_published_weights_can_be_gone_on_from(command, tmp_path, tiny_task):
    (tmp_path / "published").mkdir()
    save_file(tiny_task().network.state_dict(), tmp_path / "published" / "a.safetensors")
    code, output = command("train", "a", "--recipe", "tiny.yaml", "--weights", "published")
    assert code == 0, output
    assert "a starts from published" in output


def test_a_card_gives_the_launch_of_several_processes_but_no_private_folders(tmp_path):
    text = command_text(
        ["kapao-n", "posedet-n"], str(tmp_path / "mine.yaml"), tmp_path / "start.safetensors", ["a=[1, 2]"], 2
    )
    assert text == (
        "python -m torch.distributed.run --standalone --nproc-per-node=2 -m methods train"
        " kapao-n posedet-n --recipe mine.yaml --weights start.safetensors --set 'a=[1, 2]' --data DATA"
    )


def test_publishing_nothing_is_refused(command, tmp_path):
    (tmp_path / "recipe.yaml").write_text((tmp_path / "tiny.yaml").read_text())
    code, output = command("publish", "tiny", str(tmp_path))
    assert code != 0
    assert "holds no tiny-best.safetensors" in output


def test_look_writes_a_sheet(command, tmp_path):
    code, output = command("preview", "tiny", "--recipe", "tiny.yaml", "--stage", "2", "--samples", "4")
    assert code == 0
    assert "4 images of stage 2" in output
    assert cv2.imread(str(tmp_path / "sheet.png")).std() > 10
    code, output = command("preview", "tiny", "--recipe", "tiny.yaml", "--stage", "3")
    assert code != 0
    assert "no stage 3" in output


def test_unknown_recipe_and_data_are_said(command):
    known = "There is no recipe 'huge' for kapao-n and posedet-n; give a YAML file or one of: crops, images"
    assert known in command("train", "kapao-n", "posedet-n", "--recipe", "huge")[1]
