"""PoseDet's network (section 3, Figure 2): a pyramid, and one head for all its levels.

A candidate is a cell of a level; its coordinates (x, y) of equation 3 are the centre of the cell. (The authors' code
takes the cell's corner, so that their deformable convolution reads half a cell off the coarse joints.)
"""

import math
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import torch
import torch.nn.functional as F
from torch import nn

from methods.backbones.fpn import Fpn, conv_norm_relu
from methods.backbones.small_body import PoseTowers, SmallBody, last_layer, start_from_pose_checkpoint
from methods.backbones.timm_pyramid import TimmPyramid
from methods.posedet.embedding import PoseEmbedding

STRIDES = (8, 16, 32, 64)
# Size to backbone and channels of pyramid and head, which are the authors'.
SIZES = {"dla34": ("dla34", 128), "hrnet32": ("hrnet_w32", 256), "hrnet48": ("hrnet_w48", 256)}
SMALL_CHANNELS = 64
EMBEDDED, EMBEDDED_IN_TRAINING = 500, 160  # candidates of each level that the small network embeds
PRIOR = 0.01  # the chance of a person that random heads start with (Lin et al., 2017)


class Level(NamedTuple):
    """What the network says at one level [h, w] of B images, about n of its candidates. Offsets in cells.

    coarse        [B, h, w, K, 2]  from the centre of each cell to its coarse joints x, y, for all candidates
    cells         [B, n]           int64, the n candidates that were embedded: row * w + column
    displacements [B, n, K, 2]     from their coarse to their refined joints
    scores        [B, n]           logits of their scores
    heatmaps      [B, K, h, w]     of joints, only in training
    first_scores  [B, n]           only in training, and where a score is the mean of two: logits of the first, while
                                   `scores` holds those of the second
    """

    coarse: torch.Tensor
    cells: torch.Tensor
    displacements: torch.Tensor
    scores: torch.Tensor
    heatmaps: torch.Tensor | None
    first_scores: torch.Tensor | None = None


class Branch(nn.Module):
    """Two 3 x 3 convolutions, the pose embedding, and one 1 x 1 convolution to `out` numbers a candidate."""

    def __init__(self, channels: int, out: int, joints: int) -> None:
        super().__init__()
        self.convs = nn.Sequential(conv_norm_relu(channels, channels), conv_norm_relu(channels, channels))
        self.embedding = PoseEmbedding(channels, channels, joints)
        self.last = nn.Conv2d(channels, out, 1)

    def forward(self, features: torch.Tensor, joints: torch.Tensor) -> torch.Tensor:
        """A map [B, C, h, w] and coarse joints [B, 2K, h, w] (see PoseEmbedding) to [B, out, h, w]."""
        return self.last(self.embedding(self.convs(features), joints).relu())

    def at(self, features: torch.Tensor, points: torch.Tensor) -> torch.Tensor:
        """The same for chosen candidates with joints `points` [B, n, K, 2] (see PoseEmbedding.at): [B, out, n]."""
        return self.last(self.embedding.at(self.convs(features), points).relu()[..., None])[..., 0]


class Head(nn.Module):
    """Both branches and the heat maps on a level's map; the same weights for all levels."""

    def __init__(self, channels: int, joints: int) -> None:
        super().__init__()
        self.regression = Branch(channels, 2 * joints, joints)
        self.classification = Branch(channels, 1, joints)
        self.heatmaps = nn.Sequential(conv_norm_relu(channels, channels), nn.Conv2d(channels, joints, 1))


class PoseDetNetwork(nn.Module):
    """Images [B, 3, H, W] in 0..1, H and W multiples of 64, to one Level for each of STRIDES.

    `size` is dla34, hrnet32 or hrnet48. All candidates are embedded. Weights are random.
    """

    def __init__(self, size: Literal["dla34", "hrnet32", "hrnet48"], joints: int = 17) -> None:
        super().__init__()
        name, channels = SIZES[size]
        self.body = TimmPyramid(name)
        self.pyramid = Fpn(self.body.channels, channels, extra=True)
        self.bypass = nn.Sequential(
            *(conv_norm_relu(channels, channels) for _ in range(3)), nn.Conv2d(channels, 2 * joints, 1)
        )
        self.head = Head(channels, joints)
        for name in self.last_layers():
            layer: Any = self.get_submodule(name)
            nn.init.normal_(layer.weight, std=0.01)
            nn.init.zeros_(layer.bias)
        layer.bias.data.fill_(math.log(PRIOR / (1 - PRIOR)))  # the scores' is the last of them

    def forward(self, images: torch.Tensor) -> list[Level]:
        """See the class."""
        return [self._level(x) for x in self.pyramid(self.body(images))]

    def last_layers(self) -> list[str]:
        """Names of the modules that give coordinates and scores."""
        return ["bypass.3", "head.regression.last", "head.classification.last"]

    def _level(self, x: torch.Tensor) -> Level:
        joints = self.bypass(x)
        displacements = self.head.regression(x, joints)
        scores = self.head.classification(x, joints).flatten(1)
        cells = torch.arange(scores.shape[1], device=x.device).expand(len(x), -1)
        heatmaps = self.head.heatmaps(x) if self.training else None
        return Level(by_cell(joints), cells, by_cell(displacements).flatten(1, 2), scores, heatmaps)


