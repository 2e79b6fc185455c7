"""KAPAO's decoding (section 3.3): thresholds, non-maximum suppression, fusion."""

from dataclasses import dataclass

import numpy as np
import torch

from methods.kapao.fusion import fuse
from methods.ops.letterbox import Frame
from methods.ops.nms import box_nms
from methods.pose_grid.grid import STRIDES
from methods.settings import Settings, setting, switch
from methods.skeletons import COCO17, Skeleton
from methods.types import Poses

# The authors' limits after non-maximum suppression; fewer than 300 of either are found in nearly every image.
MAX_POSES, MAX_KEYPOINTS = 300, 300
AT_BORDER = 0.1  # a box counts as cut where it ends closer to the border than this share of its longer side


class KapaoSettings(Settings):
    """The six thresholds of Table 5, the cure for what A.5 reports, and what section 3.4 says of keypoint objects."""

    pose_confidence: float = setting(0.5, 0.001, 1.0, "pose objects with a lower confidence are left out")
    keypoint_confidence: float = setting(
        0.2,
        0.001,
        1.0,
        "keypoint objects with a lower confidence are left out; 0.01 gives nearly every keypoint a score",
    )
    pose_iou: float = setting(0.5, 0.0, 1.0, "of two pose objects that overlap by more, the better stays", unit="IoU")
    keypoint_iou: float = setting(
        0.25, 0.0, 1.0, "of two keypoint objects of one keypoint that overlap by more, the better stays", unit="IoU"
    )
    fusion_distance: float = setting(
        30, 0, 500, "how far from a pose's keypoint a keypoint object may lie to replace it", unit="pixels", step=1
    )
    fusion_confidence: float = setting(
        0.3, 0.0, 1.0, "only pose objects with a higher confidence take keypoint objects"
    )
    restore_border_keypoints: bool = switch(
        True, "complete keypoint objects that the image border cuts, so that their keypoints do not shift inwards"
    )
    keypoint_objects_only: bool = switch(
        False,
        "leave out keypoints that no keypoint object replaced, so that every keypoint has a confidence (section 3.4);"
        " with a keypoint confidence of 0.01 few are",
    )

    @property
    def people_interact_above(self) -> float:
        """Pose objects that take part in fusion compete for the keypoint objects."""
        return self.fusion_confidence

    @classmethod
    def evaluation(cls) -> "KapaoSettings":
        """Table 5."""
        return cls(
            pose_confidence=0.001,
            keypoint_confidence=0.2,
            pose_iou=0.65,
            keypoint_iou=0.25,
            fusion_distance=50,
            fusion_confidence=0.3,
            restore_border_keypoints=False,
        )


class KapaoSmallSettings(KapaoSettings):
    """KAPAO-N's: its confidence in keypoint objects is lower than that of the paper's sizes."""

    pose_confidence: float = setting(0.6, 0.001, 1.0, "pose objects with a lower confidence are left out")
    pose_iou: float = setting(0.4, 0.0, 1.0, "of two pose objects that overlap by more, the better stays", unit="IoU")
    keypoint_confidence: float = setting(
        0.1, 0.001, 1.0, "keypoint objects with a lower confidence are left out; 0.01 gives nearly all a score"
    )


@dataclass(frozen=True)
class KapaoIntermediate:
    """N pose objects and M keypoint objects, best first, and the F fusions between them; pixels of the original image.

    pose_boxes [N, 4], pose_scores [N], pose_keypoints [N, K, 2]: pose objects before fusion, in the order of the poses;
    keypoint_boxes [M, 4], keypoint_scores [M], keypoint_classes [M], keypoint_centres [M, 2]: keypoint objects;
    fused_pose, fused_keypoint, fused_object [F]: that keypoint of that pose moved from pose_keypoints[fused_pose,
    fused_keypoint] to keypoint_centres[fused_object].
    """

    pose_boxes: np.ndarray
    pose_scores: np.ndarray
    pose_keypoints: np.ndarray
    keypoint_boxes: np.ndarray
    keypoint_scores: np.ndarray
    keypoint_classes: np.ndarray
    keypoint_centres: np.ndarray
    fused_pose: np.ndarray
    fused_keypoint: np.ndarray
    fused_object: np.ndarray


