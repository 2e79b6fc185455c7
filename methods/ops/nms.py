"""Non-maximum suppression: of several answers for one person, keep the best."""

import torch
from torchvision.ops import nms


def box_nms(boxes: torch.Tensor, scores: torch.Tensor, iou: float, limit: int) -> torch.Tensor:
    """Indices of the boxes [N, 4] (x1, y1, x2, y2) that survive, best score first, at most `limit` of them.

    A box goes when it overlaps a better one by more than `iou` (intersection over union). Greedy, as in
    torchvision.ops.nms. N = 0 gives no index.
    """
    return nms(boxes, scores, iou)[:limit]
