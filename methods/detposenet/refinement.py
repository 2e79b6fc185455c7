"""The third stage (section III-C): stacked hourglasses with multi-scale supervision, then multi-scale regression."""

import itertools
from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import nn

from methods.backbones.ultralytics_blocks import Conv
from methods.detposenet.encoders import STRIDES, PoseCheckpoint

STRIDE = 4  # of the final heat maps
CHANCE = 0.1  # of a cell's person score, below which a first guess would be about nobody
# How far from a crop's middle, as a share of its sides, and how much smaller than the crop its person is likely to be.
OFF_MIDDLE, SMALLER = 0.1, 0.35


class Refined(NamedTuple):
    """Heat maps of n crops, about 1 at joints.

    stacks: for each hourglass its maps [n, K, h, w] after every deconvolution, coarsest first, the last of stride 4;
    final [n, K, H / 4, W / 4], after multi-scale regression; guess: the small network's first guess, of the same shape.
    """

    stacks: list[list[torch.Tensor]]
    final: torch.Tensor
    guess: torch.Tensor | None


class Up(nn.Module):
    """The deconvolution half of an hourglass, with a 1 x 1 convolution to K maps at each scale (section III-C1)."""

    def __init__(self, channels: Sequence[int], widths: Sequence[int], joints: int) -> None:
        super().__init__()
        self.lateral = nn.ModuleList(nn.Conv2d(read, width, 1) for read, width in zip(channels, widths, strict=True))
        coarser = [*widths[1:], None]
        self.rise = nn.ModuleList(
            nn.Conv2d(above, width, 1) if above else nn.Identity() for above, width in zip(coarser, widths, strict=True)
        )
        self.smooth = nn.ModuleList(Conv(width, width, 3) for width in widths)
        self.maps = nn.ModuleList(heat_maps(width, joints) for width in widths)

    def forward(self, skips: Sequence[torch.Tensor]) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """Skips, finest first, to the finest features and the heat maps, coarsest first."""
        x: torch.Tensor | None = None
        found = []
        layers = zip(self.lateral, self.rise, self.smooth, self.maps, skips, strict=True)
        for lateral, rise, smooth, maps, skip in reversed(list(layers)):
            x = smooth(lateral(skip) if x is None else lateral(skip) + F.interpolate(rise(x), scale_factor=2.0))
            found.append(maps(x))
        assert x is not None
        return x, found


class Hourglass(nn.Module):
    """A light hourglass on features of stride 4: one convolution a scale down, `Up` again."""

    def __init__(self, widths: Sequence[int], joints: int) -> None:
        super().__init__()
        self.down = nn.ModuleList(Conv(a, b, 3, 2) for a, b in itertools.pairwise(widths))
        self.up = Up(widths, widths, joints)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """Features [n, widths[0], h, w] to the same, refined, and heat maps, coarsest first."""
        skips = [x]
        for layer in self.down:
            skips.append(layer(skips[-1]))
        return self.up(skips)


class Refinement(nn.Module):
    """Crops seen by an encoder, to Refined: the first hourglass is the encoder and `Up`, the others are light.

    widths: channels at strides 4, 8, 16 and 32. The small network is also given its checkpoint's first guess, which the
    final maps start as.
    """

    def __init__(self, encoder: Any, widths: Sequence[int], stacks: int, joints: int = 17) -> None:
        super().__init__()
        self.guesses = isinstance(encoder, PoseCheckpoint)
        told = joints if self.guesses else 0
        channels = [encoder.skip_channels[0] + told, *encoder.skip_channels[1:]]
        self.first = Up(channels, widths, joints)
        # Intermediate predictions are mapped back to features (Newell et al., ECCV 2016).
        self.merge = nn.ModuleList(nn.Conv2d(joints, widths[0], 1) for _ in range(stacks - 1))
        self.more = nn.ModuleList(Hourglass(widths, joints) for _ in range(stacks - 1))
        count = stacks * len(STRIDES) * joints + widths[0] + told
        self.regression = nn.Sequential(
            Conv(count, widths[1], 1), Conv(widths[1], widths[0], 3), Conv(widths[0], widths[0], 3)
        )
        self.final = heat_maps(widths[0], joints)
        if self.guesses:
            nn.init.zeros_(self.final.weight)

    def forward(self, encoder: Any, crops: torch.Tensor) -> Refined:
        """Crops [n, 3, H, W] in 0..1, H and W multiples of 32."""
        encoded = encoder(crops)
        skips, guess = encoded.skips, None
        if self.guesses:
            points, scores = first_guess(encoder.keypoints(encoded), encoder.person_scores(encoded), crops.shape)
            guess = draw(points / STRIDE, scores, skips[0].shape[2:]).to(skips[0].dtype)
            skips = [torch.cat([skips[0], guess], dim=1), *skips[1:]]
        x, maps = self.first(skips)
        stacks = [maps]
        for merge, hourglass in zip(self.merge, self.more, strict=True):
            out, maps = hourglass(x + merge(maps[-1]))
            x = x + out
            stacks.append(maps)
        seen = [F.interpolate(one, size=x.shape[2:], mode="bilinear") for maps in stacks for one in maps]
        final = self.final(self.regression(torch.cat([x, *seen, *([] if guess is None else [guess])], dim=1)))
        return Refined(stacks, final if guess is None else final + guess, guess)