def decode(
    outputs: dict[str, torch.Tensor], frame: Frame, settings: KapaoSettings, skeleton: Skeleton = COCO17
) -> tuple[Poses, KapaoIntermediate]:
    """Candidates of one image (the fields of methods.kapao.candidates.Candidates, without B) to people.

    Distances are taken in pixels of the original image, as the authors do. Pose objects' keypoints may lie outside the
    image; the authors' code clips the first two of them, nose and left eye, to it, which looks like a slip.
    """
    poses = _suppress(outputs, "pose", settings.pose_confidence, settings.pose_iou, MAX_POSES)
    parts = _suppress(outputs, "keypoint", settings.keypoint_confidence, settings.keypoint_iou, MAX_KEYPOINTS)
    boxes, scores = outputs["pose_boxes"][poses].numpy(), outputs["pose_scores"][poses].numpy()
    keypoints = frame.to_original(outputs["keypoints"][poses].numpy())
    part_boxes, part_scores = outputs["keypoint_boxes"][parts].numpy(), outputs["keypoint_scores"][parts].numpy()
    classes = outputs["keypoint_classes"][parts].numpy().astype(np.int64)
    centres = keypoint_centres(part_boxes, frame, settings.restore_border_keypoints)
    fusion = fuse(
        keypoints, scores, centres, classes, part_scores, settings.fusion_distance, settings.fusion_confidence
    )
    found = fusion.keypoints
    if settings.keypoint_objects_only:
        found = np.where(np.isnan(fusion.scores)[..., None], np.nan, found)
    intermediate = KapaoIntermediate(
        pose_boxes=frame.boxes_to_original(boxes),
        pose_scores=scores,
        pose_keypoints=keypoints,
        keypoint_boxes=frame.boxes_to_original(part_boxes),
        keypoint_scores=part_scores,
        keypoint_classes=classes,
        keypoint_centres=centres,
        fused_pose=fusion.pose,
        fused_keypoint=fusion.keypoint,
        fused_object=fusion.taken,
    )
    return Poses(intermediate.pose_boxes, scores, found, fusion.scores, skeleton=skeleton), intermediate


def keypoint_centres(boxes: np.ndarray, frame: Frame, restore: bool) -> np.ndarray:
    """Where the keypoints of keypoint boxes [M, 4] (input pixels) are in the original image, [M, 2].

    With `restore` off, as the authors do: the centre of what lies inside the image. With it on, a box that ends at the
    border of the network's input, where training cut it, is completed to a square first, and no box is cut; the
    keypoint itself stays inside the image.
    """
    if not restore:
        corners = frame.boxes_to_original(boxes)
        return (corners[:, :2] + corners[:, 2:]) / 2
    low, high = boxes[:, :2], boxes[:, 2:]
    side = (high - low).max(axis=1, keepdims=True)
    content = np.array([frame.width * frame.scale_x, frame.height * frame.scale_y]).round()
    limits = np.ceil(content / STRIDES[-1]) * STRIDES[-1]  # width and height of the input, as it was padded
    centres = (low + high) / 2
    centres = np.where(low < AT_BORDER * side, high - side / 2, centres)
    centres = np.where(high > limits - AT_BORDER * side, low + side / 2, centres)
    return np.clip(frame.to_original(centres), 0, [frame.width, frame.height])


def _suppress(outputs: dict[str, torch.Tensor], kind: str, confidence: float, iou: float, limit: int) -> torch.Tensor:
    """Equation 11: indices of the objects above `confidence` that survive NMS, each keypoint class by itself."""
    chosen = (outputs[f"{kind}_scores"] > confidence).nonzero()[:, 0]
    boxes, scores = outputs[f"{kind}_boxes"][chosen], outputs[f"{kind}_scores"][chosen]
    if kind == "keypoint" and len(chosen):
        # Far apart by class, so that boxes of different keypoints never overlap.
        boxes = boxes + (outputs["keypoint_classes"][chosen] * (boxes.max() - boxes.min() + 1))[:, None]
    return chosen[box_nms(boxes, scores, iou, limit)]
