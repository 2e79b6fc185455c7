"""The keypoint-aware pose embedding (section 3.1, equation 1): features gathered at a person's keypoints."""

import torch
import torch.nn.functional as F
from torch import nn
from torchvision.ops import deform_conv2d

OFFSET_GRADIENT = 0.1  # share of the embedding's gradient that reaches the coarse keypoints, as the authors have it
DILATION = 2  # of the kernel in `forward`: with it the padding that keeps the map's size is whole for any K


class PoseEmbedding(nn.Module):
    """A deformable convolution with a kernel of 1 x K, whose offsets are the K coarse keypoints of each candidate."""

    def __init__(self, channels: int, out: int, num_keypoints: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(out, channels, 1, num_keypoints))
        nn.init.kaiming_uniform_(self.weight, nonlinearity="relu")

    def forward(self, features: torch.Tensor, keypoints: torch.Tensor) -> torch.Tensor:
        """Embeddings [B, O, h, w] of all cells of a map [B, C, h, w].

        `keypoints` [B, 2K, h, w] holds x and y of each keypoint in turn, in cells from the centre of the candidate's
        cell.
        """
        count = self.weight.shape[3]
        place = torch.arange(count, device=keypoints.device) * DILATION - (
            count - 1
        )  # where the kernel reads by itself
        x, y = scale_gradient(keypoints.float()).unflatten(1, (count, 2)).unbind(2)
        offsets = torch.stack([y, x - place.view(-1, 1, 1)], dim=2).flatten(1, 2)  # the operator wants y first
        with torch.autocast(features.device.type, enabled=False):  # the operator knows float32 everywhere
            found = deform_conv2d(
                features.float(), offsets, self.weight.float(), padding=(0, count - 1), dilation=(1, DILATION)
            )
        return found.to(features.dtype)

    def at(self, features: torch.Tensor, points: torch.Tensor) -> torch.Tensor:
        """Embeddings [B, n, O] of n chosen candidates, the same numbers as `forward` gives them.

        `points` [B, n, K, 2] are their keypoints x, y in cells, 0 to w and 0 to h over the map [B, C, h, w].
        """
        gathered = sample(features.float(), scale_gradient(points.float()))  # [B, n, K, C]
        weight = self.weight[:, :, 0].permute(2, 1, 0).flatten(0, 1)  # [K C, O]
        return gathered.flatten(2).to(weight.dtype) @ weight


def sample(features: torch.Tensor, points: torch.Tensor) -> torch.Tensor:
    """Features [B, ..., C] of a map [B, C, h, w] at `points` [B, ..., 2], bilinear; 0 beyond the map.

    Points are x, y in cells, 0 to w and 0 to h. `grid_sample` gives the same; a weighted sum of rows is over twice as
    fast on a CPU, since the channels of a cell lie side by side.
    """
    batch, channels, height, width = features.shape
    rows = features.permute(0, 2, 3, 1).reshape(-1, channels)
    x, y = (points.flatten(1, -2) - 0.5).unbind(-1)  # [B, m]
    left, top = x.detach().floor(), y.detach().floor()
    image = torch.arange(batch, device=rows.device)[:, None] * (height * width)
    index, share = [], []
    for column, across in ((left, 1 - (x - left)), (left + 1, x - left)):
        for row, down in ((top, 1 - (y - top)), (top + 1, y - top)):
            inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
            cell = row.clamp(0, height - 1) * width + column.clamp(0, width - 1)
            index.append(image + cell.long())
            share.append(across * down * inside)
    found = F.embedding_bag(
        torch.stack(index, dim=-1).flatten(0, 1),
        rows,
        per_sample_weights=torch.stack(share, dim=-1).flatten(0, 1),
        mode="sum",
    )
    return found.view(*points.shape[:-1], channels)


def scale_gradient(x: torch.Tensor) -> torch.Tensor:
    """`x` itself, of whose gradient OFFSET_GRADIENT goes on."""
    return OFFSET_GRADIENT * x + (1 - OFFSET_GRADIENT) * x.detach()
