"""What DetPoseNet's coarse-pose filter brings against suppression of boxes (sections III-B and IV-D, Figure 9).

How often single people are looked at, who is found with the one and not with the other, and who is recovered: people
whom keypoints gave away, not a box. A person is found where a pose reaches an OKS of 0.5.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import torch

from methods.analysis.study import (
    ABLATION_COLUMNS,
    FOUND_AT,
    Ablation,
    MethodStudy,
    TextTable,
    check,
    compare_ablations,
    facts,
    found_people,
)
from methods.data.coco import CocoKeypoints
from methods.detposenet.decode import DetPoseNetSettings
from methods.detposenet.filtering import Verdict
from methods.method import Method, Raw
from methods.metrics.matching import match
from methods.metrics.results import Result
from methods.ops.nms import box_nms
from methods.types import Prediction

# IoU above which of two boxes the better stays; of the ways without filtering.
NMS = (0.3, 0.5, 0.7, 0.9)
MOST_BOXES = 100  # of an image, as detectors on COCO are judged by
FILTER, UNRECOVERED = "coarse-pose filtering", "filtering without recovering"


class FilterAblation(Ablation):
    """One way of choosing whom to refine, and whom it finds.

    runs: how often the single-person network looked; per_person: for each labelled person; found: labelled people that
    it finds; lost: those whom the filter finds and this way does not; won: the other way round.
    """

    runs: int
    per_person: float
    found: int
    lost: int
    won: int


class Recovered(Result):
    """People without a box of their own whom the demo preset shows.

    images: with at least one of them; people: all; right: an annotated person whom nobody finds when recovering is off;
    again: one who is found anyhow. The others are found nowhere near an annotated person.
    """

    images: int
    people: int
    right: int
    again: int

    def to_pandas(self) -> pd.DataFrame:
        """One row."""
        return pd.DataFrame([self.model_dump()])


class Filtering(MethodStudy):
    """What `measure_filtering` found, and how; the first row is coarse-pose filtering."""

    detector: str  # whose boxes they are
    rows: tuple[FilterAblation, ...]
    recovered: Recovered

    def to_pandas(self) -> pd.DataFrame:
        """One row for each way."""
        return pd.concat([row.to_pandas() for row in self.rows], ignore_index=True)

    def heading(self) -> str:
        """With whose boxes they are."""
        return f"{super().heading()}; boxes of {self.detector}"

    def sentences(self) -> list[str]:
        """Runs and AP against the best suppression of boxes, and the recovered."""
        first, other = self.rows[0], max(self.rows[2:], key=lambda row: row.ap.ap)
        shown = self.recovered
        return [
            f"On {self.images} images the filter refines {first.per_person:.2f} times for each labelled person and"
            f" finds {first.found} of {self.people}; the best suppression, {other.name}, {other.per_person:.2f} times"
            f" and {other.found}. {other.lost} people are found by the filter alone, {other.won} by suppression alone;"
            f" the suppression's AP less the filter's is {other.gain_text}.",
            f"With the demo preset {shown.images} images show {shown.people} recovered people: {shown.right} are people"
            f" whom nobody else finds, {shown.again} are found anyhow.",
        ]

    def tables(self) -> list[TextTable]:
        """The ways."""
        columns = ("Runs", "A person", "Found", "Lost", "Won", *ABLATION_COLUMNS)
        rows = []
        for row in self.rows:
            name, *scores = row.cells()
            counts = (str(row.runs), f"{row.per_person:.2f}", str(row.found), str(row.lost), str(row.won))
            rows.append((name, *counts, *scores))
        return [TextTable(("Boxes by", *columns), rows)]


def measure_filtering(
    method: Method,
    data: CocoKeypoints,
    settings: DetPoseNetSettings | None = None,
    suppressions: Sequence[float] = NMS,
    progress: Callable[[int], None] = lambda done: None,
    command: str | None = None,
) -> Filtering:
    """Run a DetPoseNet over `data` with its filter, then on all boxes that suppression by IoU leaves, without it.

    A run is one crop seen by the third stage. `settings` defaults to the evaluation preset, at which every pose that is
    refined is also kept. `progress` is called with the number of images done. Raises DataError where the method is no
    DetPoseNet or there is no labelled person.
    """
    check(method, DetPoseNetSettings, data, "filter to be compared; give a variant of DetPoseNet")
    settings = settings or DetPoseNetSettings.evaluation()
    names = [FILTER, UNRECOVERED, *(f"box IoU {value:g}" for value in suppressions)]
    runs: dict[str, int] = dict.fromkeys(names, 0)
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    shown = ShownPeople(method)
    for done, image in enumerate(data, 1):
        pixels = image.read()
        raw = method.infer([pixels])[0]
        for name, recover in zip(names[:2], (True, False), strict=True):
            prediction = method.decode(raw, settings.model_copy(update={"recover": recover}))
            runs[name] += int(np.isin(prediction.intermediate.verdicts, (Verdict.KEPT, Verdict.RECOVERED)).sum())
            found[name] += prediction.poses.to_coco(image.image_id)
        shown.add(raw, image.image_id)
        boxes = boxes_found(raw)
        everything = refine_all(method, pixels, boxes[suppress(boxes, max(suppressions))])
        for name, value in zip(names[2:], suppressions, strict=True):
            some = leave(everything, value)
            runs[name] += int((some.outputs["scores"] >= 0).sum())
            found[name] += method.decode(some, settings).poses.to_coco(image.image_id)
        progress(done)
    ways, matchings = compare_ablations(data, found)
    by_filter = found_people(matchings[FILTER])
    known = facts(method, data, settings, command)
    rows = []
    for way in ways:
        here = found_people(matchings[way.name])
        rows.append(
            FilterAblation(
                **dict(way),
                runs=runs[way.name],
                per_person=runs[way.name] / known["people"],
                found=len(here),
                lost=len(np.setdiff1d(by_filter, here)),
                won=len(np.setdiff1d(here, by_filter)),
            )
        )
    detector = method.detector.name if method.detector else method.name
    return Filtering(**known, detector=detector, rows=tuple(rows), recovered=shown.judge(data))


class ShownPeople:
    """Gathers whom the demo preset shows, image by image, with and without recovering."""

    def __init__(self, method: Method) -> None:
        self.method = method
        self.results: dict[bool, list[dict[str, Any]]] = {True: [], False: []}
        self.recovered: list[bool] = []  # of results[True]

    def add(self, raw: Raw, image_id: int) -> None:
        """Decode one image's outputs both ways."""
        for recover, results in self.results.items():
            prediction = self.method.decode(raw, DetPoseNetSettings.demo().model_copy(update={"recover": recover}))
            results += prediction.poses.to_coco(image_id)
            if recover:
                self.recovered += recovered_people(prediction).tolist()

    def judge(self, data: CocoKeypoints) -> Recovered:
        """Match them with the annotated people."""
        flags = np.array(self.recovered, dtype=bool)
        images = {result["image_id"] for result, flag in zip(self.results[True], flags, strict=True) if flag}
        matching, without = (match(data, self.results[recover], [FOUND_AT]) for recover in (True, False))
        detection, person = matching.matched(FOUND_AT)
        theirs = person[flags[matching.detections.position[detection]]]
        again = np.isin(theirs, found_people(without))
        return Recovered(images=len(images), people=int(flags.sum()), right=int((~again).sum()), again=int(again.sum()))