class SmallPoseDetNetwork(nn.Module):
    """PoseDet on the small body that all `-n` variants share, and its pose towers; same input and output.

    What differs from the paper: the bypass is the checkpoint's keypoint tower with its last layer, which has three
    convolutions too, but of its own for each level and with batch norm. The checkpoint's person score is a first score
    of each candidate; of every level the EMBEDDED best by it are embedded, since a CPU would take longer for the
    embedding of all than for the rest of the network. In training fewer are embedded, about half of them chosen at
    random. The score is the mean of the first one and what the classification branch says (see `both`), and each
    learns by itself. The pyramid stands on the neck of the body, and its fourth level on the body's own. Head and
    pyramid are the paper's, with 64 channels.
    """

    def __init__(self, joints: int = 17) -> None:
        super().__init__()
        self.body, self.towers = SmallBody(), PoseTowers()
        self.coarse = nn.ModuleList(nn.Conv2d(self.towers.channels, 2 * joints, 1) for _ in STRIDES)
        self.first_scores = nn.ModuleList(nn.Conv2d(self.towers.channels, 1, 1) for _ in STRIDES)
        self.pyramid = Fpn(self.body.channels, SMALL_CHANNELS, extra=False)
        self.head = Head(SMALL_CHANNELS, joints)
        for branch in (self.head.regression, self.head.classification):
            for parameter in branch.last.parameters():
                nn.init.zeros_(parameter)  # so that nothing is displaced, and scores keep their order, at first
        for module in self.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eps, module.momentum = 1e-3, 0.03  # as YOLO11 was trained

    def forward(self, images: torch.Tensor) -> list[Level]:
        """See the class."""
        maps = self.body(images)
        levels = zip(self.towers(maps), self.pyramid(maps), self.coarse, self.first_scores, strict=True)
        return [self._level(x, coarse(tower), score(tower)) for tower, x, coarse, score in levels]

    def last_layers(self) -> list[str]:
        """Names of the modules that give coordinates and scores."""
        own = [f"{name}.{level}" for name in ("coarse", "first_scores") for level in range(len(STRIDES))]
        return [*own, "head.regression.last", "head.classification.last"]

    def start_from(self, state: Mapping[str, torch.Tensor]) -> None:
        """Start from the state dict of `yolo11n-pose`, in place; raises KeyError for a missing tensor.

        Coarse joints and scores are then the checkpoint's at strides 8, 16 and 32. Its joints lie 2 r cells from the
        cell's corner (r its raw number, which comes as x, y and score of each joint), so 2 r - 1/2 from the centre.
        """
        start_from_pose_checkpoint(self.body, self.towers, state)
        for level in range(len(STRIDES)):
            weight, bias = last_layer(self.towers, state, "cv4", level)
            xy = torch.arange(len(bias)).view(-1, 3)[:, :2].flatten()
            _fill(self.coarse[level], 2 * weight[xy], 2 * bias[xy] - 0.5)
            _fill(self.first_scores[level], *last_layer(self.towers, state, "cv3", level))

    def _level(self, x: torch.Tensor, joints: torch.Tensor, score_map: torch.Tensor) -> Level:
        coarse, first = by_cell(joints), score_map.float().flatten(1)
        cells = self._choose(first.detach())
        first = first.gather(1, cells)
        points = take(coarse.flatten(1, 2), cells) + centres(cells, x.shape[3])[:, :, None]
        displacements = self.head.regression.at(x, points).float().transpose(1, 2).unflatten(2, (-1, 2))
        scores = self.head.classification.at(x, points).float()[:, 0]
        if self.training:
            return Level(coarse, cells, displacements, scores, self.head.heatmaps(x), first)
        return Level(coarse, cells, displacements, both(first, scores), None)

    def _choose(self, scores: torch.Tensor) -> torch.Tensor:
        limit = EMBEDDED_IN_TRAINING if self.training else EMBEDDED
        count = scores.shape[1]
        if self.training:
            scores = torch.where(torch.rand_like(scores) < limit / (2 * count), torch.inf, scores)
        return scores.topk(min(limit, count), dim=1).indices


def both(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    """The logit of the geometric mean of two probabilities, given their logits [...].

    A candidate needs a person by the checkpoint and a right pose by the embedding. Were logits added, as they would be
    for independent evidence, either could overrule the other: few photos teach the embedding, and poses across two
    people that the checkpoint scores 0.05 came to 0.7, while scores of good poses were all 1.0, in no order any more
    (AP on coco_val fell from 0.474 to 0.447).
    """
    mean = (F.logsigmoid(first) + F.logsigmoid(second)) / 2
    return mean - torch.log(-torch.expm1(mean))


def by_cell(joints: torch.Tensor) -> torch.Tensor:
    """A map of x, y of K joints [B, 2K, h, w] to [B, h, w, K, 2] in float32."""
    return joints.float().permute(0, 2, 3, 1).unflatten(3, (-1, 2))


def centres(cells: torch.Tensor, columns: int) -> torch.Tensor:
    """Centres x, y [..., 2] in cells of the cells [...] of a level with so many columns."""
    return torch.stack([cells % columns, cells // columns], dim=-1).float() + 0.5


def take(values: torch.Tensor, cells: torch.Tensor) -> torch.Tensor:
    """Of values [B, m, ...] those of the cells [B, n]: [B, n, ...]."""
    return values[torch.arange(len(cells), device=cells.device)[:, None], cells]


def _fill(layer: Any, weight: torch.Tensor, bias: torch.Tensor) -> None:
    layer.weight.data.copy_(weight[..., None, None])
    layer.bias.data.copy_(bias)
