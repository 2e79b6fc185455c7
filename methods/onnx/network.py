"""An ONNX file run by onnxruntime, on the CPU, as a module that takes and gives tensors."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from torch import nn

from methods.errors import WeightsError
from methods.onnx.description import Description


class OnnxNetwork(nn.Module):
    """Images of the described size, [N, 3, height, width] with values 0..255 in RGB, to the file's outputs."""

    def __init__(self, file: Path, description: Mapping[str, Any]) -> None:
        """Raises WeightsError where onnxruntime is missing or cannot run the file."""
        super().__init__()
        self.name, self.description = file.name, Description.model_validate(description)
        self.session = _session(file)
        self.input = self.session.get_inputs()[0]

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Itself: it has no parameters that a copy could change."""
        return self

    def forward(self, images: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """N > 0; networks of one image at a time see one after another. Raises WeightsError where the file fails."""
        said = self.description
        given = images if said.channels == "rgb" else images.flip(1)
        mean, std = (given.new_tensor(each)[:, None, None] for each in (said.mean, said.std))
        ready = ((given - mean) / std).float().cpu().numpy()
        at_once = len(ready) if isinstance(self.input.shape[0], str) or self.input.shape[0] is None else 1
        parts = [self._run(ready[start : start + at_once]) for start in range(0, len(ready), at_once)]
        return tuple(torch.from_numpy(np.concatenate(each)) for each in zip(*parts, strict=True))

    def _run(self, ready: np.ndarray) -> list[np.ndarray]:
        try:
            return self.session.run(None, {self.input.name: np.ascontiguousarray(ready)})
        except Exception as error:  # onnxruntime's are of many kinds, and the user needs one sentence
            raise WeightsError(f"{self.name} cannot be run on input {list(ready.shape)}: {_short(error)}.") from None


Read = Callable[[OnnxNetwork, torch.Tensor], tuple[torch.Tensor, torch.Tensor]]


def load_network(path: Path, options: Mapping[str, Any], read: Read) -> OnnxNetwork:
    """The network in a file, which `read` has tried on an empty image: it raises WeightsError for a misfit."""
    network = OnnxNetwork(path, **options)
    read(network, torch.zeros(1, 3, network.description.height, network.description.width))
    return network


def misfit(network: OnnxNetwork, outputs: Sequence[torch.Tensor], wanted: str) -> WeightsError:
    """What is wrong where a file's outputs are not those of its description, which wants others."""
    given = ", ".join(str(list(each.shape)) for each in outputs)
    return WeightsError(
        f"{network.name} has outputs {given}; its description, {network.description.outputs} of"
        f" {len(network.description.keypoints)} keypoints, wants {wanted}."
    )


def _session(file: Path) -> Any:
    try:
        import onnxruntime
    except ImportError:
        raise WeightsError(f"{file.name} needs onnxruntime; install it with: pip install onnx onnxruntime") from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    options.log_severity_level = 4
    try:
        # From bytes, so that nothing beside the file is read.
        return onnxruntime.InferenceSession(file.read_bytes(), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise WeightsError(f"{file.name} is no network that onnxruntime can run: {_short(error)}.") from None


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200].rstrip(".")
