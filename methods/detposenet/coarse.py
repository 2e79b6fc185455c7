"""The first stage (section III-A): an asymmetric hourglass with two light branches behind one heavy encoder."""

from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import nn

from methods.backbones.ultralytics_blocks import Conv
from methods.detposenet.detection import Boxes, GroundTruth, PersonDetector, RegionProposals
from methods.detposenet.encoders import Encoded
from methods.skeletons import COCO17

ASPECTS = (1.0, 2.0, 3.0)  # height over width of anchors, for people
STRIDE = 4  # of the maps


class Coarse(NamedTuple):
    """What the first stage says of B images.

    boxes: B times Boxes. heatmaps [B, K, h, w]: heat maps, about 1 at keypoints; limbs [B, L, 2, h, w]: part
    affinities, unit vectors x, y along COCO17.limbs; cells of STRIDE pixels. losses: L_det's parts, only where ground
    truth was given.
    """

    boxes: list[Boxes]
    heatmaps: torch.Tensor
    limbs: torch.Tensor
    losses: dict[str, torch.Tensor]


class Tail(nn.Module):
    """Deconvolution: from the coarsest map up to stride 4, at each scale one 3 x 3 convolution."""

    def __init__(self, channels: tuple[int, ...], width: int) -> None:
        super().__init__()
        self.lateral = nn.ModuleList(nn.Conv2d(read, width, 1) for read in channels)
        self.smooth = nn.ModuleList(Conv(width, width, 3) for _ in channels)

    def forward(self, maps: list[torch.Tensor]) -> list[torch.Tensor]:
        """Maps of encoders.STRIDES to as many of `width` channels, finest first."""
        x, found = None, []
        for lateral, smooth, skip in reversed(list(zip(self.lateral, self.smooth, maps, strict=True))):
            x = smooth(lateral(skip) if x is None else lateral(skip) + F.interpolate(x, scale_factor=2.0))
            found.append(x)
        return found[::-1]


class Anchored(nn.Module):
    """The paper's region proposal head: a 3 x 3 convolution, then logit and offsets of each anchor."""

    def __init__(self, channels: int, anchors: int) -> None:
        super().__init__()
        self.conv = Conv(channels, channels, 3)
        self.logits, self.offsets = nn.Conv2d(channels, anchors, 1), nn.Conv2d(channels, 4 * anchors, 1)
        for layer in (self.logits, self.offsets):
            nn.init.normal_(layer.weight, std=0.01)
            layer.bias.data.zero_()  # type: ignore[union-attr]

    def forward(self, features: list[torch.Tensor]) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
        """See RegionProposals."""
        seen = [self.conv(x) for x in features]
        return [self.logits(x).float() for x in seen], [self.offsets(x).float() for x in seen]


class CoarseStage(nn.Module):
    """Boxes, heat maps and part affinities from what an encoder saw.

    `width` channels in the tail, `judge` in the detector's second stage; `anchor`: see RegionProposals.
    """

    def __init__(self, encoder: Any, width: int, judge: int, anchor: int, num_keypoints: int = 17) -> None:
        super().__init__()
        self.tail = Tail(tuple(encoder.skip_channels), width)
        self.heatmaps = nn.Conv2d(width, num_keypoints, 1)
        self.limbs = nn.Conv2d(width, 2 * len(COCO17.limbs), 1)
        for layer in (self.heatmaps, self.limbs):
            nn.init.normal_(layer.weight, std=0.01)  # nearly all of a map is to be 0
            layer.bias.data.zero_()  # type: ignore[union-attr]
        # Features of both down-sampling and up-sampling convolutions are fused for the detector.
        self.fuse = nn.ModuleList(Conv(down + width, width, 1) for down in encoder.down_channels[1:])
        proposals = RegionProposals(Anchored(width, len(ASPECTS)), anchor, ASPECTS)
        self.detector = PersonDetector(proposals, width, judge)

    def forward(self, encoded: Encoded, ground_truth: list[GroundTruth] | None = None, detect: bool = True) -> Coarse:
        """What an encoder saw of B images to Coarse; without `detect` no boxes nor their losses."""
        up = self.tail(encoded.skips)
        limbs = self.limbs(up[0]).unflatten(1, (-1, 2))
        boxes, losses = [], {}
        if detect:
            pairs = zip(self.fuse, encoded.down[1:], up[1:], strict=True)
            features = [layer(torch.cat([down, x], dim=1)) for layer, down, x in pairs]
            height, width = (STRIDE * cells for cells in up[0].shape[2:])
            boxes, losses = self.detector((height, width), features, ground_truth)
        return Coarse(boxes, self.heatmaps(up[0]), limbs, losses)
