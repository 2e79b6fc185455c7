"""Run by `torchrun`: three steps of a small network on a fixed batch of 8 images, shared by all processes.

Arguments: the file to write the weights to.
"""

import sys

import torch
from safetensors.torch import save_file
from torch import nn

from methods.ops.people import PeopleBatch
from methods.training.recipe import parse_recipe
from methods.training.schedule import Schedule
from methods.training.task import Task
from methods.training.trainer import Trainer, create_accelerator

RECIPE = {
    "summary": "three steps",
    "licence": "CC0-1.0",
    "provenance": "A test.",
    "data_terms": "Free.",
    "sources": {"none": 1},
    "validation": {"folder": "none", "input_size": 64},
    "stages": [{"epochs": 1, "sizes": [64]}],
    "batch_size": 8,
    "optimiser": "sgd",
    "learning_rate": 0.1,
    "momentum": 0.9,
    "clip": 0.05,
    "precision": "fp32",
}


class Network(nn.Module):
    """The second layer gets no gradient, as a frozen one."""

    def __init__(self) -> None:
        super().__init__()
        self.used, self.unused = nn.Conv2d(3, 2, 1), nn.Conv2d(3, 2, 1)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.used(images)


class TinyTask(Task):
    name, shares_body = "tiny", False

    def __init__(self) -> None:
        torch.manual_seed(0)
        self.network, self.loss = Network(), self.build_loss()

    def build_loss(self):
        return lambda outputs, people: {"total": (outputs**2).mean((1, 2, 3)).sum()}


def learn(path: str) -> int:
    """Learn, and write the weights to a file; how many processes there are."""
    recipe = parse_recipe(RECIPE, "here")
    accelerator = create_accelerator(recipe, "cpu")
    trainer = Trainer([TinyTask()], recipe, accelerator)
    images = torch.randint(0, 256, (8, 3, 64, 64), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
    mine = images[accelerator.process_index :: accelerator.num_processes]
    nobody = torch.zeros(0)
    for _ in range(3):
        trainer.train_step(PeopleBatch(mine, *[nobody] * 6), Schedule(1.0, 1.0))
    if accelerator.is_main_process:
        save_file(trainer.tasks[0].network.state_dict(), path)
    accelerator.wait_for_everyone()
    accelerator.end_training()
    return accelerator.num_processes


if __name__ == "__main__":
    print("processes", learn(sys.argv[1]))
