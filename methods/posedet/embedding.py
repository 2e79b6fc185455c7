"""The keypoint-aware pose embedding (section 3.1, equation 1): features gathered at a person's joints."""

import torch
import torch.nn.functional as F
from torch import nn
from torchvision.ops import deform_conv2d

OFFSET_GRADIENT = 0.1  # share of the embedding's gradient that reaches the coarse joints, as the authors have it
DILATION = 2  # of the kernel in `forward`: with it the padding that keeps the map's size is whole for any K


class PoseEmbedding(nn.Module):
    """A deformable convolution with a kernel of 1 x K, whose offsets are the K coarse joints of each candidate."""

    def __init__(self, channels: int, out: int, joints: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(out, channels, 1, joints))
        nn.init.kaiming_uniform_(self.weight, nonlinearity="relu")

    def forward(self, features: torch.Tensor, joints: torch.Tensor) -> torch.Tensor:
        """Embeddings [B, O, h, w] of all cells of a map [B, C, h, w].

        `joints` [B, 2K, h, w] holds x and y of each joint in turn, in cells from the centre of the candidate's cell.
        """
        count = self.weight.shape[3]
        place = torch.arange(count, device=joints.device) * DILATION - (count - 1)  # where the kernel reads by itself
        x, y = scale_gradient(joints.float()).unflatten(1, (count, 2)).unbind(2)
        offsets = torch.stack([y, x - place.view(-1, 1, 1)], dim=2).flatten(1, 2)  # the operator wants y first
        with torch.autocast(features.device.type, enabled=False):  # the operator knows float32 everywhere
            found = deform_conv2d(
                features.float(), offsets, self.weight.float(), padding=(0, count - 1), dilation=(1, DILATION)
            )
        return found.to(features.dtype)

    def at(self, features: torch.Tensor, points: torch.Tensor) -> torch.Tensor:
        """Embeddings [B, O, n] of n chosen candidates, the same numbers as `forward` gives them.

        `points` [B, n, K, 2] are their joints x, y in cells, 0 to w and 0 to h over the map [B, C, h, w]. A few hundred
        candidates cost a small part of all.
        """
        size = points.new_tensor([features.shape[3], features.shape[2]])
        places = scale_gradient(points.float()) / size * 2 - 1
        gathered = F.grid_sample(features.float(), places, align_corners=False)  # [B, C, n, K]
        return F.conv2d(gathered.to(self.weight.dtype), self.weight)[..., 0]


def scale_gradient(x: torch.Tensor) -> torch.Tensor:
    """`x` itself, of whose gradient OFFSET_GRADIENT goes on."""
    return OFFSET_GRADIENT * x + (1 - OFFSET_GRADIENT) * x.detach()
