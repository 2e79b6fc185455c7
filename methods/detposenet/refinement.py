"""The third stage (section III-C): stacked hourglasses with multi-scale supervision, then multi-scale regression."""

import itertools
from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import nn

from methods.backbones.ultralytics_blocks import Conv
from methods.detposenet.encoders import STRIDES, Encoded
from methods.detposenet.structures import STRUCTURES

STRIDE = 4  # of the final heat maps


class Refined(NamedTuple):
    """Heat maps of n crops, about 1 at keypoints.

    stacks: for each hourglass its maps [n, K, h, w] after every deconvolution, coarsest first, the last of stride 4;
    in a network with structures K + S maps, as in `regressed`;
    final [n, K, H / 4, W / 4], after multi-scale regression; regressed: the same at each scale that it is supervised
    at, coarsest first, the last of stride 4, while it learns.
    """

    stacks: list[list[torch.Tensor]]
    final: torch.Tensor
    regressed: Sequence[torch.Tensor] = ()


class Up(nn.Module):
    """The deconvolution half of an hourglass, with a 1 x 1 convolution to K maps at each scale (section III-C1)."""

    def __init__(self, channels: Sequence[int], widths: Sequence[int], num_keypoints: int) -> None:
        super().__init__()
        self.lateral = nn.ModuleList(nn.Conv2d(read, width, 1) for read, width in zip(channels, widths, strict=True))
        coarser = [*widths[1:], None]
        self.rise = nn.ModuleList(
            nn.Conv2d(above, width, 1) if above else nn.Identity() for above, width in zip(coarser, widths, strict=True)
        )
        self.smooth = nn.ModuleList(Conv(width, width, 3) for width in widths)
        self.maps = nn.ModuleList(heat_maps(width, num_keypoints) for width in widths)

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

    def __init__(self, widths: Sequence[int], num_keypoints: int) -> None:
        super().__init__()
        self.down = nn.ModuleList(Conv(a, b, 3, 2) for a, b in itertools.pairwise(widths))
        self.up = Up(widths, widths, num_keypoints)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """Features [n, widths[0], h, w] to the same, refined, and heat maps, coarsest first."""
        skips = [x]
        for layer in self.down:
            skips.append(layer(skips[-1]))
        return self.up(skips)


class Refinement(nn.Module):
    """Crops seen by an encoder, and their coarse poses, to Refined.

    The first hourglass is the encoder and `Up`, the others are light; widths: channels at strides 4, 8, 16 and 32. The
    keypoints found by the first stage, which are what is refined, are drawn as heat maps beside the encoder's finest
    map. With `all_scales` regression is supervised "at respective scales", as section III-C2 has it: what it sees is
    brought down by convolutions of stride 2, which only training needs. With `structures` there are further heat maps,
    one for each set of connected keypoints (structures.py), as section III-B's later stages and Figure 7 have them; of
    the final ones only the keypoints' are given. The small network has neither.
    """

    def __init__(
        self,
        encoder: Any,
        widths: Sequence[int],
        stacks: int,
        num_keypoints: int = 17,
        all_scales: bool = False,
        structures: bool = False,
    ) -> None:
        super().__init__()
        self.num_keypoints = num_keypoints
        maps = num_keypoints + (len(STRUCTURES) if structures else 0)
        channels = [encoder.skip_channels[0] + num_keypoints, *encoder.skip_channels[1:]]
        self.first = Up(channels, widths, maps)
        # Intermediate predictions are mapped back to features (Newell et al., ECCV 2016).
        self.merge = nn.ModuleList(nn.Conv2d(maps, widths[0], 1) for _ in range(stacks - 1))
        self.more = nn.ModuleList(Hourglass(widths, maps) for _ in range(stacks - 1))
        count = stacks * len(STRIDES) * maps + widths[0]
        self.regression = nn.Sequential(
            Conv(count, widths[1], 1), Conv(widths[1], widths[0], 3), Conv(widths[0], widths[0], 3)
        )
        self.final = heat_maps(widths[0], maps)
        scales = STRIDES[1:] if all_scales else ()
        self.down = nn.ModuleList(Conv(widths[0], widths[0], 3, 2) for _ in scales)
        self.coarser = nn.ModuleList(heat_maps(widths[0], maps) for _ in scales)

    def forward(self, encoded: Encoded, coarse: torch.Tensor) -> Refined:
        """What the encoder saw of n crops, and coarse poses [n, K, 3]: x, y in pixels of the crop, and height.

        The height is that of the keypoint on the first stage's heat map, 0 where it was not found.
        """
        finest = encoded.skips[0]
        drawn = draw(coarse[..., :2] / STRIDE, coarse[..., 2], finest.shape[2:]).to(finest.dtype)
        x, maps = self.first([torch.cat([finest, drawn], dim=1), *encoded.skips[1:]])
        stacks = [maps]
        for merge, hourglass in zip(self.merge, self.more, strict=True):
            out, maps = hourglass(x + merge(maps[-1]))
            x = x + out
            stacks.append(maps)
        seen = [F.interpolate(one, size=x.shape[2:], mode="bilinear") for maps in stacks for one in maps]
        regressed = self.regression(torch.cat([x, *seen], dim=1))
        final = self.final(regressed)
        keypoints = final[:, : self.num_keypoints]
        return Refined(stacks, keypoints, [*self._at_larger_strides(regressed), final] if self.training else [])

    def _at_larger_strides(self, x: torch.Tensor) -> list[torch.Tensor]:
        found = []
        for down, maps in zip(self.down, self.coarser, strict=True):
            x = down(x)
            found.append(maps(x))
        return found[::-1]


class HighResolution(nn.Module):
    """Another top-down network in the third stage's place: HRNet's head on its branch of stride 4 (Table II).

    As it was published it looks at the crop alone.
    """

    def __init__(self, encoder: Any, num_keypoints: int = 17) -> None:
        super().__init__()
        self.final = heat_maps(encoder.skip_channels[0], num_keypoints)

    def forward(self, encoded: Encoded, coarse: torch.Tensor) -> Refined:
        """See Refinement."""
        return Refined([], self.final(encoded.skips[0]))


def heat_maps(channels: int, num_keypoints: int) -> nn.Conv2d:
    """A 1 x 1 convolution to heat maps, which start near 0, as most of them are to be."""
    layer = nn.Conv2d(channels, num_keypoints, 1)
    nn.init.normal_(layer.weight, std=0.01)
    assert layer.bias is not None
    nn.init.zeros_(layer.bias)
    return layer


def draw(points: torch.Tensor, heights: torch.Tensor, shape: torch.Size) -> torch.Tensor:
    """Heat maps [n, K, h, w] of `shape`: a Gaussian of a deviation of one cell at each point, as high as is said.

    points [n, K, 2], x and y in cells, the first cell's centre at 0.5; heights [n, K].
    """
    rows, columns = shape
    x = torch.arange(columns, device=points.device) + 0.5 - points[..., 0, None]
    y = torch.arange(rows, device=points.device) + 0.5 - points[..., 1, None]
    across, down = torch.exp(-x.square() / 2), torch.exp(-y.square() / 2)
    return heights[..., None, None] * down[..., :, None] * across[..., None, :]
