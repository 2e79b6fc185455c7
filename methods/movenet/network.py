"""The network of MoveNet MultiPose: MobileNetV2-FPN and six heads in the manner of CenterNet (Zhou et al., 2019)."""

import torch
from torch import nn

from methods.backbones.mobilenet_fpn import MobileNetFpn, SameConv, SeparableConv

HEAD_WIDTH = 96
# The graph multiplies by 1 / 127.5 rounded to half precision.
PIXEL_SCALE = 0.007843017578125


class Head(nn.Module):
    """A separable convolution and a 1x1 convolution."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.separable = SeparableConv(inputs, HEAD_WIDTH)
        self.output = SameConv(HEAD_WIDTH, outputs, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.output(self.separable(x)).float()


class MoveNet(nn.Module):
    """MoveNet MultiPose for K = 17 keypoints."""

    def __init__(self, num_keypoints: int = 17) -> None:
        super().__init__()
        self.body = MobileNetFpn()
        outputs = {
            "center": 1,
            "box_scale": 2,
            "box_offset": 2,
            "kpt_heatmap": num_keypoints,
            "kpt_regress": 2 * num_keypoints,
            "kpt_offset": 2 * num_keypoints,
        }
        self.heads = nn.ModuleDict({name: Head(self.body.channels, width) for name, width in outputs.items()})

    def forward(self, images: torch.Tensor) -> dict[str, torch.Tensor]:
        """Images [B, 3, H, W], values 0..255, to maps of h = H / 4 rows and w = W / 4 columns; lengths in cells.

        center [B, h, w] and kpt_heatmap [B, K, h, w] in 0..1; box_scale [B, 2, h, w] is height, width;
        box_offset [B, 2, h, w], kpt_regress [B, K, 2, h, w] (centre to keypoint) and kpt_offset [B, K, 2, h, w] are y,
        x.
        """
        x = self.body(images * PIXEL_SCALE - 1)
        maps = {name: head(x) for name, head in self.heads.items()}
        return maps | {
            "center": maps["center"].sigmoid().squeeze(1),
            "kpt_heatmap": maps["kpt_heatmap"].sigmoid(),
            "kpt_regress": maps["kpt_regress"].unflatten(1, (-1, 2)),
            "kpt_offset": maps["kpt_offset"].unflatten(1, (-1, 2)),
        }
