"""Which skeleton a file's keypoints are of, and in what order they stand there."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from pydantic import ValidationError

from methods.data.categories import Category
from methods.data.coco_entries import NUMBERS, problem_in
from methods.data.reading import AS_NAMED
from methods.errors import DataError, FieldError, FormField
from methods.skeletons import COCO17, COCO_WHOLEBODY133, Skeleton, assumed, find_known
from methods.skeletons.known import order_of

# Where COCO-WholeBody's files keep what comes behind the body's keypoints, in its order.
WHOLEBODY_FIELDS = (("foot_kpts", 6), ("face_kpts", 68), ("lefthand_kpts", 21), ("righthand_kpts", 21))


@dataclass(frozen=True)
class KeypointOrder:
    """How a file's numbers become keypoints of `skeleton`; `order` is where each stands there, None: as it is."""

    skeleton: Skeleton
    said: str  # how it is known which they are
    order: tuple[int, ...] | None = None
    joined: bool = False  # from COCO-WholeBody's five fields

    def numbers_of(self, annotation: dict[str, Any]) -> tuple[list[float], str | None]:
        """x, y, flag of each keypoint, all 0 where they cannot be used, and then what is the matter with them.

        A keypoint that is not labelled may be anywhere, NaN and null too, and is put at 0, 0.
        """
        nobody: list[float] = [0] * (3 * len(self.skeleton))
        given = annotation.get("keypoints")
        if not given:
            return nobody, None
        if self.joined:
            given = _joined(annotation, given)
        problem = None
        try:
            NUMBERS.validate_python(given)
        except ValidationError as error:
            given, problem = _mended(given), problem_in(error, "keypoints")
            if given is None:
                return nobody, problem
        if len(given) != len(nobody):
            return nobody, f"keypoints has {len(given)} numbers, {self.skeleton.name} needs {len(nobody)}"
        if not set(given[2::3]) <= {0, 1, 2}:
            wrong = next(flag for flag in given[2::3] if flag not in (0, 1, 2))
            return nobody, f"keypoints has the visibility flag {wrong:g}, which is not 0, 1 or 2"
        if self.order:
            given = [given[3 * place + i] for place in self.order for i in range(3)]
        return given, None


def find_order(
    category: Category, annotations: Sequence[dict[str, Any]], wanted: Skeleton | None, path: str
) -> KeypointOrder:
    """From the names of the category's keypoints; without names from their number, and that is said.

    Raises DataError where the names are other ones than those of the skeleton that is `wanted`, where the numbers of
    keypoints and names differ, or there are not three numbers for each keypoint.
    """
    count = _count(annotations, path)
    names = category.keypoints
    if wanted is None and len(names or COCO17) == len(COCO17) == (count or len(COCO17)) and _is_wholebody(annotations):
        return KeypointOrder(COCO_WHOLEBODY133, "as COCO-WholeBody keeps them", joined=True)
    if names and count and len(names) != count:
        if wanted is None:
            raise FieldError(
                f"{path} names {len(names)} keypoints of category {category.name}, but its annotations have {count};"
                " correct the names, or say which they are",
                FormField.SKELETON,
            )
        names = ()
    if wanted is not None:
        return _as_wanted(names, count, wanted, path)
    if not names:
        skeleton = assumed(count) if count else COCO17
        return KeypointOrder(skeleton, "assumed, for the file names none")
    known = find_known(names)
    if known is None:
        return KeypointOrder(Skeleton.of_names(f"{category.name}'s own", names, category.links), AS_NAMED)
    return _sorted(*known)


def with_sigmas(skeleton: Skeleton, sigmas: Sequence[float]) -> Skeleton:
    """The skeleton with sigmas as somebody gives them; raises DataError where they are not one for each keypoint."""
    if len(sigmas) == 1:
        sigmas = list(sigmas) * len(skeleton)
    if len(sigmas) != len(skeleton) or not all(np.isfinite(one) and one > 0 for one in sigmas):
        raise DataError(
            f"{len(sigmas)} sigmas were given; {skeleton.name} needs {len(skeleton)} numbers above 0, one for each"
            " keypoint, or one for all."
        )
    return replace(skeleton, sigmas=tuple(sigmas), sigmas_are="given")


def _as_wanted(names: Sequence[str], count: int, wanted: Skeleton, path: str) -> KeypointOrder:
    if count not in (0, len(wanted)):
        raise DataError(
            f"{path} has people of {count} keypoints, {wanted.name} has {len(wanted)}; give annotations of that"
            " skeleton."
        )
    if not names:
        return KeypointOrder(wanted, f"taken for those of {wanted.name}, for the file names none")
    order = order_of(names, wanted)
    if order is None:
        raise DataError(
            f"{path} names keypoints that are not those of {wanted.name} ({', '.join(names[:4])}, ...); give"
            " annotations of that skeleton."
        )
    return _sorted(wanted, order)


def _sorted(skeleton: Skeleton, order: tuple[int, ...]) -> KeypointOrder:
    if order == tuple(range(len(order))):
        return KeypointOrder(skeleton, AS_NAMED)
    return KeypointOrder(skeleton, f"sorted by name into the order of {skeleton.name}", order)


def _count(annotations: Sequence[dict[str, Any]], path: str) -> int:
    """How many keypoints most annotations have; 0 where none has any."""
    counts = Counter(len(found) for each in annotations if isinstance(found := each.get("keypoints"), list) and found)
    if not counts:
        return 0
    numbers = counts.most_common(1)[0][0]
    if numbers % 3:
        raise DataError(
            f"{path} has annotations with {numbers} keypoint numbers; they need three for each keypoint: x, y and flag."
        )
    return numbers // 3


def _is_wholebody(annotations: Sequence[dict[str, Any]]) -> bool:
    return any(WHOLEBODY_FIELDS[1][0] in each for each in annotations)


def _joined(annotation: dict[str, Any], body: list[Any]) -> list[Any]:
    found = list(body)
    for name, count in WHOLEBODY_FIELDS:
        part = annotation.get(name)
        valid = annotation.get(name.replace("_kpts", "_valid"), True)
        found += _flagged(part) if part and valid and isinstance(part, list) else [0] * (3 * count)
    return found


def _flagged(part: list[Any]) -> list[Any]:
    """COCO-WholeBody's face and hands with flags: there each is a share from 0 to 1, above 0 where it is labelled."""
    return [
        2 if place % 3 == 2 and isinstance(number, float) and 0 < number < 1 else number
        for place, number in enumerate(part)
    ]


def _mended(given: Any) -> list[float] | None:
    """Numbers in which keypoints of flag 0 are at 0, 0; None where it takes more than that."""
    if not isinstance(given, list) or len(given) % 3:
        return None
    mended = list(given)
    for start in range(0, len(mended), 3):
        if mended[start + 2] in (0, None) or mended[start + 2] != mended[start + 2]:
            mended[start : start + 3] = [0, 0, 0]
    try:
        return NUMBERS.validate_python(mended)
    except ValidationError:
        return None
