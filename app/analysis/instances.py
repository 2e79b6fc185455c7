"""Cards of single people: what is wrong with a method's predictions, or whom one method finds better than another."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from app.analysis.card import Card, Figure
from app.analysis.crops import wide_region_of
from app.analysis.dataset import Dataset, Run
from app.limits import CARD_PEOPLE, CASES
from methods.analysis.delta_oks import FOUND, DeltaOks, delta_oks
from methods.analysis.error_types import Kind, nearest_people
from methods.analysis.instances import BACKGROUND, MISSED, SCORING, FalsePositive, to_repair
from methods.analysis.repair import repaired_keypoints, repaired_precision
from methods.data.coco import AnnotatedImage
from methods.errors import DataError
from methods.metrics.detections import Detections
from methods.metrics.ground_truth import GroundTruth
from methods.metrics.paired_people import NEAR
from methods.metrics.results import signed_text

KEYPOINT_KINDS = tuple(kind.value for kind in Kind if kind is not Kind.GOOD)
NAMED = 3  # keypoints in a title
REPAIR = "Repair this one"
REPAIRED = dict.fromkeys(KEYPOINT_KINDS, ": repaired") | {
    BACKGROUND: ": removed",
    SCORING: ": the OKS becomes the score",
    MISSED: ": left out of the ground truth",
}
ORDERS = ("highest score first", "largest error first")


class Images:
    """The dataset's images, each read once; None for one that cannot be read any more."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._read: dict[int, np.ndarray | None] = {}

    def get(self, image_id: int) -> np.ndarray | None:
        """The image, RGB uint8 [H, W, 3]."""
        if image_id not in self._read:
            try:
                self._read[image_id] = self._dataset.images[image_id].read() if self._dataset.has_images else None
            except DataError:
                self._read[image_id] = None
        return self._read[image_id]


def error_rows(run: Run, kind: str, order: str) -> tuple[pd.DataFrame, int]:
    """The first CASES people with a error of that kind, in one of ORDERS, and how many there are.

    Columns person and detection (-1 for none), keypoint (a list), image_id, score, similarity.
    """
    table = run.error_table
    table = table[table["kind"] == kind]
    how = {"keypoint": list, "image_id": "first", "score": "first", "similarity": "min"}
    people = table.groupby(["person", "detection"], sort=False).agg(how).reset_index()
    by, rising = ("score", False) if order == ORDERS[0] else ("similarity", True)
    return people.sort_values(by, ascending=rising, kind="stable", ignore_index=True).head(CASES), len(people)


def false_positive_counts(run: Run) -> str:
    """How many of the method's false positives are of each kind, in words."""
    counts = Counter(run.false_positives.values())
    return ", ".join(f"{counts[kind]} {kind.value}" for kind in FalsePositive)


def error_cards(
    dataset: Dataset, name: str, kind: str, rows: pd.DataFrame, repaired: Collection[int] = ()
) -> list[Card]:
    """A card for each row of `error_rows`; those at the positions in `repaired` with the error repaired."""
    images = Images(dataset)
    return [
        _error_card(dataset, name, kind, row, images, position in repaired)
        for position, row in enumerate(rows.itertuples())
    ]


