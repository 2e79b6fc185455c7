"""The body that all `-n` variants share: layers 0 to 22 (backbone and neck) of `yolo11n-pose`, which never learn.

Because every small variant reads the same maps of the same images, a difference between two of them is a difference
between methods. What a variant does with them, its own layers learned from random numbers; nothing of the checkpoint's
pose head (layer 23) is in any of them.
"""

from functools import cache
from typing import Any

import torch
from torch import nn

from methods import weights
from methods.backbones.routing import Source, run_layers
from methods.backbones.yolo_pose import build_pose_layers

CHECKPOINT = "yolo11n-pose"  # whose weights file holds the body
HEAD = 23  # index of the pose head among the checkpoint's layers
STRIDES = (4, 8, 16, 32)
LAYERS = (2, 16, 19, 22)  # whose maps are read: of the backbone at stride 4, of the neck at the others
CHANNELS = (64, 64, 128, 256)


class SmallBody(nn.Module):
    """Images [B, 3, H, W] in 0..1, H and W multiples of 32, to one map [B, C, H / s, W / s] for each s of STRIDES.

    Layers are named as in the checkpoint, `model.0` to `model.22`; C is one of CHANNELS. Weights are random, see
    `load_small_body`.
    """

    def __init__(self) -> None:
        super().__init__()
        layers: list[Any] = list(build_pose_layers("n"))[:HEAD]
        self._sources: list[Source] = [layer.f for layer in layers]
        self.model = nn.ModuleList(layers)

    def forward(self, images: torch.Tensor) -> list[torch.Tensor]:
        """See the class."""
        return run_layers(self.model, self._sources, images, LAYERS)


def exact_layers() -> list[str]:
    """Names of the layers that stay in float32 in half precision: the first, since bfloat16 would round the pixels."""
    return ["model.0"]


@cache
def load_small_body() -> SmallBody:
    """The body with the checkpoint's weights, at rest; one copy for everybody. Raises WeightsError."""
    state = weights.load(weights.resolve(CHECKPOINT))
    body = SmallBody()
    body.load_state_dict({name: state[name] for name in body.state_dict()})
    return body.eval().requires_grad_(False)
