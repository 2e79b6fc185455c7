"""The training loop that all methods share; on one CPU, one GPU, or several processes by `accelerate launch`."""

import copy
import math
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator, DistributedDataParallelKwargs
from safetensors.torch import save_file
from torch import nn

from methods.analysis.find import Search
from methods.analysis.run import Evaluation, evaluate_together, without_unread
from methods.analysis.visibility import measure_visibility
from methods.data.batch import EpochBatches, epoch_loader
from methods.data.coco import CocoKeypoints
from methods.data.decoded import DecodedImages
from methods.data.mixture import Mixture
from methods.errors import SettingsError, WorkbenchError
from methods.metrics.box_ap import box_ap
from methods.ops.people import PeopleBatch
from methods.training.checkpoint import load_checkpoint, save_checkpoint
from methods.training.ema import average_of
from methods.training.parameters import build_optimiser, follow, freeze
from methods.training.recipe import Recipe
from methods.training.report import write_report
from methods.training.schedule import Schedule, schedule_at
from methods.training.sources import training_samples
from methods.training.task import Task
from methods.training.together import Together, compare
from methods.writing import write_whole

RECIPE, COMMAND, CHECKPOINT = "recipe.yaml", "command.txt", "checkpoint.pt"
BEST, LAST = "best", "last"
NOTES = "notes"  # in an entry of the history


def weights_file(run: Path, variant: str, which: str = BEST) -> Path:
    """Where a training in the folder `run` keeps the BEST or LAST weights of a variant."""
    return run / f"{variant}-{which}.safetensors"


