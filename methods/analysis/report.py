"""Everything that is measured of several methods on several data sets, as one typed result."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import pandas as pd

from methods.analysis.crowd_levels import CrowdAP, crowd_ap
from methods.analysis.delta_oks import delta_oks
from methods.analysis.difference import Comparison, compare_samples, sample
from methods.analysis.error_types import find_errors
from methods.analysis.keypoints import KeypointScores, keypoint_scores
from methods.analysis.measures import Measures, measure
from methods.analysis.repair import ErrorCosts, error_costs
from methods.analysis.run import Evaluation
from methods.analysis.slices import SliceScores, slice_scores
from methods.data.coco import CocoKeypoints
from methods.data.reading import Reading
from methods.metrics.ap import KeypointAP, summarise
from methods.metrics.bootstrap import RESAMPLES
from methods.metrics.curves import CurveSummary, curve
from methods.metrics.labelled_keypoints import VisibilityMaps
from methods.metrics.mapk import Mapk, measure_mapk
from methods.metrics.matching import Matching, match, results_notes
from methods.metrics.results import Result
from methods.metrics.visibility import VisibilityScores
from methods.types import Poses

CURVES_AT = (0.5, 0.75, 0.85)  # OKS
COSTS_AT = (0.5, 0.85)
BEST_AT = 0.5  # OKS at which the score of the highest F1 is sought
SHOWN = 10  # people at either end of a list by delta-OKS
FEW = 20  # people of a size
FEW_TOLD = (
    "AP of so few {few} people says little: a detection that finds nobody is of its own box's size, so that the false"
    " ones can outnumber them by far."
)


class VisibilityReport(Result):
    """How well a method tells keypoints' visibility, where it does: states in annotated boxes, or HybridPose's maps."""

    states: VisibilityScores | None = None
    maps: VisibilityMaps | None = None

    @classmethod
    def of(cls, found: VisibilityScores | VisibilityMaps) -> "VisibilityReport":
        """What a family's own measurement of visibility found."""
        return cls(states=found) if isinstance(found, VisibilityScores) else cls(maps=found)

    def to_pandas(self) -> pd.DataFrame:
        """One row for each keypoint and kind."""
        parts = [one.to_pandas() for one in (self.states, self.maps) if one]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


class MethodReport(Result):
    """One method on one data set. `evaluation` is None where only detections are known, not how they were made."""

    name: str
    ap: KeypointAP
    evaluation: Evaluation | None
    curves: tuple[CurveSummary, ...]
    costs: tuple[ErrorCosts, ...]
    errors: dict[str, int]
    keypoints: KeypointScores
    slices: SliceScores
    crowd: CrowdAP
    mapk: Mapk  # of the people shown at the score of the best F1
    measures: Measures  # beside OKS
    visibility: VisibilityReport = VisibilityReport()

    def to_pandas(self) -> pd.DataFrame:
        """One row: the ten measures and the best operating point."""
        row = {"method": self.name} | self.ap.model_dump()
        best = self.curves[0].best
        return pd.DataFrame([row | {"score": best.score, "precision": best.precision, "recall": best.recall}])


class PersonDelta(Result):
    """One person whom two methods find very differently; `delta` is OKS with the first less OKS with the second."""

    image_id: int
    file_name: str
    person: int
    first: float
    second: float
    delta: float

    def to_pandas(self) -> pd.DataFrame:
        """One row."""
        return pd.DataFrame([self.model_dump()])


class PairReport(Result):
    """Two methods on one data set: all differences, and the people whom either finds better by most."""

    comparison: Comparison
    delta: str
    people: tuple[PersonDelta, ...]

    def to_pandas(self) -> pd.DataFrame:
        """One row for each difference."""
        return self.comparison.to_pandas()


class DataReport(Result):
    """Several methods on one data set."""

    name: str
    images: int
    people: int
    methods: tuple[MethodReport, ...]
    reading: Reading | None = None  # of the annotations
    notes: tuple[str, ...] = ()  # what is not as usual about the results
    pairs: tuple[PairReport, ...]

    @property
    def about(self) -> str:
        """How many people there are, of which size, a word of warning where AP of a size is that of a FEW, and what
        was made of the annotations and results."""
        sizes = {row.name: row.people for row in self.methods[0].slices.rows if row.group == "size"}
        said = " and ".join(f"{count} {name}" for name, count in sizes.items())
        few = " and ".join(name for name, count in sizes.items() if 0 < count < FEW)
        warning = f" {FEW_TOLD.format(few=few)}" if few else ""
        read = "".join(f" {one}" for one in [*(self.reading.sentences() if self.reading else []), *self.notes])
        return f"{self.people} people in {self.images} images, of COCO's sizes {said}.{warning}{read}"

    def to_pandas(self) -> pd.DataFrame:
        """One row for each method."""
        return pd.concat([method.to_pandas() for method in self.methods], ignore_index=True)


