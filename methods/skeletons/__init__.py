"""Which keypoints somebody has, as data: `Skeleton`, the published ones, and finding one by its keypoints' names."""

from methods.skeletons.body import AI_CHALLENGER14, COCO17, CROWDPOSE14, H36M17, HALPE26, MPII16, POSETRACK17
from methods.skeletons.known import KNOWN, assumed, find_known, known_skeleton, shared_names
from methods.skeletons.skeleton import DEFAULT_SIGMA, Part, Skeleton, normal_name
from methods.skeletons.special import AP10K17, HAND21
from methods.skeletons.whole_body import COCO_WHOLEBODY133, HALPE136

__all__ = [
    "AI_CHALLENGER14",
    "AP10K17",
    "COCO17",
    "COCO_WHOLEBODY133",
    "CROWDPOSE14",
    "DEFAULT_SIGMA",
    "H36M17",
    "HALPE26",
    "HALPE136",
    "HAND21",
    "KNOWN",
    "MPII16",
    "POSETRACK17",
    "Part",
    "Skeleton",
    "assumed",
    "find_known",
    "known_skeleton",
    "normal_name",
    "shared_names",
]
