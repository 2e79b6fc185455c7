"""Somebody's COCO keypoint results as Poses: a list of results, or the file that the page downloads."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Annotated

import numpy as np
from pydantic import AllowInfNan, BaseModel, Field, TypeAdapter, ValidationError
from pydantic_core import from_json

from methods.errors import DataError
from methods.ops.oks import extents
from methods.skeletons import COCO17, Skeleton
from methods.types import Poses

MAX_BYTES = 20_000_000  # results of all 5,000 photos of COCO val2017 are about as large
MAX_PEOPLE = 300  # in one photo, those of highest score; as many as any method here gives

Number = Annotated[float, AllowInfNan(False)]
ImageId = int | str


class _Result(BaseModel):
    image_id: ImageId
    keypoints: list[Number]
    score: Annotated[Number, Field(ge=0)]
    bbox: Annotated[list[Number], Field(min_length=4, max_length=4)] | None = None


class _Answer(BaseModel):
    results: list[_Result]


class _Download(BaseModel):
    methods: dict[str, _Answer]


_FILE: TypeAdapter[list[_Result] | _Download] = TypeAdapter(list[_Result] | _Download)


def read_results(content: bytes, name: str, photo: str, skeleton: Skeleton = COCO17) -> dict[str, Poses]:
    """The people that a results file names in one photo, by method; a plain list is one method called `name`.

    content: JSON in UTF-8, a list of COCO keypoint results or what the page downloads. photo: the photo's file name;
    where the file has results of several images, those count whose image_id is the number in that name, as in COCO.
    `keypoints` are x, y, score of each joint; a joint at 0, 0 is not there (NaN), and where a score is above 1 the
    file's joints have none (NaN). Without `bbox` the box is that around the joints.

    Raises DataError, one sentence, for anything else.
    """
    if len(content) > MAX_BYTES:
        raise DataError(f"{name} has {len(content) / 1e6:.0f} MB; give results of at most {MAX_BYTES / 1e6:.0f} MB.")
    found = _parse(content, name)
    by_method = {name: found} if isinstance(found, list) else {key: each.results for key, each in found.methods.items()}
    everything = [result for results in by_method.values() for result in results]
    wanted = _choose_image(everything, name, photo)
    return {
        method: _poses([result for result in results if result.image_id == wanted], name, skeleton)
        for method, results in by_method.items()
    }


def _parse(content: bytes, name: str) -> list[_Result] | _Download:
    try:
        return _FILE.validate_python(from_json(content))
    except ValidationError as error:
        problem = error.errors()[0]
        place = ".".join(str(part) for part in problem["loc"][1:]) or "the file"
        raise DataError(
            f"{name} holds no COCO keypoint results: {place}: {problem['msg']}; it needs a list of results with"
            " image_id, keypoints and score."
        ) from None
    except ValueError as error:
        raise DataError(f"{name} is not JSON ({error}); give a file of COCO keypoint results.") from None


def _choose_image(results: Sequence[_Result], name: str, photo: str) -> ImageId | None:
    """Whose results count; None where there are none at all."""
    ids = {result.image_id for result in results}
    if len(ids) <= 1:
        return next(iter(ids), None)
    stem = PurePath(photo).stem
    digits = "".join(letter for letter in stem if letter.isdigit())
    for each in (stem, int(digits) if digits else None):
        if each in ids:
            return each
    raise DataError(
        f"{name} has results of {len(ids)} images, none of which is called {stem}; give the results of this photo"
        " alone, or name the photo by its image_id."
    )


def _poses(results: Sequence[_Result], name: str, skeleton: Skeleton) -> Poses:
    best = sorted(results, key=lambda result: -result.score)[:MAX_PEOPLE]
    expected = 3 * len(skeleton)
    for result in best:
        if len(result.keypoints) != expected:
            raise DataError(
                f"{name} has a person with {len(result.keypoints)} keypoint numbers; {skeleton.name} needs {expected}."
            )
    if not best:
        return Poses.empty(len(skeleton))
    joints = np.array([result.keypoints for result in best], np.float64).reshape(len(best), -1, 3)
    keypoints, scores = joints[..., :2].copy(), joints[..., 2]
    keypoints[(keypoints == 0).all(axis=2)] = np.nan
    if not ((scores >= 0) & (scores <= 1)).all():  # logits, or flags 0, 1, 2
        scores = np.full_like(scores, np.nan)
    around = np.nan_to_num(extents(keypoints), posinf=0, neginf=0)
    boxes = [_corners(result.bbox) if result.bbox else row for result, row in zip(best, around, strict=True)]
    return Poses(np.array(boxes), np.array([min(result.score, 1.0) for result in best]), keypoints, scores)


def _corners(bbox: Sequence[float]) -> list[float]:
    left, top, width, height = bbox
    return [left, top, left + width, top + height]
