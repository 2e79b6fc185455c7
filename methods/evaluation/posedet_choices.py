"""PoseDet's ablations on given weights: coarse or refined poses (Table 4), suppression by OKS or by box (Table 5)."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from methods.data.coco import CocoKeypoints
from methods.errors import DataError
from methods.evaluation.ap import KeypointAP, match, summarise
from methods.evaluation.crowding import crowded
from methods.evaluation.difference import Difference, ap_gains
from methods.method import Method
from methods.posedet.decode import PoseDetSettings

# What is compared with the first of each; the names are for people.
REFINEMENT: dict[str, dict[str, Any]] = {"coarse poses": {"refine": False}, "refined poses": {"refine": True}}
THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
SUPPRESSION: dict[str, dict[str, Any]] = {
    **{f"box IoU {value:g}": {"suppress_by_box": True, "pose_iou": value} for value in THRESHOLDS},
    **{f"OKS {value:g}": {"suppress_by_box": False, "pose_oks": value} for value in THRESHOLDS},
}


class Choice(BaseModel):
    """AP with one choice of settings, on all photos and on the crowded ones.

    `gain` is AP minus that of the first choice, with its 95 % interval, both from resampled photos in pairs.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    changes: dict[str, Any]
    ap: KeypointAP
    ap_crowded: KeypointAP | None  # None where no photo is crowded
    gain: float
    gain_low: float
    gain_high: float


class PoseDetChoices(BaseModel):
    """What `compare_choices` found, and how."""

    model_config = ConfigDict(frozen=True)

    method: str
    data: str
    images: int
    crowded_images: int
    settings: dict[str, Any]  # before the changes
    input_size: int
    rows: tuple[Choice, ...]
    command: str | None = None

    def to_pandas(self) -> pd.DataFrame:
        """One row for each choice."""
        columns = ("name", "gain", "gain_low", "gain_high")
        return pd.DataFrame(
            [
                {name: getattr(row, name) for name in columns}
                | row.ap.model_dump()
                | {"ap_crowded": row.ap_crowded.ap if row.ap_crowded else np.nan}
                for row in self.rows
            ]
        )


def compare_choices(
    method: Method,
    data: CocoKeypoints,
    choices: dict[str, dict[str, Any]],
    settings: PoseDetSettings | None = None,
    progress: Callable[[int], None] = lambda done: None,
    command: str | None = None,
) -> PoseDetChoices:
    """Run a PoseDet over `data` once and decode with each of the named changes to `settings` (default: evaluation).

    `progress` is called with the number of images done. Raises DataError where the method is no PoseDet or there is no
    image.
    """
    settings = settings or PoseDetSettings.evaluation()
    if method.Settings is not PoseDetSettings:
        raise DataError(f"{method.name} has no such choices; give a variant of PoseDet.")
    if not len(data):
        raise DataError(f"{data.name} has no images; give annotations of at least one.")
    ways = {name: settings.model_copy(update=changes) for name, changes in choices.items()}
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in ways}
    for done, image in enumerate(data, 1):
        raw = method.infer([image.read()])[0]
        for name, way in ways.items():
            found[name] += method.decode(raw, way).poses.to_coco(image.image_id)
        progress(done)
    busy = crowded(data)
    gains = ap_gains({name: match(data, detections) for name, detections in found.items()})
    rows = [_choice(name, choices[name], busy, found[name], *gains[name]) for name in ways]
    return PoseDetChoices(
        method=method.name,
        data=data.name,
        images=len(data),
        crowded_images=len(busy),
        settings=settings.model_dump(),
        input_size=method.input_size,
        rows=tuple(rows),
        command=command,
    )


def _choice(
    name: str,
    changes: dict[str, Any],
    busy: CocoKeypoints,
    found: list[dict[str, Any]],
    ap: KeypointAP,
    gain: Difference,
) -> Choice:
    ids = {image.image_id for image in busy}
    in_crowds = [detection for detection in found if detection["image_id"] in ids]
    return Choice(
        name=name,
        changes=changes,
        ap=ap,
        ap_crowded=summarise(match(busy, in_crowds)) if len(busy) else None,
        gain=gain.difference,
        gain_low=gain.low,
        gain_high=gain.high,
    )
