"""PoseDet's decoding (section 3.2, inference): a score threshold and non-maximum suppression by OKS."""

from dataclasses import dataclass

import numpy as np
import torch

from methods.ops.letterbox import Frame
from methods.ops.nms import box_nms, oks_nms
from methods.ops.oks import extents
from methods.posedet.network import STRIDES
from methods.settings import Settings, setting, switch
from methods.skeletons import COCO17, Skeleton
from methods.types import Poses

MAX_PEOPLE = 100  # the authors' limit


class PoseDetSettings(Settings):
    """Thresholds of PoseDet, and the choices of Tables 4 and 5."""

    pose_confidence: float = setting(0.45, 0.001, 1.0, "poses with a lower score are left out")
    pose_oks: float = setting(0.3, 0.0, 1.0, "of two poses that are more alike, the better stays", unit="OKS")
    refine: bool = switch(True, "refine the coarse poses by their pose embedding")
    suppress_by_box: bool = switch(
        False, "suppress by how much the boxes around poses overlap, as detectors do, in place of how alike poses are"
    )
    pose_iou: float = setting(
        0.5, 0.0, 1.0, "of two poses whose boxes overlap by more, the better stays, if suppressed by box", unit="IoU"
    )

    @classmethod
    def evaluation(cls) -> "PoseDetSettings":
        """The authors' score threshold; poses may be more alike than in the demo, since doubles cost AP little."""
        return cls(pose_confidence=0.05, pose_oks=0.4)


@dataclass(frozen=True)
class PoseDetIntermediate:
    """The M candidates above the score threshold, best first; pixels of the original image.

    points [M, 2], from where the displacements of equation 3 start; coarse, refined [M, K, 2]; scores [M];
    kept [M]: who stays. score_maps: for each level's stride uint8 [h, w], the score of each cell's candidate, 255 for
    1; `frame` says where their cells, `stride` input pixels each, are in the image.
    """

    points: np.ndarray
    coarse: np.ndarray
    refined: np.ndarray
    scores: np.ndarray
    kept: np.ndarray
    score_maps: dict[int, np.ndarray]
    frame: Frame


def decode(
    outputs: dict[str, torch.Tensor], frame: Frame, settings: PoseDetSettings, skeleton: Skeleton = COCO17
) -> tuple[Poses, PoseDetIntermediate]:
    """Candidates of one image (Candidates and score_maps of methods.posedet.candidates, without B) to people.

    OKS is taken in pixels of the original image. A pose's box is that around its keypoints.
    """
    order = outputs["scores"].argsort(descending=True, stable=True)
    order = order[outputs["scores"][order] >= settings.pose_confidence]
    scores = outputs["scores"][order].numpy()
    points, coarse, refined = (
        frame.to_original(outputs[name][order].numpy()) for name in ("points", "coarse", "refined")
    )
    poses = refined if settings.refine else coarse
    boxes = extents(poses)
    if settings.suppress_by_box:
        survivors = box_nms(torch.from_numpy(boxes), torch.from_numpy(scores), settings.pose_iou, MAX_PEOPLE).numpy()
    else:
        survivors = oks_nms(poses, scores, np.array(skeleton.sigmas), settings.pose_oks, MAX_PEOPLE)
    kept = np.zeros(len(order), dtype=bool)
    kept[survivors] = True
    maps = {stride: outputs[f"scores_{stride}"].numpy() for stride in STRIDES if f"scores_{stride}" in outputs}
    intermediate = PoseDetIntermediate(points, coarse, refined, scores, kept, maps, frame)
    inside = np.clip(boxes[kept], 0, [frame.width, frame.height] * 2)
    unknown = np.full(poses[kept].shape[:2], np.nan)  # a pose is scored as a whole
    return Poses(inside, scores[kept], poses[kept], unknown, skeleton=skeleton), intermediate
