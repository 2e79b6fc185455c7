"""Results of any format as COCO keypoint results: each checked, its image found, and what cannot be used counted."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, NotRequired

from pydantic import FailFast, Field, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from methods.data.coco import CocoKeypoints
from methods.data.coco_content import ODD, Odd
from methods.data.coco_entries import Box, Id, Number, are_shares, problem_in
from methods.data.formats.files import Files
from methods.data.formats.format import RawResults, ResultsFormat
from methods.data.formats.image_names import ImageNames
from methods.data.keypoint_order import WHOLEBODY_FIELDS
from methods.data.reading import LeftOut, Tally
from methods.errors import DataError
from methods.skeletons import Skeleton, known_skeleton

PARTS = tuple(name for name, _ in WHOLEBODY_FIELDS)
LONGEST_ID = 19  # digits, which 64 bits hold
NAME = Annotated[str, Field(min_length=1, max_length=4096)]


class _Result(TypedDict):
    """What is read of a detection; other fields are dropped. `visibility` is a flag for each keypoint.

    COCO-WholeBody's results keep the keypoints of other parts than the body in fields of their own.
    """

    image_id: Id | NAME
    file_name: NotRequired[NAME | None]
    category_id: NotRequired[Id]
    keypoints: list[Number]
    score: Number
    bbox: NotRequired[Box | Annotated[list[Number], Field(max_length=0)] | None]
    visibility: NotRequired[list[Annotated[int, Field(ge=0, le=2)]]]
    foot_kpts: NotRequired[list[Number]]
    face_kpts: NotRequired[list[Number]]
    lefthand_kpts: NotRequired[list[Number]]
    righthand_kpts: NotRequired[list[Number]]


_RESULT: TypeAdapter[_Result] = TypeAdapter(_Result)
_ALL: TypeAdapter[list[_Result]] = TypeAdapter(Annotated[list[_Result], FailFast()])


@dataclass(frozen=True)
class Results:
    """COCO keypoint results, whose ids are those of a data set where one was given; else ids or names as they are.

    `total` is how many the files hold, `notes` says how they were read. `skeleton` is None where the format does not
    say which keypoints they are.
    """

    found: list[dict[str, Any]]
    format: str
    total: int
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]
    skeleton: Skeleton | None

    @classmethod
    def of(cls, found: Sequence[dict[str, Any]], skeleton: Skeleton | None = None) -> "Results":
        """What a method found here, which no file holds."""
        return cls(list(found), "", len(found), (), (), skeleton)

    def of_skeleton(self, name: str | None) -> "Results":
        """The same, whose keypoints are said to be those of a published skeleton, where one is named; raises as
        `methods.skeletons.known_skeleton`."""
        return replace(self, skeleton=known_skeleton(name)) if name else self

    def sentences(self) -> list[str]:
        """What is not as usual, for people, a sentence each."""
        if not self.left_out:
            return list(self.notes)
        parts = ", ".join(map(str, self.left_out))
        return [*self.notes, f"{len(self.found)} of {self.total} results can be used; left out: {parts}."]


def sentences_of(results: Mapping[str, Results]) -> list[str]:
    """What is not as usual in several methods' results, by the methods' names."""
    return [f"{name}: {sentence}" for name, each in results.items() for sentence in each.sentences()]


def numbered(found: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Results whose images are all numbers: names, which become `file_name`, get those behind the largest, in order."""
    names = sorted({each["image_id"] for each in found if isinstance(each["image_id"], str)})
    start = 1 + max((each["image_id"] for each in found if isinstance(each["image_id"], int)), default=0)
    ids = {name: start + i for i, name in enumerate(names)}
    return [
        {"file_name": each["image_id"]} | each | {"image_id": ids[each["image_id"]]}
        if each["image_id"] in ids
        else each
        for each in found
    ]


