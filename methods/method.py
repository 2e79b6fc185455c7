"""The one interface of every method: infer (the network), decode (thresholds), predict (both)."""

import copy
import time
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import torch
from torch import nn

from methods.backbones.inference import count_parameters, for_inference
from methods.backbones.shared_body import clock, shared_body
from methods.errors import CatalogError, ImageError
from methods.ops.letterbox import Frame
from methods.settings import InputSettings
from methods.settings import Settings as AnySettings
from methods.skeletons import COCO17, Skeleton
from methods.types import Poses, Prediction, Timing
from methods.weights import load_into

# What the network computes in. Auto takes half precision only where it is both faster and safe: on CUDA. bfloat16 is
# no default anywhere: it moves one keypoint in twenty by over half a pixel (`study precision`).
PRECISIONS = {"auto": None, "fp32": torch.float32, "bf16": torch.bfloat16}


@dataclass(frozen=True)
class Raw:
    """What a network said of one image, before any threshold: named CPU tensors (no batch axis; float32 or uint8).

    It is pickled as NumPy arrays, because a process that is lent a GPU must not hand tensors back.
    """

    outputs: dict[str, torch.Tensor]
    frame: Frame
    preprocess: float  # ms
    forward: float  # ms, without the shared body's
    body: float = 0.0  # ms, of the body that the small variants share, whichever of them ran it

    def __reduce__(self) -> tuple[Any, ...]:
        arrays = {name: value.numpy() for name, value in self.outputs.items()}
        return _raw_of_arrays, (arrays, self.frame, self.preprocess, self.forward, self.body)


def _raw_of_arrays(arrays: dict[str, np.ndarray], frame: Frame, preprocess: float, forward: float, body: float) -> Raw:
    return Raw({name: torch.from_numpy(value) for name, value in arrays.items()}, frame, preprocess, forward, body)


