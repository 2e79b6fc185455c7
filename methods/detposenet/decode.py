"""DetPoseNet's decoding: coarse-pose filtering with the user's thresholds, and the refined poses of who stays."""

from dataclasses import dataclass

import numpy as np
import torch

from methods.detposenet.filtering import Filtered, Verdict, filter_proposals
from methods.detposenet.grouping import Proposals
from methods.ops.letterbox import Frame
from methods.ops.nms import oks_nms
from methods.settings import Settings, setting, switch
from methods.skeletons import COCO17
from methods.types import Poses

MAX_PEOPLE = 100
# Height on a final heat map from which a keypoint counts in its pose\'s score (Xiao et al., ECCV 2018).
SURE_KEYPOINT = 0.2

# The loosest filter: only what passes it is refined, because refining is what takes long. Settings go no further.
LEAST_SCORE, LEAST_KEYPOINTS, MOST_ALIKE = 0.06, 1, 0.7


class DetPoseNetSettings(Settings):
    """Thresholds of Algorithm 1 and of the refined poses; the paper gives none.

    A person's score is that of the box times that of the keypoints; of a recovered one, who has no box, it is the mean
    height of the refined keypoints.
    """

    pose_confidence: float = setting(
        0.3, 0.001, 1.0, "poses with a lower score, of box and keypoints together, are left out"
    )
    box_confidence: float = setting(0.25, LEAST_SCORE, 1.0, "boxes with a lower score are not looked at")
    min_keypoints: float = setting(
        3, LEAST_KEYPOINTS, 16, "boxes whose coarse pose has no more keypoints are left out", unit="keypoints", step=1
    )
    coarse_oks: float = setting(
        0.4, 0.05, MOST_ALIKE, "of two coarse poses that are more alike, the one of the better box stays", unit="OKS"
    )
    recover: bool = switch(True, "look also where keypoints were found whose person has no box")
    pose_oks: float = setting(0.4, 0.0, 1.0, "of two refined poses that are more alike, the better stays", unit="OKS")

    @classmethod
    def evaluation(cls) -> "DetPoseNetSettings":
        """The loosest filter, which is what is refined."""
        return cls(
            pose_confidence=0.001,
            box_confidence=LEAST_SCORE,
            min_keypoints=LEAST_KEYPOINTS,
            coarse_oks=MOST_ALIKE,
            pose_oks=0.9,
        )


MAPS = ("scale_32", "scale_16", "scale_8", "scale_4", "regressed")  # of refined people, as far as a network has them


@dataclass(frozen=True)
class DetPoseNetIntermediate:
    """T proposals in the order in which they were filtered, and the maps; pixels of the original image.

    boxes [T, 4]; scores [T]; coarse [T, K, 3]: x, y, height, NaN for keypoints not found; verdicts [T], of Verdict;
    same_as [T]: the proposal with the same pose, else -1; people [T]: the predicted person whose proposal it is,
    else -1. heatmaps uint8 [K, h, w]: heat maps, 255 for 1, in cells of `stride` input pixels; limbs [L, 2, h, w]: part
    affinities x, y in cells of `limb_stride`; `frame` says where the input lies in the image.
    crops [P, 4] of the predicted people whose maps were kept, who are `mapped` [P]; refined: by name uint8
    [P, K, h, w], 255 for 1: their heat maps of the last hourglass, `scale_STRIDE` in pixels of the crop, and
    `regressed`, those after multi-scale regression.
    """

    boxes: np.ndarray
    scores: np.ndarray
    coarse: np.ndarray
    verdicts: np.ndarray
    same_as: np.ndarray
    people: np.ndarray
    heatmaps: np.ndarray
    limbs: np.ndarray
    stride: int
    limb_stride: int
    frame: Frame
    crops: np.ndarray
    mapped: np.ndarray
    refined: dict[str, np.ndarray]


def decode(
    outputs: dict[str, torch.Tensor], frame: Frame, settings: DetPoseNetSettings, stride: int, limb_stride: int
) -> tuple[Poses, DetPoseNetIntermediate]:
    """One image's proposals and refined poses to people.

    boxes [T, 4], scores [T], coarse [T, K, 3] (-1 in place of NaN), holders [T]: the fields of Proposals, padded with
    rows of score -1;
    rows [T]: the row of `refined` [R, K, 3] (x, y, height) that refines each proposal, or one of the same pose, -1 for
    none; crops [P, 4] and MAPS [P, K, h, w] of the first rows; heatmaps and limbs as in the intermediate outputs;
    filtered: 0 where every box was to be refined.
    """
    real = outputs["scores"] >= 0
    boxes, scores, coarse, rows = (outputs[name][real].numpy() for name in ("boxes", "scores", "coarse", "rows"))
    coarse = np.where(coarse[..., 2:] < 0, np.nan, coarse)
    proposals = Proposals(boxes, scores, coarse, outputs["holders"][real].numpy().astype(np.int64))
    rows = rows.astype(np.int64)
    if outputs["filtered"]:
        found = filter_proposals(
            proposals, settings.box_confidence, settings.min_keypoints, settings.coarse_oks, settings.recover
        )
    else:
        sure = np.where(scores >= settings.box_confidence, Verdict.KEPT, Verdict.UNSURE)
        found = Filtered(np.where(rows >= 0, sure, Verdict.UNSURE), np.full(len(boxes), -1), boxes)
    kept = found.kept[rows[found.kept] >= 0]
    refined = outputs["refined"].numpy()[rows[kept]]
    points, heights = frame.to_original(refined[..., :2]), refined[..., 2].clip(0, 1)
    total = scores[kept] * keypoint_confidence(heights)
    recovered = found.verdicts[kept] == Verdict.RECOVERED
    total[recovered] = heights[recovered].mean(axis=1)  # how much of somebody there is, since no box tells
    stay = np.flatnonzero(total >= settings.pose_confidence)
    stay = stay[oks_nms(points[stay], total[stay], np.array(COCO17.sigmas), settings.pose_oks, MAX_PEOPLE)]
    poses = Poses(frame.boxes_to_original(found.boxes[kept][stay]), total[stay], points[stay], heights[stay])
    people = np.full(len(boxes), -1)
    order = stay[np.argsort(-total[stay], kind="stable")]
    people[kept[order]] = np.arange(len(stay))
    mapped = rows[kept[order]] < len(outputs["crops"])
    maps = {name: outputs[name].numpy()[rows[kept[order]][mapped]] for name in ("crops", *MAPS) if name in outputs}
    intermediate = DetPoseNetIntermediate(
        frame.boxes_to_original(found.boxes),
        scores,
        np.concatenate([frame.to_original(coarse[..., :2]), coarse[..., 2:]], axis=2),
        found.verdicts,
        found.same_as,
        people,
        outputs["heatmaps"].numpy(),
        outputs["limbs"].numpy(),
        stride,
        limb_stride,
        frame,
        frame.to_original(maps.pop("crops").reshape(-1, 2, 2)).reshape(-1, 4),
        np.flatnonzero(mapped),
        maps,
    )
    return poses, intermediate


def keypoint_confidence(heights: np.ndarray) -> np.ndarray:
    """Mean height [N] of the keypoints [N, K] that are at least SURE_KEYPOINT high; 0 where none is."""
    sure = heights >= SURE_KEYPOINT
    return (heights * sure).sum(axis=1) / np.maximum(sure.sum(axis=1), 1)
