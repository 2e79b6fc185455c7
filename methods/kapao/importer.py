"""The KAPAO authors' checkpoints: their names for the tensors, and ours."""

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import save_file

from methods.errors import WeightsError
from methods.importers.checkpoint import read_checkpoint
from methods.kapao.network import KapaoNetwork
from methods.pose_grid.grid import ANCHORS
from methods.writing import write_whole

DETECT = "model.33."  # their detection layer; layers 0 to 32 are body and neck


def import_kapao(source: Path, variant: str, target: Path) -> Path:
    """Write the safetensors file `target` from the authors' checkpoint `source` (`.pt`), executing nothing from it.

    `source` is their training checkpoint or a plain state dict. Numbers and dtypes (half precision) stay as they are.
    `variant` is kapao-s, kapao-m or kapao-l. Raises WeightsError where the checkpoint does not fit.
    """
    state = import_kapao_state(read_checkpoint(source), variant.removeprefix("kapao-"))
    ready = {name: tensor.contiguous() for name, tensor in sorted(state.items())}
    write_whole(target, lambda beside: save_file(ready, beside, metadata={"format": "pt"}))
    return target


def import_kapao_state(state: Mapping[str, torch.Tensor], size: str) -> dict[str, torch.Tensor]:
    """A state dict of KAPAO-S, M or L in the authors' names to ours; numbers and dtypes unchanged.

    `size` is s, m or l. Theirs are `model.0.conv.conv.weight` ... `model.33.m.3.bias`, and the anchors, which are ours
    already. Raises WeightsError where tensors are missing, of another size or number of keypoints, or anchors differ.
    """
    found = {_our_name(name): tensor for name, tensor in state.items() if "anchor" not in name}
    grid = state.get(f"{DETECT}anchor_grid")
    if grid is not None and not torch.equal(grid.float().flatten(), torch.tensor(ANCHORS).float().flatten()):
        raise WeightsError(
            "The checkpoint has other anchor boxes than Table 5 of the paper; give a published KAPAO model."
        )
    with torch.device("meta"):
        wanted = {name: tensor.shape for name, tensor in KapaoNetwork(size).state_dict().items()}  # type: ignore[arg-type]
    counters = {name for name in wanted if name.endswith("num_batches_tracked")}
    missing = sorted(set(wanted) - counters - set(found))
    wrong = sorted(name for name, tensor in found.items() if name not in wanted or tensor.shape != wanted[name])
    if missing or wrong:
        raise WeightsError(
            f"The checkpoint is no KAPAO-{size.upper()} for 17 keypoints ({len(missing)} of its {len(wanted)} tensors "
            "are"
            f" missing, {len(wrong)} are unknown or of another shape, such as {(missing + wrong)[0]}); give the"
            f" authors' kapao_{size}_coco.pt."
        )
    return {name: torch.zeros((), dtype=torch.int64) for name in counters} | found


def _our_name(name: str) -> str:
    return name.replace(DETECT, "head.") if name.startswith(DETECT) else f"body.{name}"
