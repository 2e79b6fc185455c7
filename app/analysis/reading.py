"""What visitors' files become, for page and lab alike: a dataset with runs, and what is to be said of them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.analysis.dataset import Dataset, Run
from methods.analysis.shared_keypoints import share_results
from methods.data.annotation_reading import CategoryChoice
from methods.data.coco import CocoKeypoints
from methods.data.formats.results import Results, sentences_of
from methods.data.formats.yolo_yaml import SPLITS
from methods.data.reading import reading_report
from methods.errors import DataError, FormField
from methods.metrics.matching import results_notes
from methods.skeletons import KNOWN, Skeleton, known_skeleton

CocoResults = Sequence[dict[str, Any]]
RunOf = Callable[[str, CocoKeypoints, CocoResults], Run | None]

# Labels of the fields, which messages name.
CATEGORY, SKELETON, SPLIT, RESULTS_SKELETON = "Category", "Skeleton", "Split of a YOLO set", "Skeleton of results"
FIELDS = {
    field: f'in the field "{label}"'
    for field, label in {
        FormField.CATEGORY: CATEGORY, FormField.SKELETON: SKELETON, FormField.SPLIT: SPLIT,
        FormField.RESULTS_SKELETON: RESULTS_SKELETON,
    }.items()
}  # fmt: skip
# Choices that say nothing: the reader then does what it does by itself.
USUAL_CATEGORY, USUAL_SKELETON = "person, or the only one", "as the file names them"
USUAL_SPLIT, USUAL_RESULTS = "val, or what there is", "as the annotations, or as their format says"
SKELETONS = [(USUAL_SKELETON, ""), *((name, name) for name in KNOWN)]
RESULTS_SKELETONS = [(USUAL_RESULTS, ""), *SKELETONS[1:]]
SPLIT_CHOICES = [(USUAL_SPLIT, ""), *((name, name) for name in SPLITS)]


def category_options(choices: Sequence[CategoryChoice]) -> list[tuple[str, str]]:
    """Labels and values of the categories of a file; the first leaves it to the reader."""
    found = [(f"{each.name} ({each.annotations:,} annotations)", each.value) for each in choices]
    return [(USUAL_CATEGORY, ""), *found]


def usual_sigmas(choices: Sequence[CategoryChoice], category: str, skeleton: str) -> tuple[str, str]:
    """The sigmas that hold where none are given, with commas between, and whose they are; empty where nobody knows."""
    found = _skeleton(choices, category, skeleton)
    if found is None:
        return "", ""
    alike = len(set(found.sigmas)) == 1
    text = f"{found.sigmas[0]:g}" if alike else ", ".join(f"{sigma:g}" for sigma in found.sigmas)
    return text, f"{found.name}: {found.sigmas_text}"


def _skeleton(choices: Sequence[CategoryChoice], category: str, skeleton: str) -> Skeleton | None:
    if skeleton:
        return known_skeleton(skeleton)
    by_value = {each.value: each.skeleton for each in choices}
    usual = choices[0].skeleton if len(choices) == 1 else by_value.get("person")
    return by_value.get(category) if category else usual


def matched_dataset(
    data: CocoKeypoints,
    has_images: bool,
    found: Mapping[str, Results],
    run_of: RunOf = lambda name, data, results: Run.of(data, results),
    notes: Sequence[str] = (),
) -> Dataset:
    """The data set with several methods' results, compared on the keypoints that all have.

    `run_of` matches one method's results, or gives None to leave it out; `notes` are more sentences for the report.
    Raises DataError where results do not fit.
    """
    shared, results = share_results(data, found)
    matched = {name: run_of(name, shared.data, each) for name, each in results.items()}
    runs = {name: run for name, run in matched.items() if run}
    counted = results_notes({name: run.matching for name, run in runs.items()})
    said = [*sentences_of(found), *notes, *filter(None, [shared.said]), *counted]
    return Dataset(shared.data, has_images, runs, tuple(reading_report(data.reading, said)))


def readable(data: CocoKeypoints) -> CocoKeypoints:
    """The data set without images that cannot be read, as its `reading` then says; raises DataError where none can."""
    kept, first = set(), None
    for image in data:
        try:
            image.read()
            kept.add(image.image_id)
        except DataError as error:
            first = first or error
    if first and not kept:
        raise first
    return data.only(kept, "that cannot be read")
