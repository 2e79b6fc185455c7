"""Feature extractors of the metamodel (sections 3.1 and 4.4): what the coordinate and visibility modules read."""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import timm
import torch
import torch.nn.functional as F
from torch import nn

from methods.backbones.imagenet import start_from_imagenet
from methods.backbones.mspn import CHANNELS, UP, Mspn
from methods.backbones.small_body import STRIDES, PoseTowers, SmallBody, last_layer, start_from_pose_checkpoint
from methods.backbones.ultralytics_blocks import Conv


class Features(NamedTuple):
    """What a body knows of B crops [B, 3, H, W].

    map      [B, C, h, w]  the feature vector, which both modules read
    summary  [B, E]        numbers about the whole crop, for the visibility module; E may be 0
    pyramid                maps [B, C', h', w'] for a coordinate module that reads several; may be empty
    """

    map: torch.Tensor
    summary: torch.Tensor
    pyramid: list[torch.Tensor]


class ImageNetInput(nn.Module):
    """Normalises images [B, 3, H, W] in 0..1 with the mean and deviation of ImageNet's networks."""

    mean: torch.Tensor
    deviation: torch.Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(timm.data.IMAGENET_DEFAULT_MEAN).view(3, 1, 1), persistent=False)
        self.register_buffer("deviation", torch.tensor(timm.data.IMAGENET_DEFAULT_STD).view(3, 1, 1), persistent=False)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """See the class."""
        return ((images - self.mean) / self.deviation).to(images.dtype)


class TimmBody(nn.Module):
    """A classification network of `timm` without its classifier; features at stride 32. Weights are random."""

    stride, extra = 32, 0
    FEATURES: ClassVar[dict[str, Any]] = {"num_classes": 0, "global_pool": ""}

    def __init__(self, name: str) -> None:
        super().__init__()
        self.normalise = ImageNetInput()
        self.name = name
        model: Any = timm.create_model(name, pretrained=False, **self.FEATURES)
        self.model = model
        self.channels: int = model.num_features

    def start_from_imagenet(self) -> None:
        """Start from timm's ImageNet weights, in place; raises WeightsError where they cannot be fetched."""
        start_from_imagenet(self.model, self.name, **self.FEATURES)

    def forward(self, images: torch.Tensor) -> Features:
        """Images [B, 3, H, W] in 0..1, H and W multiples of 32."""
        found = self.model.forward_features(self.normalise(images))
        return Features(found, found.new_empty(len(found), 0), [])


class MspnBody(nn.Module):
    """Two stages of MSPN: the feature vector is the output of the last encoder (section 4.4). Weights are random.

    `pyramid` holds the maps on the way up of both stages, from stride 32 to stride 4, with UP channels.
    """

    stride, extra = 32, 0
    channels, widths = CHANNELS[-1], (UP,) * (2 * len(CHANNELS))

    def __init__(self) -> None:
        super().__init__()
        self.normalise = ImageNetInput()
        self.mspn = Mspn(stages=2)

    def forward(self, images: torch.Tensor) -> Features:
        """Images [B, 3, H, W] in 0..1, H and W multiples of 32."""
        stages = self.mspn(self.normalise(images))
        vector = stages[-1].down[0]
        return Features(vector, vector.new_empty(len(vector), 0), [x for stage in stages for x in stage.up])


