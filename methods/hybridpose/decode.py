"""HybridPose's decoding: threshold, non-maximum suppression, and keypoints that are not there left out (equation 5)."""

from dataclasses import dataclass

import numpy as np
import torch

from methods.ops.letterbox import Frame
from methods.ops.nms import box_nms
from methods.pose_grid.grid import STRIDES
from methods.settings import Settings, setting
from methods.skeletons import COCO17, Skeleton
from methods.types import Poses

MAX_POSES = 300  # after non-maximum suppression, as KAPAO; fewer are found in nearly every image


class HybridPoseSettings(Settings):
    """Three thresholds; the paper gives none. What the visibility threshold removes is in hybridpose-n's model card."""

    pose_confidence: float = setting(0.5, 0.001, 1.0, "poses with a lower confidence are left out")
    pose_iou: float = setting(0.3, 0.0, 1.0, "of two poses whose boxes overlap by more, the better stays", unit="IoU")
    visibility_threshold: float = setting(
        0.2, 0.0, 1.0, "keypoints that are less visible on their visibility map are left out"
    )

    @classmethod
    def evaluation(cls) -> "HybridPoseSettings":
        """KAPAO's Table 5. No keypoint is left out: AP asks for a place of each and forgives those that are not."""
        return cls(pose_confidence=0.001, pose_iou=0.65, visibility_threshold=0.0)


@dataclass(frozen=True)
class HybridPoseIntermediate:
    """N poses in the order of the prediction, with all their keypoints, and the image's visibility maps.

    keypoints [N, K, 2] in pixels of the original image; visibility [N, K] in 0..1; strides and anchors [N]: which scale
    and anchor found them. maps: for each of STRIDES uint8 [N_a, K, h, w], 255 for 1; `frame` says where their cells,
    `stride` input pixels each, are in the image. plain_maps: the same of a network that was trained without the
    self-correlation loss, where one looked too.
    """

    keypoints: np.ndarray
    visibility: np.ndarray
    strides: np.ndarray
    anchors: np.ndarray
    maps: dict[int, np.ndarray]
    frame: Frame
    plain_maps: dict[int, np.ndarray] | None = None


def decode(
    outputs: dict[str, torch.Tensor], frame: Frame, settings: HybridPoseSettings, skeleton: Skeleton = COCO17
) -> tuple[Poses, HybridPoseIntermediate]:
    """One image's candidates (the fields of Candidates, without B) and `map_STRIDE` uint8 [N_a, K, h, w] to people.

    Of poses whose regressed boxes overlap, the most confident stays. A keypoint's score is its visibility; see
    `probabilities` for what becomes of it in the poses.
    """
    chosen = (outputs["scores"] > settings.pose_confidence).nonzero()[:, 0]
    chosen = chosen[box_nms(outputs["boxes"][chosen], outputs["scores"][chosen], settings.pose_iou, MAX_POSES)]
    scores, visibility = outputs["scores"][chosen].numpy(), outputs["visibility"][chosen].numpy()
    intermediate = HybridPoseIntermediate(
        keypoints=frame.to_original(outputs["keypoints"][chosen].numpy()),
        visibility=visibility,
        strides=outputs["strides"][chosen].numpy().astype(np.int64),
        anchors=outputs["anchors"][chosen].numpy().astype(np.int64),
        maps={stride: outputs[f"map_{stride}"].numpy() for stride in STRIDES},
        frame=frame,
        plain_maps={s: outputs[f"plain_map_{s}"].numpy() for s in STRIDES} if "plain_map_8" in outputs else None,
    )
    there = visibility >= settings.visibility_threshold
    keypoints = np.where(there[..., None], intermediate.keypoints, np.nan)
    boxes = frame.boxes_to_original(outputs["boxes"][chosen].numpy())
    states = probabilities(visibility, settings.visibility_threshold)
    return Poses(boxes, scores, keypoints, visibility, states, skeleton), intermediate


def probabilities(visibility: np.ndarray, threshold: float) -> np.ndarray:
    """Visibility [N, K] as probabilities [N, K, 3] of absent, occluded, visible.

    A map's height is no probability, but the threshold says from where on to believe it: there it is even odds, below
    and above in proportion, 0 at a height of 0 and 1 at 1. What is not absent is visible, never occluded, because the
    maps do not tell those two apart.
    """
    there = np.interp(visibility, [0, threshold, 1], [0, 0.5, 1])
    return np.stack([1 - there, np.zeros_like(there), there], axis=2)
