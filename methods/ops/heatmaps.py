"""Heat maps: finding peaks."""

import torch
import torch.nn.functional as F


def local_maxima(heatmap: torch.Tensor, window: int, limit: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Cells of a map [h, w] that no other within `window` x `window` cells (odd, centred) exceeds, best first.

    At most `limit` of them, as rows [N] and columns [N] (int64) and values [N]. On a plateau every cell is a maximum;
    cells that are not above zero never are.
    """
    around = F.max_pool2d(heatmap[None], window, stride=1, padding=window // 2)[0]
    values = torch.where(heatmap == around, heatmap, 0).flatten()
    best = values.topk(min(limit, len(values)))
    indices = best.indices[best.values > 0]
    return indices // heatmap.shape[1], indices % heatmap.shape[1], values[indices]