def _error_card(dataset: Dataset, name: str, kind: str, row: pd.Series, images: Images, repaired: bool) -> Card:
    run = dataset.runs[name]
    ground_truth = run.matching.ground_truth
    image = dataset.images[int(row.image_id)]
    person, detection = int(row.person), int(row.detection)
    detections = [detection] if detection >= 0 else _scored(run, person) if kind == SCORING else []
    found = [keypoints_found(run.matching.detections, each) for each in detections]
    meant = [person] if person >= 0 else _nearest(ground_truth, _people_of(ground_truth, image), found)
    true = [keypoints_of(ground_truth, each) for each in meant]
    area = wide_region_of([*(found or true), *(true if person >= 0 else [])], (image.width, image.height))
    ways: list[tuple[float, float, float, float]] = []
    if kind in KEYPOINT_KINDS and repaired:
        keypoints = repaired_keypoints(run.errors, {kind: detections})
        found = [keypoints_found(replace(run.matching.detections, keypoints=keypoints), detection)]
    elif kind in KEYPOINT_KINDS:
        wrong = [ground_truth.skeleton.keypoints.index(keypoint) for keypoint in row.keypoint]
        ways = [(*found[0][k], *true[0][k]) for k in wrong if np.isfinite(found[0][k]).all()]
    elif kind == BACKGROUND and repaired:
        found = []
    colours = [dataset.colours[name], "#8a8f98"]
    people = [Figure(each) for each in true]
    people += [Figure(each, colours[min(i, 1)], "found") for i, each in enumerate(found)]
    verdict, good = _repair_verdict(run, kind, person, detection) if repaired else ("", True)
    return Card(
        images.get(image.image_id),
        area,
        people,
        _title(kind, row, run, detections) + (REPAIRED[kind] if repaired else ""),
        _lines(run, person, detections, image),
        ways,
        verdict,
        good,
        button="" if repaired else REPAIR,
    )


def _title(kind: str, row: pd.Series, run: Run, detections: Sequence[int]) -> str:
    if kind in KEYPOINT_KINDS:
        named = ", ".join(keypoint.replace("_", " ") for keypoint in row.keypoint[:NAMED])
        return named + (f" and {len(row.keypoint) - NAMED} more" if len(row.keypoint) > NAMED else "")
    if kind == BACKGROUND:
        return run.false_positives[detections[0]].value
    if kind == SCORING:
        best, nearest = (run.matching.detections.scores[each] for each in detections)
        return f"score {best:.2f} wins over {nearest:.2f}, which is nearer"
    return "not found"


def _lines(run: Run, person: int, detections: Sequence[int], image: AnnotatedImage) -> list[str]:
    lines = []
    for each in detections:
        oks = f", OKS {run.oks(each, person):.2f}" if person >= 0 else ""
        lines.append(f"score {run.matching.detections.scores[each]:.2f}{oks}")
    return [*lines, image.file_name]


def _scored(run: Run, person: int) -> list[int]:
    """Of the detections that are nearest to a person that of the best score, and the most similar one."""
    near, nearest, oks = nearest_people(run.matching)
    detections = near[nearest == person]
    best = detections[run.matching.detections.scores[detections].argmax()]
    return [int(best), int(detections[oks[nearest == person].argmax()])]


def _repair_verdict(run: Run, kind: str, person: int, detection: int) -> tuple[str, bool]:
    """What AP becomes, and whether it does not fall: one pose's score can be worse beside those of others."""
    instance = to_repair(run.errors, kind, person, detection)
    after = repaired_precision(run.errors, {kind: instance}).mean()
    return f"AP {run.ap.ap:.4f} becomes {after:.4f} ({after - run.ap.ap:+z.4f})", bool(after >= run.ap.ap)


def difference_cards(
    dataset: Dataset, first: str, second: str, whole: bool = False, both: bool = False
) -> tuple[list[Card], str]:
    """Cards of the CASES people, or `whole` images, that the first method finds best before the second; a sentence.

    By the difference of OKS, KAPAO's equation 13: of an image it is the sum over people. With `both` only where both
    methods find everybody, as the paper chooses its examples.
    """
    runs = {name: dataset.runs[name] for name in (first, second)}
    found = delta_oks(runs[first].matching, runs[second].matching)
    images = Images(dataset)
    said = (
        f"Of {len(found.person)} people {int((found.delta > 0).sum())} have a higher OKS with {first} and"
        f" {int((found.delta < 0).sum())} with {second}; the differences sum to {found.delta.sum():+z.1f}."
    )
    if whole:
        table = found.by_image()
        table = table[(table["delta"] > 0) & (table["both_find"] | (not both))].head(CASES)
        return [_image_card(dataset, runs, row, images) for row in table.itertuples()], said
    wanted = (found.delta > 0) & ((np.minimum(found.first, found.second) > FOUND) | (not both))
    chosen = [i for i in np.argsort(-found.delta, kind="stable") if wanted[i]][:CASES]
    return [_person_card(dataset, runs, found, i, images) for i in chosen], said


