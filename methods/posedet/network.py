"""PoseDet's network (section 3, Figure 2): a pyramid, and one head for all its levels.

A candidate is a cell of a level; its coordinates (x, y) of equation 3 are the centre of the cell. (The authors' code
takes the cell's corner, so that their deformable convolution reads half a cell off the coarse keypoints.)
"""

import math
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import torch
from torch import nn

from methods.backbones.fpn import Fpn, conv_norm, conv_norm_relu
from methods.backbones.hrfpn import HrFpn
from methods.backbones.small_body import CHANNELS as SMALL_BODY_CHANNELS
from methods.backbones.timm_pyramid import TimmPyramid
from methods.posedet.embedding import PoseEmbedding

STRIDES = (8, 16, 32, 64)  # of levels, the first three alone where HRNet is the backbone
# Size to backbone and channels of pyramid and head. These are the authors', and that HRNet has a pyramid of its own.
SIZES = {"dla34": ("dla34", 128), "hrnet32": ("hrnet_w32", 256), "hrnet48": ("hrnet_w48", 256)}
SMALL_CHANNELS, SMALL_CONVS = 64, 1  # of pyramid and head, and convolutions of a branch
EMBEDDED, EMBEDDED_IN_TRAINING = 500, 300  # candidates of each level that the small network refines, and learns from
PRIOR = 0.01  # the chance of a person that random heads start with (Lin et al., 2017)


class Level(NamedTuple):
    """What the network says at one level [h, w] of B images, about n of its candidates. Offsets in cells.

    coarse        [B, h, w, K, 2]  from the centre of each cell to its coarse keypoints x, y, for all candidates
    cells         [B, n]           int64, the n candidates that were embedded: row * w + column
    displacements [B, n, K, 2]     from their coarse to their refined keypoints
    scores        [B, n]           logits of their scores
    heatmaps      [B, K, h, w]     of keypoints, only in training
    """

    coarse: torch.Tensor
    cells: torch.Tensor
    displacements: torch.Tensor
    scores: torch.Tensor
    heatmaps: torch.Tensor | None


class Branch(nn.Module):
    """3 x 3 convolutions (the paper: two), the pose embedding, and a 1 x 1 convolution to `out` numbers a candidate."""

    def __init__(self, channels: int, out: int, num_keypoints: int, convs: int = 2) -> None:
        super().__init__()
        self.convs = nn.Sequential(*(conv_norm_relu(channels, channels) for _ in range(convs)))
        self.embedding = PoseEmbedding(channels, channels, num_keypoints)
        self.last = nn.Conv2d(channels, out, 1)

    def forward(self, features: torch.Tensor, keypoints: torch.Tensor) -> torch.Tensor:
        """A map [B, C, h, w] and coarse keypoints [B, 2K, h, w] (see PoseEmbedding) to [B, out, h, w]."""
        return self.last(self.embedding(self.convs(features), keypoints).relu())

    def at(self, features: torch.Tensor, points: torch.Tensor) -> torch.Tensor:
        """The same for chosen candidates with keypoints `points` [B, n, K, 2] (see PoseEmbedding.at): [B, n, out]."""
        embedded = self.embedding.at(self.convs(features), points).relu()
        return self.last(embedded.transpose(1, 2)[..., None])[..., 0].transpose(1, 2)


class Head(nn.Module):
    """Both branches and the heat maps on a level's map; the same weights for all levels."""

    def __init__(self, channels: int, num_keypoints: int, convs: int = 2) -> None:
        super().__init__()
        self.regression = Branch(channels, 2 * num_keypoints, num_keypoints, convs)
        self.classification = Branch(channels, 1, num_keypoints, convs)
        self.heatmaps = nn.Sequential(conv_norm_relu(channels, channels), nn.Conv2d(channels, num_keypoints, 1))


class PoseDetNetwork(nn.Module):
    """Images [B, 3, H, W] in 0..1, H and W multiples of 64, to one Level for each of STRIDES (HRNet: but the last).

    `size` is dla34, hrnet32 or hrnet48. All candidates are embedded. Weights are random.
    """

    def __init__(self, size: Literal["dla34", "hrnet32", "hrnet48"], num_keypoints: int = 17) -> None:
        super().__init__()
        name, channels = SIZES[size]
        self.body = TimmPyramid(name)
        self.pyramid: Any
        if size == "dla34":
            self.pyramid = Fpn(self.body.channels, channels, extra=True)
        else:
            self.pyramid = HrFpn(self.body.channels, channels, len(STRIDES) - 1)
        self.bypass = bypass(channels, num_keypoints)
        self.head = Head(channels, num_keypoints)
        start_last_layers(self)

    def forward(self, images: torch.Tensor) -> list[Level]:
        """See the class."""
        return [self._level(x) for x in self.pyramid(self.body(images))]

    def _level(self, x: torch.Tensor) -> Level:
        keypoints = self.bypass(x)
        displacements = self.head.regression(x, keypoints)
        scores = self.head.classification(x, keypoints).flatten(1)
        cells = torch.arange(scores.shape[1], device=x.device).expand(len(x), -1)
        heatmaps = self.head.heatmaps(x) if self.training else None
        return Level(by_cell(keypoints), cells, by_cell(displacements).flatten(1, 2), scores, heatmaps)