def recovered_people(prediction: Prediction) -> np.ndarray:
    """Which of a prediction's N people were recovered, bool [N]."""
    intermediate = prediction.intermediate
    people = intermediate.people[intermediate.verdicts == Verdict.RECOVERED]
    return np.isin(np.arange(len(prediction.poses)), people)


def boxes_found(raw: Raw) -> np.ndarray:
    """The first stage's boxes with their scores, [N, 5] in pixels of the original image, best first."""
    scores = raw.outputs["scores"]
    own = (raw.outputs["holders"] == torch.arange(len(scores))) & (scores >= 0)
    boxes = raw.frame.boxes_to_original(raw.outputs["boxes"][own].numpy())
    return np.concatenate([boxes, scores[own, None].numpy()], axis=1)


def suppress(boxes: np.ndarray, iou: float) -> np.ndarray:
    """Indices of boxes [N, 5] that suppression leaves, MOST_BOXES at most."""
    return box_nms(torch.from_numpy(boxes[:, :4]), torch.from_numpy(boxes[:, 4]), iou, MOST_BOXES).numpy()


def refine_all(method: Any, pixels: np.ndarray, boxes: np.ndarray) -> Raw:
    """Every one of boxes [N, 5] refined, without the filter."""
    before = method.filtered
    method.filtered = False
    try:
        return method.infer([pixels], boxes=[boxes])[0]
    finally:
        method.filtered = before


def leave(raw: Raw, iou: float) -> Raw:
    """`raw` as if only the boxes that suppression leaves had been refined."""
    outputs = raw.outputs
    own = outputs["rows"] >= 0
    boxes = torch.cat([outputs["boxes"][own], outputs["scores"][own, None]], dim=1).numpy()
    return only(raw, suppress(boxes, iou))


def only(raw: Raw, chosen: np.ndarray) -> Raw:
    """`raw` as if only the chosen ones of all P refined boxes, as bool [P] or their indices, had been refined."""
    outputs = raw.outputs
    own = (outputs["rows"] >= 0).nonzero()[:, 0][torch.from_numpy(chosen)]
    scores = torch.full_like(outputs["scores"], -1)
    scores[own] = outputs["scores"][own]
    return replace(raw, outputs=outputs | {"scores": scores})