def _person_card(dataset: Dataset, runs: dict[str, Run], found: DeltaOks, i: int, images: Images) -> Card:
    person = int(found.person[i])
    image = dataset.images[int(found.ground_truth.image_ids[found.ground_truth.image[person]])]
    oks = dict(zip(runs, (found.first[i], found.second[i]), strict=True))
    people = [Figure(keypoints_of(found.ground_truth, person))]
    for name, run in runs.items():
        nearest = int(run.best_detection[person])
        if nearest >= 0 and oks[name] > NEAR:  # anything less means somebody else
            people.append(Figure(keypoints_found(run.matching.detections, nearest), dataset.colours[name], "found"))
    lines = [*(f"{name}: OKS {value:.2f}" for name, value in oks.items()), image.file_name]
    area = wide_region_of([one.keypoints for one in people], (image.width, image.height))
    return Card(images.get(image.image_id), area, people, f"difference {signed_text(found.delta[i])}", lines)


def _image_card(dataset: Dataset, runs: dict[str, Run], row: pd.Series, images: Images) -> Card:
    image = dataset.images[int(row.image_id)]
    ground_truth = dataset.ground_truth
    everybody = _people_of(ground_truth, image)
    mine = sorted(everybody, key=lambda person: -ground_truth.areas[person])[:CARD_PEOPLE]
    people = [Figure(keypoints_of(ground_truth, person)) for person in mine]
    for name, run in runs.items():
        nearest = {int(run.best_detection[person]) for person in mine if run.best_oks[person] > NEAR}
        people += [
            Figure(keypoints_found(run.matching.detections, each), dataset.colours[name], "found")
            for each in sorted(nearest)
        ]
    names = list(runs)
    sums = zip(names, (row.first, row.second), strict=True)
    lines = [*(f"{name}: {value:.2f} of {row.people}" for name, value in sums), image.file_name]
    whole = (0.0, 0.0, float(image.width), float(image.height))
    return Card(images.get(image.image_id), whole, people, f"difference {signed_text(row.delta)}", lines)


def _people_of(ground_truth: GroundTruth, image: AnnotatedImage) -> list[int]:
    here = int(np.searchsorted(ground_truth.image_ids, image.image_id))
    return np.flatnonzero((ground_truth.image == here) & ~ground_truth.ignored).tolist()


def _nearest(ground_truth: GroundTruth, people: list[int], found: Sequence[np.ndarray]) -> list[int]:
    """Those CARD_PEOPLE of the people whose boxes' middles are nearest to what was found, keypoints [K, 2] each."""
    if len(people) <= CARD_PEOPLE:
        return people
    there = np.concatenate(found)
    place = np.nanmean(there, axis=0) if np.isfinite(there).any() else np.zeros(2)
    middles = ground_truth.boxes[people, :2] + ground_truth.boxes[people, 2:] / 2
    return [people[i] for i in np.argsort(((middles - place) ** 2).sum(axis=1), kind="stable")[:CARD_PEOPLE]]


def keypoints_of(ground_truth: GroundTruth, person: int) -> np.ndarray:
    """A true person's keypoints [K, 2]; NaN where none is labelled."""
    return np.where(ground_truth.labelled[person][:, None], ground_truth.keypoints[person], np.nan)


def keypoints_found(found: Detections, detection: int) -> np.ndarray:
    """A detection's keypoints [K, 2]; NaN where it has none."""
    return np.where(found.there[detection][:, None], found.keypoints[detection], np.nan)
