"""The training loop that all methods share; on one CPU, one GPU, or several processes by `accelerate launch`."""

import copy
import math
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator, DistributedDataParallelKwargs
from safetensors.torch import save_file

from methods.data.batch import EpochBatches, epoch_loader
from methods.data.coco import CocoKeypoints
from methods.data.decoded import DecodedImages
from methods.data.mixture import Mixture
from methods.errors import SettingsError, WorkbenchError
from methods.evaluation.run import evaluate
from methods.evaluation.visibility import measure_visibility
from methods.ops.people import PeopleBatch
from methods.training.checkpoint import load_checkpoint, save_checkpoint, write_whole
from methods.training.ema import average_of
from methods.training.parameters import build_optimiser, freeze, set_rate
from methods.training.recipe import Recipe
from methods.training.report import write_report
from methods.training.schedule import rate_at
from methods.training.sources import training_samples
from methods.training.task import Task

RECIPE, COMMAND, CHECKPOINT = "recipe.yaml", "command.txt", "checkpoint.pt"
BEST, LAST = "best.safetensors", "last.safetensors"


class Trainer:
    """One variant in training: its network, optimiser, running average and history, and how to go on."""

    def __init__(self, task: Task, recipe: Recipe, accelerator: Accelerator) -> None:
        self.task, self.recipe, self.accelerator = task, recipe, accelerator
        if recipe.batch_size % accelerator.num_processes:
            raise SettingsError(
                f"Batch size {recipe.batch_size} cannot be shared by {accelerator.num_processes} processes equally;"
                " change one of them."
            )
        task.network.to(accelerator.device)
        task.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        optimiser = build_optimiser(task.network, task.heads, recipe)
        self.network, self.optimiser = accelerator.prepare(task.network, optimiser)
        self.average = average_of(task.network, recipe.ema_decay)
        self.step = 0
        self.history: list[dict[str, Any]] = []  # one entry for each epoch

    @property
    def epoch(self) -> int:
        """The next epoch, counted from 0."""
        return len(self.history)

    def train_step(self, people: PeopleBatch, rate: float) -> dict[str, torch.Tensor]:
        """Learn from one batch at `rate` times the peak learning rates; gives the loss's parts and gradient norm."""
        set_rate(self.optimiser, rate)
        losses = self.task.loss(self.network, people)
        self.optimiser.zero_grad(set_to_none=True)
        # Processes' gradients are averaged, while the loss is a sum over images.
        self.accelerator.backward(losses.total * self.accelerator.num_processes)
        images = self.recipe.batch_size
        norm = self.accelerator.clip_grad_norm_(self.network.parameters(), self.recipe.clip * images)
        self.optimiser.step()
        self.average.update_parameters(self.task.network)
        self.step += 1
        return {**losses.parts, "gradient": norm / images}

    def run(
        self,
        mixture: Mixture,
        decoded: DecodedImages,
        validation: CocoKeypoints,
        output: Path,
        on_step: Callable[[int, int], None] = lambda step, steps: None,
        on_epoch: Callable[[dict[str, Any]], None] = lambda entry: None,
    ) -> None:
        """Train to the recipe's end, from wherever `resume` left off; keeps everything in the folder `output`.

        After each epoch: checkpoint, metrics.jsonl, report.html and, where validation AP is the best so far, the
        average's weights as BEST; LAST at the end. `on_step` gets the steps done in this epoch and their total,
        `on_epoch` each entry of the history. Raises WorkbenchError where the loss stops being a finite number.
        """
        while self.epoch < self.recipe.epochs:
            entry = self._train_epoch(mixture, decoded, on_step)
            if self.accelerator.is_main_process:
                self._judge(entry, validation, output)
            self.history.append(entry)
            if self.accelerator.is_main_process:
                save_checkpoint(output / CHECKPOINT, self._state())
                write_report(output, self.task.name, self.history)
                on_epoch(entry)
            self.accelerator.wait_for_everyone()

    def resume(self, output: Path) -> None:
        """Go on from the checkpoint in `output`; raises WeightsError, or SettingsError where the recipe was changed."""
        state = load_checkpoint(output / CHECKPOINT)
        if state["recipe"] != self.recipe.model_dump_json():
            raise SettingsError(f"The training at {output} has another recipe; resume it with its own {RECIPE}.")
        self.task.network.load_state_dict(state["network"])
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
        freeze(self.task.network, stage.freeze)
        if any(each.loss for each in recipe.stages):
            self.task.weigh({**recipe.loss, **stage.loss})
        per_process = recipe.batch_size // accelerator.num_processes
        place = {"rank": accelerator.process_index, "world": accelerator.num_processes}
        batches = EpochBatches(mixture, self.epoch, recipe.seed, per_process, stage.sizes, **place)
        samples = training_samples(mixture, decoded, stage.augment, recipe)
        sums: dict[str, torch.Tensor] = defaultdict(lambda: torch.zeros((), device=accelerator.device))
        started = loaded = time.perf_counter()
        waited = 0.0
        for done, people in enumerate(epoch_loader(samples, batches, recipe.workers), 1):
            waited += time.perf_counter() - loaded
            rate = rate_at(self.step, len(batches), recipe)
            for name, value in self.train_step(people.to(accelerator.device), rate).items():
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
            "learning_rate": rate * recipe.learning_rate,
            "gradient": means.pop("gradient"),
            "losses": means,
            "seconds": seconds,
            "images_per_second": len(batches) * recipe.batch_size / seconds,
            "loader_share": waited / seconds,
        }

    def _judge(self, entry: dict[str, Any], validation: CocoKeypoints, output: Path) -> None:
        """Add validation results to the epoch's entry where they are due; keep weights that are the best or last."""
        last = entry["epoch"] == self.recipe.epochs
        if last or entry["epoch"] % self.recipe.validation.every == 0:
            entry["validation"] = self._validate(validation)
            measure = self.recipe.validation.measure
            if entry["validation"][measure] > best_score(self.history, measure):
                self._save_weights(output / BEST)
        if last:
            self._save_weights(output / LAST)

    def _validate(self, data: CocoKeypoints) -> dict[str, float]:
        network = copy.deepcopy(self.average.module)
        device = self.accelerator.device
        # Several CPU processes call theirs cpu:0, which is no device of its own.
        name = str(device) if device.type == "cuda" else device.type
        method = self.task.method(network, self.recipe.validation.input_size, name)
        found = evaluate(method, data, annotated_boxes=self.recipe.validation.annotated_boxes)
        told = {"f1": measure_visibility(method, data).all.total} if self.recipe.validation.measure == "f1" else {}
        return told | {
            "ap": found.ap.ap,
            "low": found.interval.low.ap,
            "high": found.interval.high.ap,
            "ap50": found.ap.ap50,
            "ap75": found.ap.ap75,
            "ar": found.ap.ar,
        }

    def _save_weights(self, path: Path) -> None:
        state = {name: value.contiguous() for name, value in self.average.module.state_dict().items()}
        write_whole(path, lambda beside: save_file(state, beside))

    def _state(self) -> dict[str, Any]:
        return {
            "recipe": self.recipe.model_dump_json(),
            "network": self.task.network.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "step": self.step,
            "history": self.history,
        }


def best_score(history: list[dict[str, Any]], measure: str = "ap") -> float:
    """The highest `measure` of the validations so far; minus infinity before the first."""
    return max((entry["validation"][measure] for entry in history if "validation" in entry), default=float("-inf"))


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
