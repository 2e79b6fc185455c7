"""The fields of COCO's entries: one typed reading of each, and one sentence on the first thing wrong with it."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, NotRequired

from pydantic import AllowInfNan, BeforeValidator, Field, Strict, TypeAdapter, ValidationError
from typing_extensions import TypedDict

LONGEST_VALUE = 40  # letters of a wrong value that a message shows

# Strict, for the file's own dictionaries are used later on: a number written as a string must not pass.
Number = Annotated[float, Strict(), AllowInfNan(False)]
Id = Annotated[int, Strict(), Field(ge=-(2**63), lt=2**63)]  # as NumPy holds them
Side = Annotated[int, Field(gt=0, le=1_000_000)]  # px; no image is longer
Flag = Annotated[Number, Field(ge=0, le=1), BeforeValidator(lambda given: int(given) if given in (0, 1) else given)]
Box = Annotated[list[Number], Field(min_length=4, max_length=4)]


class ImageEntry(TypedDict):
    """What is read of an image."""

    id: Id
    file_name: Annotated[str, Field(min_length=1)]
    width: NotRequired[Side | None]
    height: NotRequired[Side | None]
    crowdIndex: NotRequired[float | None]
    note: NotRequired[str]


class AnnotationEntry(TypedDict):
    """What is checked of an annotation; its keypoints are looked at apart, for a person may have odd ones."""

    image_id: Id
    category_id: NotRequired[Id | None]
    bbox: Box
    area: NotRequired[Number | None]
    iscrowd: NotRequired[Flag | None]
    num_keypoints: NotRequired[Annotated[Number, Field(ge=0, le=1_000_000)] | None]


class CategoryEntry(TypedDict):
    """What is read of a category."""

    id: Id
    name: str
    keypoints: NotRequired[list[str] | None]
    skeleton: NotRequired[list[Any] | None]


IMAGE: TypeAdapter[ImageEntry] = TypeAdapter(ImageEntry)
ANNOTATION: TypeAdapter[AnnotationEntry] = TypeAdapter(AnnotationEntry)
CATEGORY: TypeAdapter[CategoryEntry] = TypeAdapter(CategoryEntry)
NUMBERS: TypeAdapter[list[float]] = TypeAdapter(list[Number])


def are_shares(places: Iterable[float]) -> bool:
    """Whether coordinates cannot be pixels: all from -1 to 1, and not all of them whole."""
    fraction = False
    for one in places:
        if not -1 <= one <= 1:
            return False
        fraction = fraction or one != int(one)
    return fraction


def problem_in(error: ValidationError, entry: str) -> str:
    """The first thing that is wrong with an entry: which field, what it is, what it should be."""
    problem = error.errors(include_url=False)[0]
    place = entry
    for part in problem["loc"]:
        if isinstance(part, int):
            place += f"[{part}]"
        elif part.isidentifier():
            place += f".{part}" if place else part
    if problem["type"] == "missing":
        owner, _, field = place.rpartition(".")
        return f"{owner} has no {field}"
    return f"{place} is {shown(problem['input'])}: {problem['msg'].replace('Input should be', 'it should be')}"


def shown(value: Any) -> str:
    """A value from a file, short enough for a message."""
    try:
        text = repr(value) if not isinstance(value, Mapping) else f"an object of {len(value)} fields"
    except ValueError:  # Python writes out no number of more than 4,300 digits
        text = "a number of thousands of digits"
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}..."