class HighResolution(nn.Module):
    """Another top-down network in the third stage's place: HRNet's head on its branch of stride 4 (Table II)."""

    def __init__(self, encoder: Any, joints: int = 17) -> None:
        super().__init__()
        self.final = heat_maps(encoder.skip_channels[0], joints)

    def forward(self, encoder: Any, crops: torch.Tensor) -> Refined:
        """Crops [n, 3, H, W] in 0..1, H and W multiples of 32."""
        final = self.final(encoder(crops).skips[0])
        return Refined([], final, None)


def heat_maps(channels: int, joints: int) -> nn.Conv2d:
    """A 1 x 1 convolution to heat maps, which start near 0, as most of them are to be."""
    layer = nn.Conv2d(channels, joints, 1)
    nn.init.normal_(layer.weight, std=0.01)
    assert layer.bias is not None
    nn.init.zeros_(layer.bias)
    return layer


def first_guess(
    keypoints: list[torch.Tensor], logits: list[torch.Tensor], shape: torch.Size
) -> tuple[torch.Tensor, torch.Tensor]:
    """What the checkpoint says of the person in the middle of each crop: joints [n, K, 2] in pixels, scores [n, K].

    Of all cells' people the likeliest: its score, times how well the middle and the size of its joints fit a person who
    was cut out. `keypoints` and `logits` are PoseCheckpoint's; `shape` [n, 3, H, W] the crops'. No gradient.
    """
    strides = STRIDES[1:]
    flat = [x.detach().flatten(3) for x in keypoints]  # [n, K, 3, cells]
    points = torch.cat([x[:, :, :2] * stride for x, stride in zip(flat, strides, strict=True)], dim=3)
    scores = torch.cat([x[:, :, 2] for x in flat], dim=2)
    chance = torch.cat([x.detach().flatten(1) for x in logits], dim=1).sigmoid()
    low, high = points.amin(dim=1), points.amax(dim=1)  # [n, 2, cells]
    sides = points.new_tensor([shape[3], shape[2]])[:, None]
    off = (((low + high) / 2 / sides - 0.5) / OFF_MIDDLE).square().sum(dim=1)
    smaller = (((high - low) / sides).amax(dim=1).clamp(min=1e-3).log() / SMALLER).square()
    best = (chance.clamp(min=1e-6).log() - (off + smaller) / 2).argmax(dim=1)
    rows = torch.arange(len(best), device=best.device)
    sure = (chance[rows, best] / CHANCE).clamp(max=1)
    return points.permute(0, 3, 1, 2)[rows, best], scores.permute(0, 2, 1)[rows, best] * sure[:, None]


def draw(points: torch.Tensor, heights: torch.Tensor, shape: torch.Size) -> torch.Tensor:
    """Heat maps [n, K, h, w] of `shape`: a Gaussian of a deviation of one cell at each point, as high as is said.

    points [n, K, 2], x and y in cells, the first cell's centre at 0.5; heights [n, K].
    """
    rows, columns = shape
    x = torch.arange(columns, device=points.device) + 0.5 - points[..., 0, None]
    y = torch.arange(rows, device=points.device) + 0.5 - points[..., 1, None]
    across, down = torch.exp(-x.square() / 2), torch.exp(-y.square() / 2)
    return heights[..., None, None] * down[..., :, None] * across[..., None, :]