class Method(ABC):
    """One network on one device, with its decoding.

    A family subclasses this with its `Settings`, its `Network` (built from a variant's options, then given weights by
    the catalogue) and three steps: `preprocess`, `forward`, `decode_outputs`.
    """

    Settings: ClassVar[type[AnySettings]]
    Network: ClassVar[Callable[..., nn.Module]]
    Input: ClassVar[type[InputSettings] | None] = None  # what users may choose of the network's input
    default_input_size: ClassVar[int]  # pixels
    takes_boxes: ClassVar[bool] = False  # whether `infer` can be told where people are
    shares_body: ClassVar[bool] = False  # whether the network reads the maps of the body that small variants share
    skeleton: Skeleton = COCO17  # whose keypoints it finds
    detector: "Method | None" = None  # whose boxes a method that takes boxes looks into, where none are given
    chosen_input: InputSettings | None = None  # see `with_input`

    def __init__(
        self, name: str, network: nn.Module, input_size: int, device: str = "auto", precision: str = "auto"
    ) -> None:
        """`input_size` is the longer side in pixels; `device` is auto, cpu, mps, cuda or cuda:N.

        `precision` is auto (fp16 on CUDA, fp32 elsewhere), fp32 or bf16. The network is copied: see for_inference.
        """
        self.name = name
        self.input_size = input_size
        self.device = pick_device(device)
        # Convolutions of oneDNN and cuDNN are faster so; Metal's are not.
        self.memory_format = torch.contiguous_format if self.device.type == "mps" else torch.channels_last
        dtype = pick_dtype(precision, self.device)
        self.network = for_inference(network, self.device, dtype, self.memory_format, self.exact_layers(network))
        self.body = shared_body(self.device, dtype, self.memory_format) if self.shares_body else None

    @classmethod
    def load(cls, path: Path, options: Mapping[str, Any]) -> nn.Module:
        """The class's Network with these options and the weights of a file; raises WeightsError."""
        network = cls.Network(**options)
        load_into(network, path)
        return network

    @staticmethod
    def exact_layers(network: Any) -> list[str]:
        """Names of the modules of `network` that stay in float32: those that give coordinates and scores, at least."""
        return []

    def augment(self) -> None:
        """Switch test-time augmentation on: several looks at each image. Raises CatalogError where there is none."""
        raise CatalogError(f"{self.name} has no test-time augmentation; leave it off.")

    def refine_every_box(self) -> None:
        """Look into every box that is given, without choosing among them. Raises CatalogError where none are chosen."""
        raise CatalogError(f"{self.name} does not filter boxes; leave --no-filter off.")

    def with_input(self, chosen: InputSettings) -> Self:
        """The same network, not copied, that is shown images as an instance of `Input` says."""
        other = copy.copy(self)
        other.chosen_input, other.input_size = chosen, chosen.input_size
        if chosen.test_time_augmentation:
            other.augment()
        return other

    @property
    def parameters(self) -> int:
        """How many numbers the network is made of as it runs, with the shared body's if it reads that."""
        return count_parameters(self.network) + (self.body.parameters if self.body else 0)

    def forget(self) -> None:
        """Let the next run compute the maps of the shared body anew, if there is one, so that its time is measured."""
        if self.body:
            self.body.forget()

    @abstractmethod
    def preprocess(self, image: np.ndarray) -> tuple[torch.Tensor, Frame]:
        """RGB uint8 [H, W, 3] to the network's input uint8 [3, h, w] and where the image lies in it."""

    def run(self, batch: torch.Tensor) -> Any:
        """What the network says of input float32 [B, 3, h, w], values 0..255, read through the shared body if any."""
        return self.network(self.body(batch) if self.body else batch / 255)

    @abstractmethod
    def forward(self, batch: torch.Tensor) -> dict[str, torch.Tensor]:
        """Network input float32 [B, 3, h, w], values 0..255, to named outputs [B, ...]."""

    def forward_in_boxes(self, batch: torch.Tensor, boxes: list[torch.Tensor]) -> dict[str, torch.Tensor]:
        """The same with people's boxes [N, 4] (input pixels) in each image, where `takes_boxes`."""
        raise NotImplementedError

    @abstractmethod
    def decode_outputs(self, outputs: dict[str, torch.Tensor], frame: Frame, settings: Any) -> tuple[Poses, Any]:
        """One image's outputs to poses in original pixels and the family's intermediate outputs."""

    @torch.inference_mode()
    def infer(
        self, images: Sequence[np.ndarray], batch_size: int = 8, boxes: Sequence[np.ndarray] | None = None
    ) -> list[Raw]:
        """Run the network on RGB uint8 images [H, W, 3] of any sizes; the outputs keep the images' order.

        Images whose network inputs have the same shape share a batch of at most `batch_size`. A method that looks at
        one person at a time may be given each image's `boxes` [N, 4] in its pixels, in place of those that it finds.
        Raises ImageError on anything that is not such an image, CatalogError where the method takes no boxes.
        """
        if boxes is not None and not self.takes_boxes:
            raise CatalogError(f"{self.name} finds people by itself and takes no boxes; leave them off.")
        prepared = [self._prepare(image) for image in images]
        groups: dict[torch.Size, list[int]] = defaultdict(list)
        for index, (tensor, _, _) in enumerate(prepared):
            groups[tensor.shape].append(index)
        found: dict[int, Raw] = {}
        for indices in groups.values():
            for start in range(0, len(indices), batch_size):
                chunk = indices[start : start + batch_size]
                batch = torch.stack([prepared[i][0] for i in chunk])
                placed = None if boxes is None else [self._place(boxes[i], prepared[i][1]) for i in chunk]
                outputs, forward, body = self._run_batch(batch, placed)
                for row, i in enumerate(chunk):
                    # Cloned, so that keeping one image's outputs does not keep the whole batch in memory.
                    one = {name: value[row].clone() for name, value in outputs.items()}
                    found[i] = Raw(one, prepared[i][1], prepared[i][2], forward, body)
        return [found[i] for i in range(len(prepared))]

    def _run_batch(
        self, batch: torch.Tensor, boxes: list[torch.Tensor] | None
    ) -> tuple[dict[str, torch.Tensor], float, float]:
        """Outputs on the CPU of input uint8 [B, 3, h, w], and ms an image of the network and of the shared body."""
        started, spent, saved = time.perf_counter(), clock.spent, clock.saved
        batch = batch.to(self.device, torch.float32, memory_format=self.memory_format)
        found = self.forward(batch) if boxes is None else self.forward_in_boxes(batch, boxes)
        outputs = {name: _plain(value) for name, value in found.items()}
        body = clock.spent - spent
        rest = time.perf_counter() - started - (body - (clock.saved - saved))
        return outputs, 1000 * rest / len(batch), 1000 * body / len(batch)

    @torch.inference_mode()
    def decode(self, raw: Raw, settings: AnySettings | None = None) -> Prediction:
        """Apply thresholds to one image's raw outputs; `settings` defaults to the demo preset."""
        settings = settings or self.Settings.demo()
        if not isinstance(settings, self.Settings):
            raise TypeError(f"{self.name} takes {self.Settings.__qualname__}, not {type(settings).__qualname__}")
        started = time.perf_counter()
        poses, intermediate = self.decode_outputs(raw.outputs, raw.frame, settings)
        postprocess = (time.perf_counter() - started) * 1000
        return Prediction(poses, Timing(raw.preprocess, raw.forward, postprocess, raw.body), intermediate)

    def predict(self, images: Sequence[np.ndarray], settings: AnySettings | None = None) -> list[Prediction]:
        """`infer`, then `decode` with the demo preset or the given settings; one Prediction per image."""
        found = [self.decode(raw, settings) for raw in self.infer(images)]
        return [replace(each, image=image) for each, image in zip(found, images, strict=True)]

    def _place(self, boxes: np.ndarray, frame: Frame) -> torch.Tensor:
        """Boxes [N, 4] from pixels of the original image to input pixels, on this device; further columns stay."""
        given = np.asarray(boxes, dtype=np.float32)
        corners = frame.to_input(given[:, :4].reshape(-1, 2, 2)).reshape(-1, 4)
        return torch.from_numpy(np.concatenate([corners, given[:, 4:]], axis=1)).to(self.device)

    def _prepare(self, image: np.ndarray) -> tuple[torch.Tensor, Frame, float]:
        check_image(image)
        started = time.perf_counter()
        tensor, frame = self.preprocess(image)
        return tensor, frame, (time.perf_counter() - started) * 1000


