"""`python -m methods study fusion`: KAPAO's Table 4 and Figure 4, right."""

from __future__ import annotations

from typing import Any

from methods.cli.study.measuring import study


@study("kapao-n")
def fusion(method: Any, data: Any, settings: Any, **also: Any) -> Any:
    """What fusing keypoint objects with pose objects brings, and which keypoints it moves (KAPAO, Table 4, Figure 4).

    AP of pose objects alone, of fused poses, and with other confidences of keypoint objects; how far fusion moves
    keypoints, and how many come nearer to their annotations. Rate is the paper's: keypoint objects that are fused for
    each labelled keypoint of the data.
    """
    from methods.kapao.studies import measure_fusion

    return measure_fusion(method, data, settings, **also)
