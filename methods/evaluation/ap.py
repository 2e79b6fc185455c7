"""Average precision and recall of keypoints (AP, AR), as COCO defines them, computed by pycocotools."""

import io
import math
from collections.abc import Sequence
from contextlib import redirect_stdout
from typing import Annotated, Any

import numpy as np
import pandas as pd
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from methods.data.coco import CocoKeypoints
from methods.errors import DataError

PERSON = 1  # category id, here and in Poses.to_coco

# JSON has no NaN: it is written as null and read back as NaN.
Score = Annotated[float, BeforeValidator(lambda value: math.nan if value is None else value)]


class KeypointAP(BaseModel):
    """COCO's ten keypoint measures, each 0..1; NaN where undefined, because there is no such person in the truth.

    OKS 0.50:0.05:0.95, or at 0.50 or 0.75 alone; at most 20 people an image; medium people have an area of
    32^2..96^2 square pixels, large ones more. `model_dump_json` writes it, `model_validate_json` reads it.
    """

    model_config = ConfigDict(frozen=True)

    ap: Score = Field(title="AP")
    ap50: Score = Field(title="AP50")
    ap75: Score = Field(title="AP75")
    ap_medium: Score = Field(title="AP medium")
    ap_large: Score = Field(title="AP large")
    ar: Score = Field(title="AR")
    ar50: Score = Field(title="AR50")
    ar75: Score = Field(title="AR75")
    ar_medium: Score = Field(title="AR medium")
    ar_large: Score = Field(title="AR large")

    @classmethod
    def from_values(cls, values: Sequence[float] | np.ndarray) -> "KeypointAP":
        """From ten numbers in the order of the fields, which is the order of pycocotools."""
        return cls(**dict(zip(cls.model_fields, map(float, values), strict=True)))

    @classmethod
    def titles(cls) -> dict[str, str]:
        """Field to the name that people read."""
        return {name: field.title or name for name, field in cls.model_fields.items()}

    def to_pandas(self) -> pd.DataFrame:
        """One row, a column for each measure."""
        return pd.DataFrame([self.model_dump()])

    def __str__(self) -> str:
        return ", ".join(f"{title} {score_text(getattr(self, name))}" for name, title in self.titles().items())


def score_text(value: float) -> str:
    """Three decimals; a dash where the measure is undefined."""
    return "-" if math.isnan(value) else f"{value:.3f}"


def keypoint_ap(data: CocoKeypoints, detections: Sequence[dict[str, Any]]) -> KeypointAP:
    """The ten measures of COCO results (Poses.to_coco) against a data set; see `match` and `summarise`."""
    return summarise(match(data, detections))


def match(data: CocoKeypoints, detections: Sequence[dict[str, Any]]) -> COCOeval:
    """Match detections with people, image by image; the answer holds `evalImgs` for everything that is counted.

    Crowds and people without labelled joints are ignored, as are detections matched with them. A detection with a
    `bbox` counts as medium or large by the area of that box, else by its keypoints' extent (pycocotools' rule).
    Raises DataError where a detection belongs to no image of `data` or has another number of joints.
    """
    _check(data, detections)
    truth = _coco(
        {
            "images": [{"id": image.image_id} for image in data],
            "categories": [{"id": PERSON, "name": "person"}],
            "annotations": _truth(data),
        }
    )
    with redirect_stdout(io.StringIO()):
        # Copies, for loadRes writes into them. It cannot take an empty list.
        found = (
            truth.loadRes([dict(detection) for detection in detections]) if detections else _coco({"annotations": []})
        )
        evaluator = COCOeval(truth, found, "keypoints")
        evaluator.params.kpt_oks_sigmas = np.array(data.skeleton.sigmas)
        evaluator.evaluate()
    return evaluator


def summarise(evaluator: COCOeval) -> KeypointAP:
    """The ten measures of what `match` returned: 0 where there are people but no detections, NaN where no people."""
    with redirect_stdout(io.StringIO()):
        evaluator.accumulate()
        evaluator.summarize()
    return KeypointAP.from_values(np.where(evaluator.stats < 0, np.nan, evaluator.stats))


def _coco(dataset: dict[str, Any]) -> COCO:
    coco = COCO()
    coco.dataset = dataset
    with redirect_stdout(io.StringIO()):
        coco.createIndex()
    return coco


def _truth(data: CocoKeypoints) -> list[dict[str, Any]]:
    """Annotations as pycocotools wants them; numbered from 1, because it takes a match with id 0 for no match."""
    annotations: list[dict[str, Any]] = []
    for image in data:
        people = image.people
        for i, annotation in enumerate(people.annotations):
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": image.image_id,
                    "category_id": PERSON,
                    "bbox": annotation["bbox"],
                    "keypoints": annotation["keypoints"],
                    "num_keypoints": int((people.visibility[i] > 0).sum()),
                    "area": float(people.areas[i]),
                    "iscrowd": int(people.is_crowd[i]),
                }
            )
    return annotations


def _check(data: CocoKeypoints, detections: Sequence[dict[str, Any]]) -> None:
    known = {image.image_id for image in data}
    expected = 3 * len(data.skeleton)
    for detection in detections:
        if detection["image_id"] not in known:
            raise DataError(
                f"A detection belongs to image {detection['image_id']}, which is not in {data.name};"
                " give the detections of this data set."
            )
        if len(detection["keypoints"]) != expected:
            raise DataError(
                f"A detection has {len(detection['keypoints'])} keypoint numbers, {data.name} ({data.skeleton.name})"
                f" needs {expected}; evaluate a method of that skeleton."
            )
