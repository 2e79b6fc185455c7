"""How much of the bare speed of a network is left in real training."""

import itertools
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch

from methods.data.batch import EpochBatches, epoch_loader
from methods.data.decoded import DecodedImages
from methods.data.mixture import Mixture
from methods.ops.people import PeopleBatch
from methods.training.parameters import freeze
from methods.training.recipe import Stage
from methods.training.sources import training_samples
from methods.training.trainer import Trainer


@dataclass(frozen=True)
class TrainingSpeed:
    """Images per second, medians over `rounds` pairs: `bare` forward and backward, and `real` steps with the loader.

    `share` is the median over the pairs of real / bare.
    """

    bare: float
    real: float
    share: float
    rounds: int
    size: int
    batch_size: int


def benchmark_training(
    trainer: Trainer,
    mixture: Mixture,
    decoded: DecodedImages,
    stage: Stage,
    size: int = 256,
    rounds: int = 7,
    steps: int = 2,
) -> TrainingSpeed:
    """Time `steps` bare and `steps` real steps in turn, `rounds` times, so that both see the same machine.

    Bare: the networks' outputs on one batch of the same shape and precision, summed, and backward. Real: loading and
    augmenting a batch, targets, loss, backward, clipping, optimiser, running average.
    """
    for network in trainer.networks.values():
        freeze(network, stage.freeze)
    recipe = trainer.recipe
    batches = _endless(trainer, mixture, decoded, stage, size)
    people = next(batches).to(trainer.accelerator.device)

    def bare() -> None:
        outputs = trainer.together(people)
        trainer.optimiser.zero_grad(set_to_none=True)
        trainer.accelerator.backward(sum(output.float().mean() for output in _tensors(outputs)))

    def real() -> None:
        trainer.train_step(next(batches).to(trainer.accelerator.device), rate=1e-3)

    _seconds(bare, 1), _seconds(real, 1)  # the first of each is slower
    pairs = [(_seconds(bare, steps), _seconds(real, steps)) for _ in range(rounds)]
    images = steps * recipe.batch_size
    return TrainingSpeed(
        bare=images / statistics.median(first for first, _ in pairs),
        real=images / statistics.median(second for _, second in pairs),
        share=statistics.median(first / second for first, second in pairs),
        rounds=rounds,
        size=size,
        batch_size=recipe.batch_size,
    )


def _endless(
    trainer: Trainer, mixture: Mixture, decoded: DecodedImages, stage: Stage, size: int
) -> Iterator[PeopleBatch]:
    recipe = trainer.recipe
    samples = training_samples(mixture, decoded, stage.augment, recipe)
    for epoch in itertools.count():
        batches = EpochBatches(mixture, epoch, recipe.seed, recipe.batch_size, (size,))
        yield from epoch_loader(samples, batches, recipe.workers)


def _tensors(outputs: object) -> Iterator[torch.Tensor]:
    if isinstance(outputs, torch.Tensor):
        yield outputs
    elif isinstance(outputs, dict | list | tuple):
        for output in outputs.values() if isinstance(outputs, dict) else outputs:
            yield from _tensors(output)


def _seconds(work: Callable[[], None], times: int) -> float:
    started = time.perf_counter()
    for _ in range(times):
        work()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - started
