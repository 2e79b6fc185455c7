"""`python -m methods study` filtering and coarse-to-refined: DetPoseNet, sections III-B, III-C and IV-D."""

from __future__ import annotations

from typing import Any

from methods.cli.study.measuring import study


@study("detposenet-n")
def filtering(method: Any, data: Any, settings: Any, **also: Any) -> Any:
    """Coarse-pose filtering against suppression of boxes: single-person runs, people found, AP (section IV-D).

    And how many people the demo preset shows who were recovered from their keypoints. With --detector the boxes are
    another method's (Figure 9 of DetPoseNet).
    """
    from methods.detposenet.studies.filtering import measure_filtering

    return measure_filtering(method, data, settings, **also)


@study("detposenet-n")
def coarse_to_refined(method: Any, data: Any, settings: Any, **also: Any) -> Any:
    """What DetPoseNet's third stage brings: AP of the same people's coarse and refined poses, keypoint by keypoint."""
    from methods.detposenet.studies.coarse_to_refined import measure_third_stage

    return measure_third_stage(method, data, settings, **also)
