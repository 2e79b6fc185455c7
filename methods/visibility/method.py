"""The metamodel behind the one interface: people in boxes of another method, or in given ones."""

from typing import Any

import torch

from methods.ops.heatmaps import highest, in_bytes
from methods.ops.letterbox import Frame
from methods.top_down import TopDown
from methods.types import Poses
from methods.visibility import decode
from methods.visibility.network import SHAPE, STRIDE, VisibilityNetwork

MAPPED = 16  # people of an image whose heat maps are kept, 50 kB each


class Visibility(TopDown):
    """Looks at the image at `input_size` (the longer side), cuts out SHAPE around each box, and judges each
    keypoint."""

    Settings = decode.VisibilitySettings
    Network = VisibilityNetwork
    most_boxes = 30  # people an image; COCO's AP counts 20
    least_box_score = 0.05
    network: VisibilityNetwork

    @staticmethod
    def exact_layers(network: VisibilityNetwork) -> list[str]:
        """The layers that give coordinates and states."""
        return network.exact_layers()

    @property
    def crop_shape(self) -> tuple[int, int]:
        """See TopDown."""
        return SHAPE

    def predict_crops(self, seen: Any, poses: torch.Tensor | None) -> dict[str, torch.Tensor]:
        """See TopDown: also `heatmaps` [n, K, h, w], their peaks [n, K], and states [n, K, 3] as `visibility`."""
        outputs = self.network(seen)
        maps = outputs.heatmaps[-1].float()
        cells, peaks = highest(maps)
        states = outputs.visibility.float().softmax(dim=2)
        return {"keypoints": cells * STRIDE, "peaks": peaks, "visibility": states, "heatmaps": maps}

    def forward_in_boxes(self, batch: torch.Tensor, boxes: list[torch.Tensor]) -> dict[str, torch.Tensor]:
        """See TopDown; of the first MAPPED people the heat maps, as uint8."""
        outputs = super().forward_in_boxes(batch, boxes)
        return {**outputs, "heatmaps": in_bytes(outputs["heatmaps"][:, :MAPPED])}

    def decode_outputs(
        self, outputs: dict[str, torch.Tensor], frame: Frame, settings: Any
    ) -> tuple[Poses, decode.VisibilityIntermediate]:
        """See methods.visibility.decode."""
        return decode.decode(outputs, frame, settings)


class SmallVisibility(Visibility):
    """The small variant, which reads crops through the body that all `-n` variants share."""

    shares_body = True
