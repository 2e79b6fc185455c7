"""Somebody's results for one image as Poses: of any format, or the file that the page downloads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

import numpy as np

from methods.data.categories import PERSON
from methods.data.coco import AnnotatedImage, CocoKeypoints
from methods.data.coco_entries import shown
from methods.data.formats import detect, read_results
from methods.data.formats.bounds import check_bounds
from methods.data.formats.files import TEXT, Files
from methods.data.formats.format import ResultsFormat
from methods.data.formats.results import Results, sentences_of
from methods.data.image_files import ImageFiles, normal_path
from methods.data.people import people_of
from methods.errors import DataError
from methods.ops.oks import extents
from methods.skeletons import COCO17, Skeleton, assumed, shared_names
from methods.types import Poses

MAX_BYTES = 20_000_000  # results of all 5,000 images of COCO val2017 are about as large
MAX_PEOPLE = 300  # in one image, those of highest score; as many as any method here gives
MAX_METHODS = 12  # in one file; the page's own download has eight, and each is compared with every other
MAX_COMPARED = 800  # people of all methods in one image; matching them with those found here takes a second or two
MAX_MEMORY = 200_000_000  # bytes that the parsed file takes; results of all images of COCO val2017 take half of it
LONGEST_NAME = 60  # letters of a method's name, as many as fit above a panel
LARGEST = 1e9  # of coordinates and scores, which single precision holds

Found = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class ImageResults:
    """People of one image by method, with COCO's keypoints; `notes` say how they were read, a sentence each."""

    poses: dict[str, Poses]
    notes: tuple[str, ...]