def _plain(value: torch.Tensor) -> torch.Tensor:
    """On the CPU in float32; bytes, which hold whole maps compactly, stay bytes."""
    return value.cpu() if value.dtype == torch.uint8 else value.float().cpu()


def check_image(image: np.ndarray) -> None:
    """Raise ImageError unless `image` is an RGB uint8 array [H, W, 3] with at least one pixel."""
    is_array = isinstance(image, np.ndarray)
    if is_array and image.dtype == np.uint8 and image.ndim == 3 and image.shape[2] == 3 and image.size:
        return
    given = f"{image.dtype} {list(image.shape)}" if is_array else type(image).__name__
    raise ImageError(f"The image is {given}; give an RGB uint8 array [H, W, 3], as methods.images.read_image returns.")


def pick_dtype(precision: str, device: torch.device) -> torch.dtype:
    """What a network computes in on `device`, see PRECISIONS; raises CatalogError naming them."""
    if precision not in PRECISIONS:
        raise CatalogError(f"There is no precision {precision!r}; choose from: {', '.join(PRECISIONS)}.")
    return PRECISIONS[precision] or (torch.float16 if device.type == "cuda" else torch.float32)


def pick_device(device: str) -> torch.device:
    """auto: CUDA, then MPS, then CPU; otherwise the named one. Raises CatalogError where it is not available."""
    cards = [f"cuda:{i}" for i in range(torch.cuda.device_count())]
    usable = [*(["cuda"] if cards else []), *cards, *(["mps"] if torch.backends.mps.is_available() else []), "cpu"]
    if device == "auto":
        return torch.device(usable[0])
    if device not in usable:
        raise CatalogError(
            f"Device {device!r} is not available on this machine; use auto or one of: {', '.join(usable)}."
        )
    return torch.device(device)
