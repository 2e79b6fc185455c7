"""The loop: it learns, it can be interrupted anywhere without a trace, and it keeps what it should."""

import json

import pytest
import torch
from safetensors.torch import load_file

from methods.cli.train import describe
from methods.errors import SettingsError, WeightsError, WorkbenchError
from methods.training.trainer import CHECKPOINT, LAST, best_score, weights_file

RARELY = {"folder": "figures", "input_size": 128, "every": 100}
TIMES = ("seconds", "images_per_second", "loader_share")


def weights_of(trainer):
    return {**trainer.networks.state_dict(), **trainer.average.state_dict()}


def without_times(history):
    return [{key: value for key, value in entry.items() if key not in TIMES} for entry in history]


def equal(first, second):
    return first.keys() == second.keys() and all(torch.equal(first[name], second[name]) for name in first)


@pytest.fixture(scope="module")
def finished(make_trainer, make_recipe, run_trainer, tmp_path_factory):
    """A trainer after all three epochs, and its folder; not to be changed."""
    trainer, folder = make_trainer(make_recipe()), tmp_path_factory.mktemp("whole")
    run_trainer(trainer, folder)
    return trainer, folder


@pytest.mark.parametrize("epochs_before", [1, 2])
def test_a_resumed_training_ends_with_the_same_bits(
    epochs_before, finished, make_trainer, make_recipe, run_trainer, tmp_path
):
    whole, _ = finished
    first = make_trainer(make_recipe())

    def interrupt(entry):
        if entry["epoch"] == epochs_before:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_trainer(first, tmp_path / "parts", on_epoch=interrupt)
    second = make_trainer(make_recipe())
    torch.manual_seed(123)  # whatever the new process's random numbers are
    second.resume(tmp_path / "parts")
    assert second.epoch == epochs_before
    assert not equal(weights_of(second), weights_of(whole))
    run_trainer(second, tmp_path / "parts")
    assert equal(weights_of(second), weights_of(whole))
    assert without_times(second.history) == without_times(whole.history)


def test_another_seed_ends_elsewhere(finished, make_trainer, make_recipe, run_trainer, tmp_path):
    other = make_trainer(make_recipe(seed=1))
    run_trainer(other, tmp_path / "other")
    assert not equal(weights_of(other), weights_of(finished[0]))


def test_the_loss_falls(make_trainer, make_recipe, run_trainer, tmp_path):
    trainer = make_trainer(make_recipe(stages=[{"epochs": 12, "sizes": [64]}], validation=RARELY))
    run_trainer(trainer, tmp_path)
    assert trainer.history[-1]["losses"]["nose"] < 0.5 * trainer.history[0]["losses"]["nose"]


def test_what_is_kept(finished):
    trainer, folder = finished
    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    assert lines == trainer.history
    assert [line["epoch"] for line in lines] == [1, 2, 3]
    assert [line["stage"] for line in lines] == [1, 2, 2]
    assert [line["steps"] for line in lines] == [2, 4, 6]  # 10 images in batches of 4; the incomplete one is left out
    assert set(lines[0]["losses"]) == {"nose", "size"}
    assert all(0 <= line["validation"]["tiny"]["ap"] <= 1 for line in lines)
    assert "Validation AP" in (folder / "report.html").read_text()
    assert not list(folder.glob("*.part"))


def test_the_average_is_kept_not_the_last_weights(finished):
    trainer, folder = finished
    last = load_file(weights_file(folder, "tiny", LAST))
    assert equal(last, trainer.average.module["tiny"].state_dict())
    assert not equal(last, trainer.networks["tiny"].state_dict())


def test_the_best_weights_are_those_of_the_best_epoch(make_trainer, make_recipe, run_trainer, tmp_path, monkeypatch):
    trainer = make_trainer(make_recipe())
    scores, averages = iter([0.1, 0.3, 0.2]), []

    def validate(data):
        averages.append({name: value.clone() for name, value in trainer.average.module["tiny"].state_dict().items()})
        return {"tiny": {"ap": next(scores), "low": 0.0, "high": 1.0, "ap50": 0.5, "ap75": 0.1, "ar": 0.5}}

    monkeypatch.setattr(trainer, "_validate", validate)
    run_trainer(trainer, tmp_path)
    assert equal(load_file(weights_file(tmp_path, "tiny")), averages[1])
    assert best_score(trainer.history, "tiny") == 0.3
    assert best_score([], "tiny") == float("-inf")


def test_the_best_weights_are_those_with_the_recipes_measure():
    history = [{"validation": {"a": {"ap": 0.5, "f1": 0.1}}}, {}, {"validation": {"a": {"ap": 0.3, "f1": 0.4}}}]
    assert (best_score(history, "a"), best_score(history, "a", "f1")) == (0.5, 0.4)


