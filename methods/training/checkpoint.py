"""Saving a training so that it can go on exactly where it was."""

from pathlib import Path
from typing import Any

import torch

from methods.errors import WeightsError
from methods.writing import write_whole


def save_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Save tensors, numbers, strings and containers of these."""
    write_whole(path, lambda beside: torch.save(state, beside))


def load_checkpoint(path: Path) -> dict[str, Any]:
    """What `save_checkpoint` saved, on the CPU; nothing in the file is executed. Raises WeightsError."""
    if not path.is_file():
        raise WeightsError(f"There is no training to resume at {path.parent}; start one without --resume.")
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        raise WeightsError(f"{path} is not a readable checkpoint ({type(error).__name__}); start again.") from None
