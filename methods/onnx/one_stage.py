"""ONNX networks that find everybody at once, as RTMO does."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
import torch.nn.functional as F

from methods.method import Method
from methods.onnx.network import OnnxNetwork, load_network, misfit
from methods.ops.letterbox import PAD_VALUE, Frame, letterbox
from methods.ops.nms import box_nms
from methods.settings import Settings, setting
from methods.top_down import stacked
from methods.types import Poses

MAX_PEOPLE = 300  # in an image, more than any of COCO's holds


class OnnxSettings(Settings):
    """Thresholds of a network that gives boxes and poses."""

    pose_confidence: float = setting(0.5, 0.001, 1.0, "people with a lower score are left out")
    keypoint_confidence: float = setting(0.25, 0.0, 1.0, "keypoints with a lower score are left out")
    pose_iou: float = setting(0.65, 0.0, 1.0, "of two people whose boxes overlap by more, the better stays", unit="IoU")

    @classmethod
    def evaluation(cls) -> Self:
        """Low score floor and every keypoint placed, as AP wants it."""
        return cls(pose_confidence=0.005, keypoint_confidence=0.0)


@dataclass(frozen=True)
class OnnxIntermediate:
    """The M boxes [M, 4] above the score threshold and who stays [M]; pixels of the original image, best first."""

    boxes: np.ndarray
    kept: np.ndarray


class OnnxOneStage(Method):
    """Sees the image at the top left of its input, scaled to fit and padded with grey, as RTMO was trained."""

    Settings = OnnxSettings
    Network = OnnxNetwork
    default_input_size = 640  # which the description decides in its place
    network: OnnxNetwork

    @classmethod
    def load(cls, path: Path, options: Mapping[str, Any]) -> OnnxNetwork:
        """See Method; raises WeightsError where outputs do not fit the description."""
        return load_network(path, options, read)

    def preprocess(self, image: np.ndarray) -> tuple[torch.Tensor, Frame]:
        """RGB uint8 [H, W, 3] to uint8 [3, height, width] of the description."""
        height, width = self.network.description.height, self.network.description.width
        scale = min(height / image.shape[0], width / image.shape[1])
        tensor, frame = letterbox(image, max(1, int(max(image.shape[:2]) * scale)), stride=1, antialias=False)
        beside = [0, width - tensor.shape[2], 0, height - tensor.shape[1]]
        return F.pad(tensor, beside, value=PAD_VALUE), frame

    def forward(self, batch: torch.Tensor) -> dict[str, torch.Tensor]:
        """Input [B, 3, height, width], values 0..255, to boxes [B, M, 5] and keypoints [B, M, K, 3]; NaN is nobody."""
        found = [read(self.network, each[None]) for each in batch]
        return {"boxes": stacked([boxes for boxes, _ in found]), "keypoints": stacked([poses for _, poses in found])}

    def decode_outputs(
        self, outputs: dict[str, torch.Tensor], frame: Frame, settings: Any
    ) -> tuple[Poses, OnnxIntermediate]:
        """One image's boxes with scores [M, 5] and keypoints [M, K, 3], in input pixels, to people."""
        scores = outputs["boxes"][:, 4].nan_to_num(-1)
        chosen = (scores >= settings.pose_confidence).nonzero()[:, 0]
        chosen = chosen[scores[chosen].argsort(descending=True, stable=True)]
        boxes, scores, triples = outputs["boxes"][chosen, :4], scores[chosen], outputs["keypoints"][chosen].numpy()
        kept = np.zeros(len(chosen), dtype=bool)
        kept[box_nms(boxes, scores, settings.pose_iou, MAX_PEOPLE).numpy()] = True
        corners = frame.boxes_to_original(boxes.numpy())
        places, confidences = frame.to_original(triples[kept, :, :2]), triples[kept, :, 2].clip(0, 1)
        shown = np.where((confidences < settings.keypoint_confidence)[..., None], np.nan, places)
        poses = Poses(corners[kept], scores.numpy()[kept].clip(0, 1), shown, confidences, skeleton=self.skeleton)
        return poses, OnnxIntermediate(corners, kept)


def read(network: OnnxNetwork, image: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Boxes and scores [N, 5] and keypoints [N, K, 3] of an image [1, 3, height, width].

    Raises WeightsError where the file's outputs are not these.
    """
    outputs, k = network(image), len(network.description.keypoints)
    by_rank = sorted(outputs, key=lambda each: each.ndim)
    shapes = [list(each.shape) for each in by_rank]
    n = shapes[0][1] if len(shapes[0]) > 1 else 0
    if shapes != [[1, n, 5], [1, n, k, 3]]:
        raise misfit(network, outputs, f"[1, N, 5] and [1, N, {k}, 3]")
    return by_rank[0][0], by_rank[1][0]
