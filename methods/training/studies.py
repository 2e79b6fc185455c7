"""The studies that go with published weights: what each family's paper claims of itself, measured on them."""

from collections.abc import Callable, Mapping

from methods.analysis.study import Study
from methods.catalog import DETECTOR, create
from methods.data.coco import CocoKeypoints
from methods.detposenet.decode import DetPoseNetSettings
from methods.detposenet.studies.coarse_to_refined import measure_third_stage
from methods.detposenet.studies.filtering import measure_filtering
from methods.hybridpose.decode import HybridPoseSettings
from methods.hybridpose.studies.keypoint_thresholds import KeypointThresholds, measure_thresholds
from methods.kapao.decode import KapaoSettings
from methods.kapao.studies import measure_fusion
from methods.method import Method
from methods.posedet.decode import PoseDetSettings
from methods.posedet.studies.choices import compare_choices, measure_refinement
from methods.settings import Settings


def measure_visibility_thresholds(method: Method, data: CocoKeypoints, command: str) -> KeypointThresholds:
    """`study visibility-maps`, whose other keypoint scores are those of DETECTOR."""
    return measure_thresholds(method, create(DETECTOR, str(method.device)), data, command=command)


# By the settings of a family.
STUDIES: Mapping[type[Settings], Mapping[str, Callable[..., Study]]] = {
    KapaoSettings: {"fusion": measure_fusion},
    HybridPoseSettings: {"visibility-maps": measure_visibility_thresholds},
    PoseDetSettings: {"refinement": measure_refinement, "suppression": compare_choices},
    DetPoseNetSettings: {"filtering": measure_filtering, "coarse-to-refined": measure_third_stage},
}


def measure_studies(method: Method, data: CocoKeypoints, where: str) -> dict[str, Study]:
    """Each study of the method's family on `data`, whose command line options are `where`; none for other families."""
    studies = next((some for family, some in STUDIES.items() if issubclass(method.Settings, family)), {})
    return {
        name: measure(method, data, command=f"python -m methods study {name} {method.name} {where}")
        for name, measure in studies.items()
    }