def test_a_recipe_can_ask_for_f1(make_trainer, make_recipe, run_trainer, tmp_path, monkeypatch):
    """Judged in the annotated boxes, which the tiny method does not take: here only what is asked for matters."""
    from methods.metrics.visibility import StateScores
    from methods.training import trainer as module

    asked = []

    class Scores:
        all = StateScores(keypoints=1, f1={}, total=0.7, accuracy=0.7, confusion=[])

    monkeypatch.setattr(module, "measure_visibility", lambda method, data: asked.append(len(data)) or Scores)
    trainer = make_trainer(make_recipe(validation={"folder": "figures", "input_size": 128, "measure": "f1"}))
    run_trainer(trainer, tmp_path)
    assert asked == [4, 4, 4]
    assert best_score(trainer.history, "tiny", "f1") == 0.7


def test_a_recipe_can_ask_for_boxes_and_keypoints(make_trainer, make_recipe, run_trainer, tmp_path, monkeypatch):
    """The mean of both APs decides: 0.5 of boxes, and of keypoints what the tiny method reaches."""
    from methods.training import trainer as module

    monkeypatch.setattr(module, "box_ap", lambda data, detections: 0.5)
    measure = "boxes and keypoints"
    trainer = make_trainer(make_recipe(validation={"folder": "figures", "input_size": 128, "measure": measure}))
    run_trainer(trainer, tmp_path)
    reached = [entry["validation"]["tiny"] for entry in trainer.history]
    assert [each[measure] for each in reached] == [(0.5 + each["ap"]) / 2 for each in reached]
    assert best_score(trainer.history, "tiny", measure) == max(each[measure] for each in reached)
    assert describe(trainer.history[0]).endswith("; AP of boxes 0.500")


def test_stages_weigh_the_loss(make_trainer, make_recipe, run_trainer, tmp_path):
    stages = [{"epochs": 1, "sizes": [64], "loss": {"a": 2}}, {"epochs": 1, "sizes": [64]}]
    trainer = make_trainer(make_recipe(stages=stages, loss={"a": 1, "b": 3}, validation=RARELY))
    weighed = []
    trainer.tasks[0].weigh = weighed.append
    run_trainer(trainer, tmp_path)
    assert weighed == [{"a": 2, "b": 3}, {"a": 1, "b": 3}]


def test_validation_every_other_epoch_and_at_the_end(make_trainer, make_recipe, run_trainer, tmp_path):
    validation = {"folder": "figures", "input_size": 128, "every": 2}
    trainer = make_trainer(make_recipe(validation=validation))
    run_trainer(trainer, tmp_path)
    assert ["validation" in entry for entry in trainer.history] == [False, True, True]


def test_validation_leaves_the_training_as_it_was(
    finished, make_trainer, make_recipe, run_trainer, tmp_path, monkeypatch
):
    unjudged = make_trainer(make_recipe())
    monkeypatch.setattr(unjudged, "_judge", lambda *_: None)
    run_trainer(unjudged, tmp_path)
    assert equal(weights_of(finished[0]), weights_of(unjudged))


def test_the_body_rests_in_the_first_stage(make_trainer, make_recipe, run_trainer, tmp_path):
    trainer = make_trainer(make_recipe(stages=[{"epochs": 1, "sizes": [64], "freeze": ["body."]}]))
    before = {name: value.clone() for name, value in trainer.tasks[0].network.state_dict().items()}
    run_trainer(trainer, tmp_path)
    after = trainer.tasks[0].network.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before if name.startswith("body."))
    assert not torch.equal(before["head.1.weight"], after["head.1.weight"])


def test_half_precision_on_the_cpu(make_trainer, make_recipe, run_trainer, tmp_path):
    trainer = make_trainer(make_recipe(precision="bf16", stages=[{"epochs": 1, "sizes": [64]}]))
    run_trainer(trainer, tmp_path)
    assert all(value.dtype != torch.bfloat16 for value in load_file(weights_file(tmp_path, "tiny", LAST)).values())


def test_a_diverging_loss_is_said_and_not_saved(make_trainer, make_recipe, run_trainer, tmp_path):
    trainer = make_trainer(make_recipe())
    trainer.tasks[0].network.head[1].weight.data.fill_(float("inf"))
    with pytest.raises(WorkbenchError, match="finite number in epoch 1"):
        run_trainer(trainer, tmp_path)
    assert not (tmp_path / CHECKPOINT).exists()


def test_resuming_with_another_recipe_is_refused(finished, make_trainer, make_recipe):
    with pytest.raises(SettingsError, match="another recipe"):
        make_trainer(make_recipe(learning_rate=0.5)).resume(finished[1])


def test_resuming_nothing_is_refused(make_trainer, make_recipe, tmp_path):
    with pytest.raises(WeightsError, match="no training to resume"):
        make_trainer(make_recipe()).resume(tmp_path)
    (tmp_path / CHECKPOINT).write_bytes(b"not a checkpoint")
    with pytest.raises(WeightsError, match="not a readable checkpoint"):
        make_trainer(make_recipe()).resume(tmp_path)