def check_results(format_: ResultsFormat, files: Files, data: CocoKeypoints | None) -> Results:
    """What a format makes of files, checked; raises DataError where nobody in them can be used."""
    names = ImageNames(data) if data is not None else None
    raw = format_.read(files, names)
    left_out = Tally()
    named: list[tuple[str, dict[str, Any]]] = []
    for called, each in _valid(raw, left_out, lambda problem: _refusal(files.name, format_.title, raw, problem)):
        result = _joined(each) if PARTS[0] in each else each
        if names is not None and (problem := _find_image(result, called, names)):
            left_out.add("of images that are not in the data set", problem)
            continue
        named.append((called, result))
    found = _of_one_length(named, left_out)
    _check_keypoints(found, files.name, format_)
    strangers = [each for each in left_out.result() if "images" in each.reason]
    if strangers and not found and data is not None:
        raise DataError(
            f"No detection belongs to an image of {data.name}: {strangers[0].first}; give the detections of this data"
            " set."
        )
    return Results(found, format_.name, len(raw.entries), left_out.result(), raw.notes, raw.skeleton)


def _refusal(name: str, title: str, raw: RawResults, problem: str) -> DataError:
    if raw.called:
        return DataError(f"{name} holds nobody who can be used: {problem}; give {title}.")
    return DataError(
        f"{name} is not {title}: {problem}; each detection needs image_id, keypoints and score, correct that one."
    )


def _valid(raw: RawResults, left_out: Tally, refusal: Callable[[str], DataError]) -> list[tuple[str, dict[str, Any]]]:
    """The entries that can be read, with what each is called; raises a refusal, naming the first, where none can."""
    called = raw.called or [f"results[{i}]" for i in range(len(raw.entries))]
    try:
        valid = _ALL.validate_python(raw.entries)  # the usual case, and much faster
        return [(name, dict(each)) for name, each in zip(called, valid, strict=True)]
    except ValidationError:
        pass
    found, first = [], ""
    for name, entry in zip(called, raw.entries, strict=True):
        if isinstance(entry, Odd):
            left_out.add(entry.reason, entry.what)
            first = first or entry.what
            continue
        try:
            found.append((name, dict(_RESULT.validate_python(entry))))
        except ValidationError as error:
            problem = problem_in(error, name)
            left_out.add(ODD, problem)
            first = first or problem
    if not found:
        raise refusal(first)
    return found


def _joined(result: dict[str, Any]) -> dict[str, Any]:
    """A result of COCO-WholeBody with all its keypoints in one field."""
    keypoints = [*result["keypoints"], *(number for part in PARTS for number in result.get(part, []))]
    return {key: value for key, value in result.items() if key not in PARTS} | {"keypoints": keypoints}


def _find_image(result: dict[str, Any], called: str, names: ImageNames) -> str:
    """Put the data set's id in the place of a name; what is the matter where the data set has none of that name.

    A file's name says more than a number, which counts the images of whoever wrote the results.
    """
    field = "file_name" if result.get("file_name") else "image_id"
    if isinstance(name := result[field], str):
        image = names.find(name)
        if image is None:
            number = name.isdecimal() and len(name) < LONGEST_ID and int(name) in names.by_id
            more = ", a text, which no image is called; an id is a number, without quotes" if number else ""
            return f"{called}.{field} is {name[:60]!r}{more}"
        result["image_id"] = image.image_id
    return ""


def _check_keypoints(found: Sequence[dict[str, Any]], name: str, format_: ResultsFormat) -> None:
    """Raise DataError where keypoints are not of three numbers each, or are shares in a format of pixels."""
    numbers = found[0]["keypoints"] if found else []
    if len(numbers) % 3:
        raise DataError(
            f"{name} has {len(numbers)} keypoint numbers a person; give three for each keypoint: x, y and score."
        )
    if not format_.in_shares and are_shares(one for each in found for i in (0, 1) for one in each["keypoints"][i::3]):
        raise DataError(
            f"{name} has keypoints from 0 to 1, which are shares of the image's size; write them in pixels."
        )


def _of_one_length(named: Sequence[tuple[str, dict[str, Any]]], left_out: Tally) -> list[dict[str, Any]]:
    """Results with as many keypoints as most have."""
    lengths = Counter(len(each["keypoints"]) for _, each in named)
    usual = lengths.most_common(1)[0][0] if lengths else 0
    for called, each in named:
        if (count := len(each["keypoints"])) != usual:
            left_out.add("with other keypoints than most", f"{called}.keypoints has {count} numbers, most have {usual}")
    return [each for _, each in named if len(each["keypoints"]) == usual]