class Report(Result):
    """Everything; `command` is the one that made it."""

    sets: tuple[DataReport, ...]
    command: str | None = None

    def to_pandas(self) -> pd.DataFrame:
        """One row for each data set and method."""
        tables = [each.to_pandas() for each in self.sets]
        for table, each in zip(tables, self.sets, strict=True):
            table.insert(0, "data", each.name)
        return pd.concat(tables, ignore_index=True)


def report_on(
    data: CocoKeypoints,
    detections: Mapping[str, Sequence[dict[str, Any]]],
    evaluations: Mapping[str, Evaluation] | None = None,
    resamples: int = RESAMPLES,
    visibility: Mapping[str, VisibilityReport] | None = None,
) -> DataReport:
    """Judge each method's COCO results on one data set, and compare every two.

    `evaluations` say how they were made, `visibility` what was measured of keypoints' visibility.
    """
    matchings = {name: match(data, found) for name, found in detections.items()}
    reports = [
        _method(name, data, detections[name], matching, (evaluations or {}).get(name), resamples).model_copy(
            update={"visibility": (visibility or {}).get(name, VisibilityReport())}
        )
        for name, matching in matchings.items()
    ]
    samples = {name: sample(matching, resamples=resamples) for name, matching in matchings.items()}
    pairs = []
    for one, other in combinations(matchings, 2):
        comparison = compare_samples(matchings[one].ground_truth, samples[one], samples[other], (one, other))
        pairs.append(_pair(data, comparison, matchings[one], matchings[other]))
    people = int(sum(image.people.labelled.sum() for image in data))
    notes = results_notes(matchings)
    if data.reading and data.skeleton.name != data.reading.skeleton:
        notes.insert(0, f"Compared on {data.skeleton.name}.")
    return DataReport(
        name=data.name,
        images=len(data),
        people=people,
        methods=tuple(reports),
        reading=data.reading,
        notes=tuple(notes),
        pairs=tuple(pairs),
    )


def _method(
    name: str,
    data: CocoKeypoints,
    detections: Sequence[dict[str, Any]],
    matching: Matching,
    evaluation: Evaluation | None,
    resamples: int,
) -> MethodReport:
    errors = find_errors(matching)
    best = curve(matching, BEST_AT).best()
    return MethodReport(
        name=name,
        ap=summarise(matching),
        evaluation=evaluation,
        curves=tuple(curve(matching, oks).summary() for oks in CURVES_AT),
        costs=tuple(error_costs(matching, oks, errors) for oks in COSTS_AT),
        errors=errors.counts().to_dict(),
        keypoints=keypoint_scores(errors),
        slices=slice_scores(matching, min(resamples, 200)),
        crowd=crowd_ap(data, detections),
        mapk=measure_mapk(data, shown_poses(data, detections, best.score)),
        measures=measure(matching, detections),
    )


def _pair(data: CocoKeypoints, comparison: Comparison, first: Matching, second: Matching) -> PairReport:
    names = {image.image_id: image.file_name for image in data}
    delta = delta_oks(first, second)
    table = delta.to_pandas()
    table = table[table["delta"] != 0]
    ends = pd.concat([table.head(SHOWN), table.tail(max(0, min(SHOWN, len(table) - SHOWN)))])
    rows = ends.to_dict(orient="records")
    people = tuple(PersonDelta(**row, file_name=names[row["image_id"]]) for row in rows)
    return PairReport(comparison=comparison, delta=str(delta), people=people)


def shown_poses(data: CocoKeypoints, detections: Sequence[dict[str, Any]], score: float) -> list[Poses]:
    """COCO results of at least that score as the poses of each image, in the data set's order."""
    by_image: dict[int, list[dict[str, Any]]] = {image.image_id: [] for image in data}
    for detection in detections:
        counts = data.category.means(detection.get("category_id")) and detection["image_id"] in by_image
        if counts and detection["score"] >= score:
            by_image[detection["image_id"]].append(detection)
    return [poses_of(by_image[image.image_id], len(data.skeleton)) for image in data]


def poses_of(detections: list[dict[str, Any]], num_keypoints: int) -> Poses:
    """COCO results of one image as poses of so many keypoints; without `bbox` the box is that around the keypoints."""
    return Poses.from_coco(detections) if detections else Poses.empty(num_keypoints)
