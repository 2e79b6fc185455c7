"""The small body as methods share it: the maps of a batch are computed once, whichever method asks first."""

import threading
import time
from dataclasses import dataclass
from functools import cache

import torch
from torch import nn

from methods.backbones.inference import count_parameters, for_inference
from methods.backbones.small_body import exact_layers, load_small_body

REMEMBERED = 128 * 2**20  # bytes of batches and their maps; an image of 640 px takes 14 MB in float32


class Clock(threading.local):
    """Seconds that the maps which a thread asked for took to compute, whenever that was, since the thread began.

    `spent` is all of it, `saved` what maps took that were remembered, `saved_cpu` the same in CPU time of all threads.
    Differences say how long a method would have taken alone.
    """

    spent = saved = saved_cpu = 0.0


clock = Clock()


@dataclass(frozen=True, eq=False)
class _Seen:
    """A batch, its maps, and the seconds and seconds of CPU time that they took."""

    batch: torch.Tensor
    maps: list[torch.Tensor]
    seconds: float
    cpu: float

    @property
    def nbytes(self) -> int:
        return self.batch.nbytes + sum(level.nbytes for level in self.maps)


class SharedBody:
    """The small body on one device in one precision; it remembers the batches that were asked for last.

    Whole batches are remembered, not single images: putting maps together anew takes a sixth of the time that the body
    takes, and methods that run over the same images in turn ask for the same batches. Threads may ask at the same time.
    """

    def __init__(self, network: nn.Module) -> None:
        """`network` is a SmallBody that is ready for prediction."""
        self._network = network
        self.parameters = count_parameters(network)
        self._lock = threading.Lock()  # held while computing, so that whoever asks for the same waits for it
        self._known: list[_Seen] = []  # the one asked for last is last

    @torch.inference_mode()
    def run(self, batch: torch.Tensor) -> list[torch.Tensor]:
        """Maps (see SmallBody) of input [B, 3, h, w], values 0..255; neither remembered nor counted."""
        return self._network(batch / 255)

    @torch.inference_mode()
    def __call__(self, batch: torch.Tensor) -> list[torch.Tensor]:
        """Maps of input [B, 3, h, w], values 0..255, computed or remembered; not to be written to."""
        with self._lock:
            seen = next((one for one in self._known if torch.equal(one.batch, batch)), None)
            if seen:
                self._known.remove(seen)
                clock.saved += seen.seconds
                clock.saved_cpu += seen.cpu
            else:
                seen = self._compute(batch)
            self._known.append(seen)
            while len(self._known) > 1 and sum(one.nbytes for one in self._known) > REMEMBERED:
                self._known.pop(0)
        clock.spent += seen.seconds
        return list(seen.maps)

    def forget(self) -> None:
        """Remember nothing, so that the next maps are computed, and their time is measured, anew."""
        with self._lock:
            self._known.clear()

    def _compute(self, batch: torch.Tensor) -> _Seen:
        wall, cpu = time.perf_counter(), time.process_time()
        maps = self.run(batch)
        if batch.device.type == "cuda":
            torch.cuda.synchronize(batch.device)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        return _Seen(batch.clone(), maps, wall, cpu)  # cloned, because the caller may write other images into it


@cache
def shared_body(device: torch.device, dtype: torch.dtype, memory_format: torch.memory_format) -> SharedBody:
    """The one SharedBody of a device and precision in this process."""
    return SharedBody(for_inference(load_small_body(), device, dtype, memory_format, exact_layers()))
