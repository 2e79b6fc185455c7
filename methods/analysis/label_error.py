"""A label that is probably wrong, in words, as a row and as a COCO annotation for a label tool."""

import json
from collections import Counter
from enum import StrEnum
from typing import Any

import pandas as pd
from pydantic import ConfigDict

from methods.data.coco import CocoKeypoints
from methods.metrics.results import Result

NAMED = 4  # keypoints in a sentence


class Kind(StrEnum):
    """What is probably wrong; see label_errors."""

    LEFT_AND_RIGHT = "left and right"
    ELSEWHERE = "elsewhere"
    NOT_ANNOTATED = "not annotated"
    DOUBLED = "doubled"


class LabelError(Result):
    """One doubt. `person` and `other` index the ground truth, -1 for nobody; `score`, 0..1, is what to sort by.

    methods: who agrees, none for doubled annotations. keypoints: those that are annotated elsewhere. box (x1, y1,
    width, height in pixels) and pose (x, y, flag of each keypoint): what the methods have in common; of a doubled
    annotation its own.
    """

    model_config = ConfigDict(frozen=True)

    kind: Kind
    score: float
    image_id: int
    file_name: str = ""
    person: int = -1
    other: int = -1
    annotation_id: int | str | None = None
    keypoints: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    box: tuple[float, float, float, float]
    pose: tuple[float, ...]

    @property
    def reason(self) -> str:
        """Why, in one sentence."""
        who = f"{len(self.methods)} methods"
        if self.kind is Kind.LEFT_AND_RIGHT:
            return f"{who} find this person with left and right the other way round."
        if self.kind is Kind.NOT_ANNOTATED:
            return f"{who} find the same person where nobody is annotated."
        if self.kind is Kind.DOUBLED:
            return "Another annotation of the image lies in the same place."
        named = ", ".join(name.replace("_", " ") for name in self.keypoints[:NAMED])
        more = f" and {len(self.keypoints) - NAMED} more" if len(self.keypoints) > NAMED else ""
        return f"{who} agree on another place for {named}{more}."

    def to_pandas(self) -> pd.DataFrame:
        """One row."""
        row = self.model_dump(
            mode="json", include={"kind", "score", "image_id", "file_name", "person", "annotation_id"}
        )
        return pd.DataFrame([row | {"reason": self.reason}])


class LabelErrors(Result):
    """All doubts about a data set's labels, the most probable first; `people` are those that count."""

    data: str
    images: int
    people: int
    methods: tuple[str, ...]
    keypoint_names: tuple[str, ...]
    errors: tuple[LabelError, ...]

    def to_pandas(self) -> pd.DataFrame:
        """One row for each."""
        columns = ["kind", "score", "image_id", "file_name", "person", "annotation_id", "reason"]
        tables = [one.to_pandas() for one in self.errors]
        return pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)

    def sentence(self) -> str:
        """How many of which kind."""
        counts = Counter(one.kind for one in self.errors)
        said = ", ".join(f"{kind.value} {counts[kind]}" for kind in Kind)
        return f"{len(self.errors)} labels to look at among {self.people} people in {self.images} images: {said}."

    def to_coco(self, data: CocoKeypoints) -> str:
        """JSON for a label tool: COCO annotations of what the methods have in common, of the images in doubt.

        Each has `kind`, `score` and `reason` besides, and the `annotation_id` of the annotation in doubt. A doubled
        one is as it is annotated.
        """
        doubted = {one.image_id for one in self.errors}
        images: list[dict[str, Any]] = [
            {"id": image.image_id, "file_name": image.file_name, "width": image.width, "height": image.height}
            for image in data
            if image.image_id in doubted
        ]
        category = {
            "id": data.category.id,
            "name": data.category.name,
            "keypoints": list(self.keypoint_names),
            "skeleton": [[a + 1, b + 1] for a, b in data.skeleton.limbs],
        }
        annotations = [
            {
                "id": number,
                "image_id": one.image_id,
                "category_id": data.category.id,
                "bbox": one.box,
                "area": one.box[2] * one.box[3],
                "iscrowd": 0,
                "keypoints": one.pose,
                "num_keypoints": sum(flag > 0 for flag in one.pose[2::3]),
                "annotation_id": one.annotation_id,
                "kind": one.kind.value,
                "score": round(one.score, 4),
                "reason": one.reason,
            }
            for number, one in enumerate(self.errors, 1)
        ]
        return json.dumps({"images": images, "annotations": annotations, "categories": [category]}, indent=1)