class SmallPoseDetNetwork(nn.Module):
    """PoseDet behind the body that all `-n` variants share: its maps to one Level for each of STRIDES.

    Bypass and head are the paper's, with 64 channels and one convolution in each branch. The body's neck is a pyramid
    already, so that here each of its maps is only brought to as many channels. Scores of all candidates are estimated,
    but only those of the EMBEDDED best of each level are refined, since no other pose can be seen. In training a random
    choice of EMBEDDED_IN_TRAINING candidates of each level is embedded.
    """

    def __init__(self, num_keypoints: int = 17) -> None:
        super().__init__()
        self.pyramid = nn.ModuleList(conv_norm(read, SMALL_CHANNELS, 1) for read in SMALL_BODY_CHANNELS[1:])
        self.extra = conv_norm(SMALL_BODY_CHANNELS[-1], SMALL_CHANNELS, 3, stride=2)
        self.bypass = bypass(SMALL_CHANNELS, num_keypoints)
        self.head = Head(SMALL_CHANNELS, num_keypoints, SMALL_CONVS)
        start_last_layers(self)

    def forward(self, maps: list[torch.Tensor]) -> list[Level]:
        """Maps of SmallBody of B images; see the class."""
        levels = [layer(x) for layer, x in zip(self.pyramid, maps[1:], strict=True)]
        return [self._level(x.relu()) for x in (*levels, self.extra(maps[-1]))]

    def _level(self, x: torch.Tensor) -> Level:
        coarse = by_cell(self.bypass(x))
        count = coarse.shape[1] * coarse.shape[2]
        every = torch.arange(count, device=x.device).expand(len(x), -1)
        points = coarse.flatten(1, 2) + centres(every, x.shape[3])[:, :, None]
        if self.training:
            cells = torch.rand(len(x), count, device=x.device).topk(min(EMBEDDED_IN_TRAINING, count), dim=1).indices
            scores = self.head.classification.at(x, take(points, cells)).float()[..., 0]
        else:
            everyone = self.head.classification.at(x, points).float()[..., 0]
            scores, cells = everyone.topk(min(EMBEDDED, count), dim=1)
        displacements = self.head.regression.at(x, take(points, cells)).float().unflatten(2, (-1, 2))
        return Level(coarse, cells, displacements, scores, self.head.heatmaps(x) if self.training else None)


def strides_of(levels: Sequence[Any]) -> tuple[int, ...]:
    """The strides of a network's levels."""
    return STRIDES[: len(levels)]


def bypass(channels: int, num_keypoints: int) -> nn.Sequential:
    """Three 3 x 3 convolutions and one 1 x 1 to x, y of the coarse keypoints of every candidate; for all levels."""
    return nn.Sequential(
        *(conv_norm_relu(channels, channels) for _ in range(3)), nn.Conv2d(channels, 2 * num_keypoints, 1)
    )


def last_layers() -> list[str]:
    """Names of the modules that give coordinates and scores; the scores' is the last of them."""
    return ["bypass.3", "head.regression.last", "head.classification.last"]


def start_last_layers(network: nn.Module) -> None:
    """Start with coarse poses near the candidates, small displacements, and scores of PRIOR, in place."""
    for name in last_layers():
        layer: Any = network.get_submodule(name)
        nn.init.normal_(layer.weight, std=0.01)
        nn.init.zeros_(layer.bias)
    layer.bias.data.fill_(math.log(PRIOR / (1 - PRIOR)))


def by_cell(keypoints: torch.Tensor) -> torch.Tensor:
    """A map of x, y of K keypoints [B, 2K, h, w] to [B, h, w, K, 2] in float32."""
    return keypoints.float().permute(0, 2, 3, 1).unflatten(3, (-1, 2))


def centres(cells: torch.Tensor, columns: int) -> torch.Tensor:
    """Centres x, y [..., 2] in cells of the cells [...] of a level with so many columns."""
    return torch.stack([cells % columns, cells // columns], dim=-1).float() + 0.5


def take(values: torch.Tensor, cells: torch.Tensor) -> torch.Tensor:
    """Of values [B, m, ...] those of the cells [B, n]: [B, n, ...]."""
    return values[torch.arange(len(cells), device=cells.device)[:, None], cells]