def read_image_results(files: Files, image: str, size: tuple[int, int]) -> ImageResults:
    """The people that results of any format name in the image called `image`, of a width and height in pixels.

    All of it is one method called as the files, but for what the page downloads, which has several. Where there are
    results of several images, those count whose image is called so, with its ending or without. A keypoint at 0, 0 is
    not there (NaN), and where a score is above 1 the method's keypoints have none (NaN). Without a box it is that
    around the keypoints. Scores of people stay as they are, above 1 too: they rank people, as in COCO's evaluation.
    Other skeletons are taken to COCO's keypoints by name.

    Raises DataError, one sentence, for anything else, and for more than this module's bounds.
    """
    check_bounds([files], MAX_BYTES, MAX_MEMORY)
    given = _methods(files)
    if len(given) > MAX_METHODS:
        raise DataError(f"{files.name} names {len(given)} methods; give results of at most {MAX_METHODS} at once.")
    read = {method: read_results(each, _sized(each, image, size)) for method, each in given.items()}
    wanted = _choose_image([one for each in read.values() for one in each.found], files.name, image)
    most = min(MAX_PEOPLE, MAX_COMPARED // max(1, len(read)))
    poses, notes = {}, sentences_of(read)
    for method, results in read.items():
        found = [one for one in results.found if one["image_id"] in wanted]
        skeleton = _skeleton(results, files.name)
        poses[shown_name(method)] = _poses(found, skeleton, files.name, most)
        if skeleton.keypoints != COCO17.keypoints:
            count = len(shared_names(COCO17, skeleton)[0])
            notes.append(f"{method}: {count} keypoints of {skeleton.name} are shown, those that {COCO17.name} has too.")
    return ImageResults(poses, tuple(notes))


def shown_name(given: str) -> str:
    """A method's name from a file, short enough to be shown, without letters that are not seen.

    Figures take angle brackets for markup wherever a name stands, so these become round ones.
    """
    seen = "".join(letter for letter in given if letter.isprintable()).strip().translate({60: "(", 62: ")"})
    return (seen if len(seen) <= LONGEST_NAME else f"{seen[:LONGEST_NAME]}...") or "no name"


def _methods(files: Files) -> dict[str, Files]:
    """The files, or those of each method in what the page downloads."""
    entry = files.only_json
    value = files.json(entry, "results") if entry is not None and files.ending(TEXT) != [entry] else None
    if not isinstance(value, dict) or not isinstance(value.get("methods"), dict):
        return {files.name: files}
    found = {}
    for method, each in value["methods"].items():
        results = each.get("results") if isinstance(each, dict) else None
        if not isinstance(results, list):
            raise DataError(
                f"{files.name}: methods.{method[:LONGEST_NAME]}.results is {shown(results)}, not a list of results;"
                " give the file as it was downloaded."
            )
        found[method] = Files.of_value(files.name, results)
    return found


def _sized(files: Files, image: str, size: tuple[int, int]) -> CocoKeypoints | None:
    """A data set of this image, for a format whose results are shares of an image's size; one file of it is of this
    image, whatever that is called."""
    format_ = detect(files)
    if not isinstance(format_, ResultsFormat) or not format_.in_shares:
        return None
    alone = files.ending(TEXT)
    name = PurePath(alone[0]).stem if len(alone) == 1 else image
    nobody = people_of([], len(COCO17))
    one = AnnotatedImage(1, name, *size, nobody, ImageFiles((), {}))
    return CocoKeypoints(image, (one,), category=replace(PERSON, is_only=True))


def _choose_image(results: Found, name: str, image: str) -> set[int | str]:
    """The ids of the image whose results count: the only one, or the one that is called as the image.

    A number is never compared with digits in the image's name: ids of one data set are names of no other's images.
    """
    ids = {result["image_id"] for result in results}
    if len(ids) <= 1:
        return ids
    wanted = normal_path(image)[-1]
    for part in (wanted, PurePath(wanted).stem):
        called = {result["image_id"] for result in results if part in _names(result)}
        if len(called) == 1:
            return called
    raise DataError(
        f"{name} has results of {len(ids)} images, and none says by its name that it is {image}; give the results of"
        " this image alone, or with the image's file name as image_id or file_name."
    )


def _names(result: Mapping[str, Any]) -> set[str]:
    """What a result's image is called, with and without its ending."""
    texts = [text for text in (result.get("file_name"), result["image_id"]) if isinstance(text, str)]
    last = [normal_path(text)[-1] for text in texts]
    return {*last, *(PurePath(each).stem for each in last)}


def _skeleton(results: Results, name: str) -> Skeleton:
    """Whose keypoints these are; raises DataError where none of them is known to be COCO's."""
    numbers = len(results.found[0]["keypoints"]) if results.found else 3 * len(COCO17)
    skeleton = results.skeleton or assumed(numbers // 3)
    if numbers != 3 * len(skeleton) or not shared_names(COCO17, skeleton)[0]:
        raise DataError(f"{name} has people with {numbers} keypoint numbers; {COCO17.name} needs {3 * len(COCO17)}.")
    return skeleton


def _poses(results: Found, skeleton: Skeleton, name: str, most: int) -> Poses:
    best = sorted(results, key=lambda result: -result["score"])[:most]
    if not best:
        return Poses.empty(len(COCO17))
    given = np.array([result["keypoints"] for result in best], np.float64).reshape(len(best), -1, 3)
    scores = np.array([result["score"] for result in best], np.float64)
    largest = max(np.abs(given).max(), np.abs(scores).max())
    if largest > LARGEST:
        raise DataError(f"{name} has a person with the number {largest:g}; give keypoints in pixels of the image.")
    ours, theirs = shared_names(COCO17, skeleton)
    triples = np.zeros((len(best), len(COCO17), 3))
    triples[:, ours] = given[:, theirs]
    keypoints, keypoint_scores = triples[..., :2].copy(), triples[..., 2]
    keypoints[(keypoints == 0).all(axis=2)] = np.nan
    if not ((keypoint_scores >= 0) & (keypoint_scores <= 1)).all():  # logits, or flags 0, 1, 2
        keypoint_scores = np.full_like(keypoint_scores, np.nan)
    around = np.nan_to_num(extents(keypoints), posinf=0, neginf=0)
    boxes = [_corners(result["bbox"]) if result.get("bbox") else row for result, row in zip(best, around, strict=True)]
    return Poses(np.clip(boxes, -LARGEST, LARGEST), scores, keypoints, keypoint_scores)


def _corners(bbox: Sequence[float]) -> list[float]:
    left, top, width, height = bbox
    return [left, top, left + width, top + height]
