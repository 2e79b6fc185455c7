"""Several networks that learn from the same batches, behind one pass of the body that the small variants share."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

from methods.backbones.small_body import SmallBody, load_small_body
from methods.ops.people import PeopleBatch
from methods.training.task import Losses, Task


class Together(nn.Module):
    """The networks of `tasks` by variant; their order is that of the tasks.

    The shared body is no child of it: it does not learn, and belongs into no checkpoint.
    """

    def __init__(self, tasks: Sequence[Task]) -> None:
        super().__init__()
        self.networks = nn.ModuleDict({task.name: task.network for task in tasks})
        self._tasks = tuple(tasks)
        shares = any(task.shares_body for task in tasks)
        self._body: tuple[SmallBody, ...] = (load_small_body(),) if shares else ()

    def forward(self, people: PeopleBatch) -> dict[str, Any]:
        """What each variant's network says of the batch, in the form that its task compares with the people."""
        images = people.images / 255
        maps = self._maps(images)
        return {
            task.name: task.run(self.networks[task.name], maps if task.shares_body else images, people)
            for task in self._tasks
        }

    @torch.no_grad()
    def _maps(self, images: torch.Tensor) -> list[torch.Tensor]:
        for body in self._body:
            return body.to(images.device, memory_format=torch.channels_last)(images)  # type: ignore[call-overload]
        return []


def compare(tasks: Sequence[Task], outputs: dict[str, Any], people: PeopleBatch) -> Losses:
    """The sum of the tasks' losses and their parts, named after the variant too where there are several.

    Networks share no parameter that learns, so each learns from the sum what it would learn alone.
    """
    found = {task.name: task.compare(outputs[task.name], people) for task in tasks}
    parts = {
        f"{name} {part}" if len(tasks) > 1 else part: value
        for name, losses in found.items()
        for part, value in losses.parts.items()
    }
    return Losses(torch.stack([losses.total for losses in found.values()]).sum(), parts)
