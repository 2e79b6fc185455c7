"""Several processes, on one host or many, that share the images of an evaluation."""

import os
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import torch

PATIENCE = timedelta(days=1)  # how long a process waits for a slower one


@dataclass(frozen=True)
class Processes:
    """This process and its fellows; by default it is alone."""

    rank: int = 0
    count: int = 1
    device: str | None = None  # this process's own where each has a graphics card

    @property
    def is_main(self) -> bool:
        """Whether this is the one that prints and writes."""
        return self.rank == 0

    def gather(self, items: list[Any]) -> list[Any]:
        """Everybody's items, in the order of ranks, for everybody; waits for all. Items must pickle."""
        if self.count == 1:
            return items
        from accelerate.utils import gather_object

        return gather_object(items)

    def leave(self) -> None:
        """Part from the others at the end: who is still connected when Python ends may abort."""
        if self.count > 1:
            from accelerate import PartialState

            PartialState().destroy_process_group()


def launched(device: str = "auto") -> Processes:
    """The processes that `accelerate launch` or torchrun started; alone where neither did.

    With `device` auto and CUDA each process has a card of its own.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        return Processes()
    from accelerate import PartialState

    cards = device == "auto" and torch.cuda.is_available()
    state = PartialState(cpu=not cards, timeout=PATIENCE)
    return Processes(state.process_index, state.num_processes, str(state.device) if cards else None)