class Trainer:
    """Variants in training, one or several on the same batches: networks, optimiser, running average, history."""

    def __init__(self, tasks: Sequence[Task], recipe: Recipe, accelerator: Accelerator) -> None:
        self.tasks, self.recipe, self.accelerator = tuple(tasks), recipe, accelerator
        if recipe.batch_size % accelerator.num_processes:
            raise SettingsError(
                f"Batch size {recipe.batch_size} cannot be shared by {accelerator.num_processes} processes equally;"
                " change one of them."
            )
        together = Together(tasks)
        together.to(accelerator.device)
        together.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.networks = together.networks
        optimiser = build_optimiser([(task.network, task.heads) for task in tasks], recipe)
        self.together, self.optimiser = accelerator.prepare(together, optimiser)
        self.average = average_of(self.networks, recipe.ema_decay)
        self.step = 0
        self.history: list[dict[str, Any]] = []  # one entry for each epoch

    @property
    def epoch(self) -> int:
        """The next epoch, counted from 0."""
        return len(self.history)

    def train_step(self, people: PeopleBatch, schedule: Schedule) -> dict[str, torch.Tensor]:
        """Learn from one batch at this point of the schedule; gives the loss's parts and gradient norm.

        Each variant's gradient is clipped by itself; the norm is the largest.
        """
        follow(self.optimiser, schedule, self.recipe)
        losses = compare(self.tasks, self.together(people), people)
        self.optimiser.zero_grad(set_to_none=True)
        # Processes' gradients are averaged, while the loss is a sum over images.
        self.accelerator.backward(losses.total * self.accelerator.num_processes)
        images = self.recipe.batch_size
        limit = self.recipe.clip * images
        norms = [self.accelerator.clip_grad_norm_(each.parameters(), limit) for each in self.networks.values()]
        self.optimiser.step()
        self.average.update_parameters(self.networks)
        self.step += 1
        return {**losses.parts, "gradient": torch.stack(norms).max() / images}

    def run(
        self,
        mixture: Mixture,
        decoded: DecodedImages,
        validation: CocoKeypoints,
        output: Path,
        on_step: Callable[[int, int], None] = lambda step, steps: None,
        on_epoch: Callable[[dict[str, Any]], None] = lambda entry: None,
        on_note: Callable[[str], None] = lambda note: None,
    ) -> None:
        """Train to the recipe's end, from wherever `resume` left off; keeps everything in the folder `output`.

        After each epoch: checkpoint, metrics.jsonl, report.html and, where a variant's validation is the best so far,
        the average's weights as its BEST; LAST at the end. `on_step` gets the steps done in this epoch and their total,
        `on_epoch` each entry of the history, `on_note` each sentence about what a task took from the training data,
        which its entries of the history keep under NOTES. Raises WorkbenchError where the loss stops being a finite
        number.
        """
        notes = {task.name: note for task in self.tasks if (note := task.learn_from(mixture))}
        for name, note in notes.items():
            on_note(f"{name}: {note}")
        while self.epoch < self.recipe.epochs:
            entry = self._train_epoch(mixture, decoded, on_step) | {NOTES: notes}
            if self.accelerator.is_main_process:
                self._judge(entry, validation, output)
            self.history.append(entry)
            if self.accelerator.is_main_process:
                save_checkpoint(output / CHECKPOINT, self._state())
                write_report(output, " + ".join(self.networks), self.history)
                on_epoch(entry)
            self.accelerator.wait_for_everyone()

    def resume(self, output: Path) -> None:
        """Go on from the checkpoint in `output`; raises WeightsError, or SettingsError where the recipe was changed."""
        state = load_checkpoint(output / CHECKPOINT)
        if state["recipe"] != self.recipe.model_dump_json():
            raise SettingsError(f"The training at {output} has another recipe; resume it with its own {RECIPE}.")
        self.networks.load_state_dict(state["networks"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step, self.history = state["step"], state["history"]

    def _train_epoch(
        self, mixture: Mixture, decoded: DecodedImages, on_step: Callable[[int, int], None]
    ) -> dict[str, Any]:
        recipe, accelerator = self.recipe, self.accelerator
        number = recipe.stage_at(self.epoch)
        stage = recipe.stages[number]
        # Seeded anew, so that a resumed training draws the same numbers.
        torch.manual_seed(hash((recipe.seed, self.epoch, accelerator.process_index)))
        for task in self.tasks:
            freeze(task.network, stage.freeze)
            if any(each.loss for each in recipe.stages):
                task.weigh(recipe.loss_of(task.name, stage))
        per_process = recipe.batch_size // accelerator.num_processes
        place = {"rank": accelerator.process_index, "world": accelerator.num_processes}
        batches = EpochBatches(mixture, self.epoch, recipe.seed, per_process, stage.sizes, **place)
        samples = training_samples(mixture, decoded, stage.augment, recipe)
        judged = mean_scores(self.history, recipe.validation.measure)
        sums: dict[str, torch.Tensor] = defaultdict(lambda: torch.zeros((), device=accelerator.device))
        started = loaded = time.perf_counter()
        waited = 0.0
        for done, people in enumerate(epoch_loader(samples, batches, recipe.workers), 1):
            waited += time.perf_counter() - loaded
            schedule = schedule_at(self.step, len(batches), recipe, judged)
            for name, value in self.train_step(people.to(accelerator.device), schedule).items():
                sums[name] = sums[name] + value
            on_step(done, len(batches))
            loaded = time.perf_counter()
        seconds = loaded - started
        means = {name: float(value) / len(batches) for name, value in sums.items()}
        if not all(map(math.isfinite, means.values())):
            raise WorkbenchError(
                f"The loss stopped being a finite number in epoch {self.epoch + 1}; lower learning_rate or clip."
            )
        return {
            "epoch": self.epoch + 1,
            "stage": number + 1,
            "steps": self.step,
            "learning_rate": schedule.rate * recipe.learning_rate,
            "gradient": means.pop("gradient"),
            "losses": means,
            "seconds": seconds,
            "images_per_second": len(batches) * recipe.batch_size / seconds,
            "loader_share": waited / seconds,
        }

    def _judge(self, entry: dict[str, Any], validation: CocoKeypoints, output: Path) -> None:
        """Add validation results to the epoch's entry where they are due; keep weights that are the best or last."""
        last = entry["epoch"] == self.recipe.epochs
        due = last or entry["epoch"] % self.recipe.validation.every == 0
        if due:
            entry["validation"] = self._validate(validation)
        for name in self.networks:
            measure = self.recipe.validation.measure
            if due and entry["validation"][name][measure] > best_score(self.history, name, measure):
                self._save_weights(name, weights_file(output, name))
            if last:
                self._save_weights(name, weights_file(output, name, LAST))

    def _validate(self, data: CocoKeypoints) -> dict[str, dict[str, float]]:
        """What each variant's running average reaches."""
        device = self.accelerator.device
        # Several CPU processes call theirs cpu:0, which is no device of its own.
        place = str(device) if device.type == "cuda" else device.type
        where = self.recipe.validation
        methods = [
            task.method(copy.deepcopy(self._averaged(task.name)), where.input_size, place) for task in self.tasks
        ]
        searches = [Search(method, method.Settings.evaluation()) for method in methods]
        judged = evaluate_together(searches, data, annotated_boxes=where.annotated_boxes)
        found = {each.method: scores_of(each) for each in judged}
        for method, each in zip(methods, judged, strict=True):
            if where.measure == "f1":
                found[method.name]["f1"] = measure_visibility(method, data).all.total
            if where.measure == "boxes and keypoints":
                boxes = box_ap(without_unread(data, each.unread), each.detections)
                found[method.name] |= {"box_ap": boxes, where.measure: (boxes + each.ap.ap) / 2}
        return found

    def _averaged(self, name: str) -> nn.Module:
        averages: Any = self.average.module
        return averages[name]

    def _save_weights(self, name: str, path: Path) -> None:
        state = {key: value.contiguous() for key, value in self._averaged(name).state_dict().items()}
        write_whole(path, lambda beside: save_file(state, beside))

    def _state(self) -> dict[str, Any]:
        return {
            "recipe": self.recipe.model_dump_json(),
            "networks": self.networks.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "step": self.step,
            "history": self.history,
        }


def scores_of(found: Evaluation) -> dict[str, float]:
    """What the history keeps of an evaluation: AP with its interval, and four other measures."""
    ap, interval = found.ap, found.interval
    bounds = {"low": interval.low.ap, "high": interval.high.ap}
    return {"ap": ap.ap, **bounds, "ap50": ap.ap50, "ap75": ap.ap75, "ar": ap.ar}


def best_score(history: list[dict[str, Any]], variant: str, measure: str = "ap") -> float:
    """The highest `measure` of a variant's validations so far; minus infinity before the first."""
    judged = (entry["validation"][variant] for entry in history if "validation" in entry)
    return max((found[measure] for found in judged), default=float("-inf"))


def mean_scores(history: list[dict[str, Any]], measure: str = "ap") -> list[tuple[int, float]]:
    """Epochs done at each validation so far, and what the variants in training reached there on average."""
    judged = ((entry["epoch"], entry["validation"].values()) for entry in history if "validation" in entry)
    return [(epoch, statistics.fmean(each[measure] for each in found)) for epoch, found in judged]


def create_accelerator(recipe: Recipe, device: str) -> Accelerator:
    """Devices and precision of this process; `device` is auto or cpu. bf16 by default where the hardware has it."""
    cpu = device == "cpu" or not (torch.cuda.is_available() or torch.backends.mps.is_available())
    capabilities = torch.cpu.get_capabilities()
    fast = capabilities.get("avx512_bf16") or capabilities.get("amx_bf16")
    if not cpu:
        fast = torch.cuda.is_available() and torch.cuda.is_bf16_supported()
    half = recipe.precision == "bf16" or (recipe.precision == "auto" and fast)
    # Layers are frozen and thawed while training, so that some parameters get no gradient in some stages.
    unused = DistributedDataParallelKwargs(find_unused_parameters=True)
    return Accelerator(cpu=cpu, mixed_precision="bf16" if half else "no", kwargs_handlers=[unused])