class SmallVisibilityBody(nn.Module):
    """The small body that all `-n` variants share and its pose towers, all levels brought to stride 16 and mixed.

    `summary` is what the checkpoint's own last layers say of the person in the middle: x, y and a score (log-odds) of
    each joint at every cell, averaged over all cells of all its levels, each weighing what its person score and its
    distance from the middle of the crop say. x and y are from the middle, in half heights of the crop. `map` ends with
    a drawing of it, a Gaussian around each joint as high as its score, so that both modules start from what the
    checkpoint knows.
    """

    stride, channels = 16, 256
    NEAR = 0.1  # deviation of the weights around the middle, as a share of the crop's width and height
    SURE = 3  # power of the person score in the weights

    def __init__(self, joints: int = 17) -> None:
        super().__init__()
        self.body, self.towers = SmallBody(), PoseTowers()
        seen = sum(self.body.channels) + self.towers.channels * len(STRIDES)
        levels = STRIDES[:-1]  # the checkpoint has no stride 64
        self.people = nn.ModuleList(nn.Conv2d(self.towers.channels, 1, 1) for _ in levels)
        self.joints = nn.ModuleList(nn.Conv2d(self.towers.channels, 3 * joints, 1) for _ in levels)
        self.mix = Conv(seen, self.channels - joints, 1)
        self.extra = 3 * joints

    def forward(self, images: torch.Tensor) -> Features:
        """Images [B, 3, H, W] in 0..1, H and W multiples of 64."""
        maps = self.body(images)
        towers = self.towers(maps)
        shape = (images.shape[2] // self.stride, images.shape[3] // self.stride)
        mixed = self.mix(torch.cat([_resized(x, shape) for x in (*maps, *towers)], dim=1))
        summary = self._summary(towers[: len(self.people)])
        drawn = self._draw(summary, shape).to(mixed.dtype)
        return Features(torch.cat([mixed, drawn], dim=1), summary.to(mixed.dtype), [])

    def start_from(self, state: Mapping[str, torch.Tensor]) -> None:
        """Start from the state dict of `yolo11n-pose`, in place, but for `mix`; raises KeyError if one is missing."""
        start_from_pose_checkpoint(self.body, self.towers, state)
        for layers, tower in ((self.people, "cv3"), (self.joints, "cv4")):
            for level, layer in enumerate(layers):
                weight, bias = last_layer(self.towers, state, tower, level)
                layer.weight.data.copy_(weight[..., None, None])  # type: ignore[union-attr, operator]
                layer.bias.data.copy_(bias)  # type: ignore[union-attr, operator]

    def last_layers(self) -> list[str]:
        """Names of the modules that give coordinates and scores."""
        return [f"{kind}.{level}" for kind in ("people", "joints") for level in range(len(self.people))]

    def _summary(self, towers: list[torch.Tensor]) -> torch.Tensor:
        weights, said = [], []
        for x, people, joints in zip(towers, self.people, self.joints, strict=True):
            rows, columns = x.shape[2:]
            v = (torch.arange(rows, device=x.device) + 0.5) / rows - 0.5
            u = (torch.arange(columns, device=x.device) + 0.5) / columns - 0.5
            off = (v[:, None] ** 2 + u**2) / (2 * self.NEAR**2)
            weights.append((self.SURE * F.logsigmoid(people(x).float()[:, 0]) - off).flatten(1))
            numbers = joints(x).float().unflatten(1, (-1, 3))  # [B, K, 3, h, w]
            # A joint of the checkpoint lies 2 r cells from the corner of its cell (r its raw number).
            across = (2 * numbers[:, :, 0] + torch.arange(columns, device=x.device)) / rows * 2 - columns / rows
            down = (2 * numbers[:, :, 1] + torch.arange(rows, device=x.device)[:, None]) / rows * 2 - 1
            said.append(torch.stack([across, down, numbers[:, :, 2]], dim=2).flatten(1, 2).flatten(2))
        share = torch.cat(weights, dim=1).softmax(dim=1)  # [B, A]
        return torch.einsum("ba,bea->be", share, torch.cat(said, dim=2))

    @staticmethod
    def _draw(summary: torch.Tensor, shape: tuple[int, int]) -> torch.Tensor:
        """The summary's joints [B, K, h, w]: Gaussians of one cell's deviation, as high as the score in 0..1."""
        rows, columns = shape
        x, y, score = summary.unflatten(1, (-1, 3)).unbind(2)
        right = (torch.arange(columns, device=x.device) + 0.5) - (x[..., None] * rows + columns) / 2  # [B, K, w], cells
        below = (torch.arange(rows, device=x.device) + 0.5) - (y[..., None] * rows + rows) / 2
        squared = below[..., :, None] ** 2 + right[..., None, :] ** 2
        return score.sigmoid()[..., None, None] * torch.exp(-squared / 2)


def _resized(x: torch.Tensor, shape: tuple[int, int]) -> torch.Tensor:
    """A map brought to `shape`: means of its cells where it is finer, copies of them where it is coarser."""
    return F.adaptive_avg_pool2d(x, shape) if x.shape[2] >= shape[0] else F.interpolate(x, size=shape)
