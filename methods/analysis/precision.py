"""How far keypoints and AP move when a network computes in bfloat16 instead of float32."""

from collections.abc import Callable

import numpy as np
from pydantic import BaseModel, ConfigDict

from methods.analysis.run import evaluate
from methods.data.coco import CocoKeypoints
from methods.errors import DataError
from methods.method import Method
from methods.settings import Settings
from methods.types import Poses

NEAR = 0.5  # px


class PrecisionShift(BaseModel):
    """What bfloat16 changed: `near` is the share of keypoints that moved by less than NEAR pixels of the image.

    Keypoints are those of people found with `settings` in float32 for whom bfloat16 found somebody too; AP is measured
    with the evaluation preset.
    """

    model_config = ConfigDict(frozen=True)

    method: str
    data: str
    images: int
    settings: dict[str, object]
    people: int  # found in float32
    keypoints: int
    near: float
    median: float  # px
    ap_fp32: float
    ap_bf16: float
    command: str | None = None


def measure_shift(
    exact: Method,
    half: Method,
    data: CocoKeypoints,
    settings: Settings | None = None,
    progress: Callable[[int], None] | None = None,
    command: str | None = None,
) -> PrecisionShift:
    """Run the same method in float32 (`exact`) and bfloat16 (`half`) over `data`.

    `settings` (default: the demo preset) choose the people whose keypoints are compared; `progress` is called with the
    number of images done. Raises DataError where nobody is found or an image cannot be read.
    """
    settings = settings or exact.Settings.demo()
    shifts: list[np.ndarray] = []
    people = 0
    for done, image in enumerate(data, 1):
        pixels = image.read()
        before, after = (method.predict([pixels], settings)[0].poses for method in (exact, half))
        people += len(before)
        shifts.append(keypoint_shifts(before, after))
        if progress:
            progress(done)
    moved = np.concatenate(shifts) if shifts else np.empty(0)
    if not len(moved):
        raise DataError(f"{exact.name} finds nobody on {data.name} with these settings; lower its confidence.")
    return PrecisionShift(
        method=exact.name,
        data=data.name,
        images=len(data),
        settings=settings.model_dump(),
        people=people,
        keypoints=len(moved),
        near=float((moved < NEAR).mean()),
        median=float(np.median(moved)),
        ap_fp32=evaluate(exact, data).ap.ap,
        ap_bf16=evaluate(half, data).ap.ap,
        command=command,
    )


def keypoint_shifts(before: Poses, after: Poses) -> np.ndarray:
    """Distances [n] in pixels between keypoints that both have, each person of `before` paired with the nearest box.

    n is at most N K; 0 where one of them is empty.
    """
    if not len(before) or not len(after):
        return np.empty(0)
    apart = np.abs(before.boxes[:, None] - after.boxes).sum(axis=2)  # [N, M]
    shifts = np.linalg.norm(before.keypoints - after.keypoints[apart.argmin(axis=1)], axis=2)
    return shifts[np.isfinite(shifts)]
