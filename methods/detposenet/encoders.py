"""Heavy encoders: what the light tails of the first and the third stage read."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import timm
import torch
from torch import nn

from methods.backbones.routing import run_layers
from methods.backbones.yolo11 import build_pose_layers

STRIDES = (4, 8, 16, 32)
# timm's models that are known here, and what their feature extractor is asked for: maps of STRIDES; of HRNet those of
# the branches themselves rather than the wider ones that its classification head makes of them.
MODELS: dict[str, dict[str, Any]] = {
    "resnet50": {"out_indices": (1, 2, 3, 4)},
    "hrnet_w48": {"out_indices": (1, 2, 3, 4), "feature_location": ""},
}


class Encoded(NamedTuple):
    """What an encoder says of B images: maps [B, C, H / s, W / s] for each of STRIDES.

    `down` are the convolutions' that make maps smaller, `skips` what the tail reads; a plain encoder has only one kind.
    """

    down: list[torch.Tensor]
    skips: list[torch.Tensor]


class TimmEncoder(nn.Module):
    """A network made for ImageNet, random weights; images [B, 3, H, W] in 0..1, H and W multiples of 32."""

    mean: torch.Tensor
    deviation: torch.Tensor

    def __init__(self, name: str) -> None:
        super().__init__()
        model: Any = timm.create_model(name, pretrained=False, features_only=True, **MODELS[name])
        self.model = model
        self.down_channels: Sequence[int] = tuple(model.feature_info.channels())
        self.skip_channels = self.down_channels
        config = model.default_cfg
        self.register_buffer("mean", torch.tensor(config["mean"]).view(3, 1, 1), persistent=False)
        self.register_buffer("deviation", torch.tensor(config["std"]).view(3, 1, 1), persistent=False)

    def forward(self, images: torch.Tensor) -> Encoded:
        """See the class."""
        maps = self.model(((images - self.mean) / self.deviation).to(images.dtype))
        return Encoded(maps, maps)


class PoseCheckpoint(nn.Module):
    """The body that all `-n` variants share, with the whole pose head; parameters are named as in `yolo11n-pose`.

    `down` are maps of the body, `skips` at strides 8, 16 and 32 those of the neck, which the head reads. The head still
    says what it was trained to say, see `candidates`.
    """

    DOWN, NECK, HEAD = (2, 4, 6, 10), (16, 19, 22), 23  # layers

    def __init__(self) -> None:
        super().__init__()
        self.model = build_pose_layers("n")
        layers: list[Any] = list(self.model)
        self._sources = [layer.f for layer in layers[: self.HEAD]]
        self.down_channels: Sequence[int] = (64, 128, 128, 256)
        self.skip_channels: Sequence[int] = (64, 64, 128, 256)

    def forward(self, images: torch.Tensor) -> Encoded:
        """Images [B, 3, H, W] in 0..1, H and W multiples of 32."""
        layers = list(self.model)[: self.HEAD]
        maps = run_layers(layers, self._sources, images, [*self.DOWN, *self.NECK])
        return Encoded(maps[:4], [maps[0], *maps[4:]])

    def person_scores(self, encoded: Encoded) -> list[torch.Tensor]:
        """Logits [B, 1, h, w] of a person at each cell of strides 8, 16 and 32."""
        head: Any = self.model[self.HEAD]
        return [tower(x).float() for tower, x in zip(head.cv3, encoded.skips[1:], strict=True)]

    def box_sides(self, encoded: Encoded) -> list[torch.Tensor]:
        """Distances [B, 4, h, w], in cells, from a cell's centre to the left, top, right and bottom of its person."""
        head: Any = self.model[self.HEAD]
        bins = torch.arange(head.reg_max, device=encoded.skips[0].device, dtype=torch.float32)
        logits = [tower(x).float() for tower, x in zip(head.cv2, encoded.skips[1:], strict=True)]
        # Each side is the mean of a distribution over 0..15 cells.
        return [torch.einsum("bsrhw,r->bshw", x.unflatten(1, (4, -1)).softmax(dim=2), bins) for x in logits]

    def keypoints(self, encoded: Encoded) -> list[torch.Tensor]:
        """Joints [B, K, 3, h, w] of each cell's person: x, y in cells from the map's corner, and a score in 0..1."""
        head: Any = self.model[self.HEAD]
        found = []
        for tower, x in zip(head.cv4, encoded.skips[1:], strict=True):
            raw = tower(x).float().unflatten(1, (-1, 3))
            rows, columns = raw.shape[3:]
            cell_x = torch.arange(columns, device=raw.device).expand(rows, -1)
            cell_y = torch.arange(rows, device=raw.device)[:, None].expand(-1, columns)
            found.append(torch.stack([2 * raw[:, :, 0] + cell_x, 2 * raw[:, :, 1] + cell_y, raw[:, :, 2].sigmoid()], 2))
        return found
