"""Somebody's COCO keypoint results as Poses: a list of results, or the file that the page downloads."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Annotated

import numpy as np
from pydantic import AllowInfNan, BaseModel, FailFast, Field, TypeAdapter, ValidationError
from pydantic_core import from_json

from methods.data.image_files import normal_path
from methods.data.json_size import check_json_size
from methods.data.json_text import plain_json
from methods.errors import DataError
from methods.ops.oks import extents
from methods.skeletons import COCO17, Skeleton
from methods.types import Poses

MAX_BYTES = 20_000_000  # results of all 5,000 images of COCO val2017 are about as large
MAX_PEOPLE = 300  # in one image, those of highest score; as many as any method here gives
MAX_METHODS = 12  # in one file; the page's own download has eight, and each is compared with every other
MAX_COMPARED = 800  # people of all methods in one image; matching them with those found here takes a second or two
MAX_MEMORY = 200_000_000  # bytes that the parsed file takes; results of all images of COCO val2017 take half of it
LONGEST_NAME = 60  # letters of a method's name, as many as fit above a panel

Number = Annotated[float, AllowInfNan(False), Field(ge=-1e9, le=1e9)]
ImageId = int | str


class _Result(BaseModel):
    image_id: ImageId
    file_name: str | None = None
    keypoints: list[Number]
    score: Annotated[Number, Field(ge=0)]
    bbox: Annotated[list[Number], Field(min_length=4, max_length=4)] | None = None


class _Answer(BaseModel):
    results: Annotated[list[_Result], FailFast()]


class _Download(BaseModel):
    methods: dict[str, _Answer]


_LIST: TypeAdapter[list[_Result]] = TypeAdapter(Annotated[list[_Result], FailFast()])


def read_results(content: bytes, name: str, image: str, skeleton: Skeleton = COCO17) -> dict[str, Poses]:
    """The people that a results file names in one image, by method; a plain list is one method called `name`.

    content: JSON, a list of COCO keypoint results or what the page downloads. image: the image's file name; where the
    file has results of several images, those count whose image_id or file_name is that name, as AlphaPose and
    `predict` write it. `keypoints` are x, y, score of each keypoint; a keypoint at 0, 0 is not there (NaN), and where a
    score is above 1 the file's keypoints have none (NaN). Without `bbox` the box is that around the keypoints. Scores
    of people stay as they are, above 1 too: they rank people, as in COCO's evaluation.

    Raises DataError, one sentence, for anything else.
    """
    if len(content) > MAX_BYTES:
        raise DataError(f"{name} has {len(content) / 1e6:.0f} MB; give results of at most {MAX_BYTES / 1e6:.0f} MB.")
    content = plain_json(content, name, MAX_BYTES)
    check_json_size([(name, content)], MAX_MEMORY)
    found = _parse(content, name)
    by_method = {name: found} if isinstance(found, list) else {key: each.results for key, each in found.methods.items()}
    if len(by_method) > MAX_METHODS:
        raise DataError(f"{name} names {len(by_method)} methods; give results of at most {MAX_METHODS} at once.")
    everything = [result for results in by_method.values() for result in results]
    wanted = _choose_image(everything, name, image)
    most = min(MAX_PEOPLE, MAX_COMPARED // max(1, len(by_method)))
    return {
        shown_name(method): _poses([result for result in results if result.image_id in wanted], name, skeleton, most)
        for method, results in by_method.items()
    }


def shown_name(given: str) -> str:
    """A method's name from a file, short enough to be shown, without letters that are not seen.

    Figures take angle brackets for markup wherever a name stands, so these become round ones.
    """
    seen = "".join(letter for letter in given if letter.isprintable()).strip().translate({60: "(", 62: ")"})
    return (seen if len(seen) <= LONGEST_NAME else f"{seen[:LONGEST_NAME]}...") or "no name"


def _parse(content: bytes, name: str) -> list[_Result] | _Download:
    try:
        found = from_json(content)
        return _LIST.validate_python(found) if isinstance(found, list) else _Download.model_validate(found)
    except ValidationError as error:
        problem = error.errors()[0]
        place = ".".join(str(part) for part in problem["loc"]) or "the file"
        raise DataError(
            f"{name} holds no COCO keypoint results: {place}: {problem['msg']}; it needs a list of results with"
            " image_id, keypoints and score."
        ) from None
    except ValueError as error:
        raise DataError(f"{name} is not JSON ({error}); give a file of COCO keypoint results.") from None


def _choose_image(results: Sequence[_Result], name: str, image: str) -> set[ImageId]:
    """The ids of the image whose results count: the only one, or the one that is called as the image.

    A number is never compared with digits in the image's name: ids of one data set are names of no other's images.
    """
    ids = {result.image_id for result in results}
    if len(ids) <= 1:
        return ids
    wanted = normal_path(image)[-1]
    for part in (wanted, PurePath(wanted).stem):
        called = {result.image_id for result in results if part in _names(result)}
        if len(called) == 1:
            return called
    raise DataError(
        f"{name} has results of {len(ids)} images, and none says by its name that it is {image}; give the results of"
        " this image alone, or with the image's file name as image_id or file_name."
    )


def _names(result: _Result) -> set[str]:
    """What a result's image is called, with and without its ending."""
    texts = [text for text in (result.file_name, result.image_id) if isinstance(text, str)]
    last = [normal_path(text)[-1] for text in texts]
    return {*last, *(PurePath(each).stem for each in last)}


def _poses(results: Sequence[_Result], name: str, skeleton: Skeleton, most: int) -> Poses:
    best = sorted(results, key=lambda result: -result.score)[:most]
    expected = 3 * len(skeleton)
    for result in best:
        if len(result.keypoints) != expected:
            raise DataError(
                f"{name} has a person with {len(result.keypoints)} keypoint numbers; {skeleton.name} needs {expected}."
            )
    if not best:
        return Poses.empty(len(skeleton))
    triples = np.array([result.keypoints for result in best], np.float64).reshape(len(best), -1, 3)
    keypoints, scores = triples[..., :2].copy(), triples[..., 2]
    keypoints[(keypoints == 0).all(axis=2)] = np.nan
    if not ((scores >= 0) & (scores <= 1)).all():  # logits, or flags 0, 1, 2
        scores = np.full_like(scores, np.nan)
    around = np.nan_to_num(extents(keypoints), posinf=0, neginf=0)
    boxes = [_corners(result.bbox) if result.bbox else row for result, row in zip(best, around, strict=True)]
    return Poses(np.array(boxes), np.array([result.score for result in best]), keypoints, scores)


def _corners(bbox: Sequence[float]) -> list[float]:
    left, top, width, height = bbox
    return [left, top, left + width, top + height]
