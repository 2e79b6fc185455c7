"""What a place of a grid says: a box and keypoints relative to its cell and anchor; from there to pixels.

Equations are those of HybridPose (1 to 3), which are KAPAO's 2 to 4. KAPAO's Table 5 gives the anchors in pixels at an
input of 1280; a network made for another input has them in proportion.
"""

from dataclasses import dataclass

import torch

STRIDES = (8, 16, 32, 64)
ANCHORS = (
    ((19, 27), (44, 40), (38, 94)),
    ((96, 68), (86, 152), (180, 137)),
    ((140, 301), (303, 264), (238, 542)),
    ((436, 615), (739, 380), (925, 792)),
)  # A^s of Table 5: width, height in pixels
PAPER_INPUT = 1280  # pixels
SMALL_INPUT = 640  # the input that the `-n` variants are made for

# The first channels of a place; those of the keypoints come last.
BOX, OBJECTNESS = slice(0, 4), 4


def boxes_in_cells(raw: torch.Tensor, anchors: torch.Tensor) -> torch.Tensor:
    """Equations 1 and 2: raw numbers [..., 4] to t [..., 4], centre x, y and width, height, relative to the cell.

    `anchors` [..., 2] is A / s, width and height in cells; so is t.
    """
    share = raw.sigmoid() * 2
    return torch.cat([share[..., :2] - 0.5, anchors * share[..., 2:] ** 2], dim=-1)


def keypoints_in_cells(raw: torch.Tensor, anchors: torch.Tensor) -> torch.Tensor:
    """Equation 3: raw numbers [..., 2K] to keypoints [..., K, 2], x and y relative to the cell, in cells.

    `anchors` [..., 2] is A / s, width and height in cells.
    """
    return anchors[..., None, :] * (raw.unflatten(-1, (-1, 2)).sigmoid() * 4 - 2)


@dataclass(frozen=True)
class Places:
    """Some places of some grids: origins [..., 2] of their cells, anchors [..., 2], both in cells, strides [..., 1]."""

    origins: torch.Tensor
    anchors: torch.Tensor
    strides: torch.Tensor

    @classmethod
    def of(cls, grids: list[torch.Tensor], anchors: torch.Tensor) -> "Places":
        """All n places of the grids [B, N_a, h, w, ...], one per stride, in order; `anchors` [S, N_a, 2] in pixels."""
        parts = []
        for grid, boxes, stride in zip(grids, anchors, STRIDES, strict=True):
            rows, columns = grid.shape[2:4]
            y, x = torch.meshgrid(
                torch.arange(rows, device=grid.device), torch.arange(columns, device=grid.device), indexing="ij"
            )
            cells = torch.stack([x, y], dim=-1).float().expand(len(boxes), -1, -1, -1)
            sizes = (boxes / stride)[:, None, None].expand_as(cells)
            strides = torch.full_like(cells[..., :1], stride)
            parts.append((cells.flatten(0, 2), sizes.flatten(0, 2), strides.flatten(0, 2)))
        return cls(*(torch.cat(part) for part in zip(*parts, strict=True)))

    def __getitem__(self, index: torch.Tensor) -> "Places":
        """The places at `index`, integers of any shape or a mask."""
        return Places(self.origins[index], self.anchors[index], self.strides[index])

    def boxes(self, raw: torch.Tensor) -> torch.Tensor:
        """Raw numbers [..., 4] to x1, y1, x2, y2 in input pixels (KAPAO's equation 10)."""
        t = boxes_in_cells(raw, self.anchors)
        centre, half = (t[..., :2] + self.origins) * self.strides, t[..., 2:] * self.strides / 2
        return torch.cat([centre - half, centre + half], dim=-1)

    def keypoints(self, raw: torch.Tensor) -> torch.Tensor:
        """Raw numbers [..., 2K] to keypoints [..., K, 2] in input pixels (KAPAO's equation 10)."""
        v = keypoints_in_cells(raw, self.anchors)
        return (v + self.origins[..., None, :]) * self.strides[..., None, :]


def take(raw: torch.Tensor, chosen: torch.Tensor) -> torch.Tensor:
    """Rows [B, N, ...] of `raw` [B, n, C] that `chosen` [B, N] names."""
    return raw.gather(1, chosen[..., None].expand(-1, -1, raw.shape[2]))
