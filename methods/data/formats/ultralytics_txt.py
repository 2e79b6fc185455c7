"""What Ultralytics' `save_txt` writes: a text file for each image, a line for each person, in shares of its size."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Any

from methods.data.coco_content import Odd
from methods.data.formats.files import TEXT, YAML, Files
from methods.data.formats.format import RawResults, ResultsFormat
from methods.data.formats.image_names import ImageNames
from methods.data.formats.shares import box_pixels, box_shares, number, pixels, share_of
from methods.errors import DataError
from methods.skeletons import COCO17
from methods.writing import write_text

BOX = 5  # numbers before the keypoints: class, centre x, centre y, width, height
TITLE = "Ultralytics' labels without a data.yaml"  # as of save_txt, and of a YOLO set whose data.yaml is missing


def fits(files: Files) -> bool:
    """Whether there is a text file whose first line is of numbers, more than a box has, and no data.yaml."""
    found = _text_files(files)
    if not found or files.ending(YAML):
        return False
    try:
        words = next((line.split() for entry in found for line in files.text(entry).splitlines() if line.strip()), [])
    except DataError:
        return False
    return len(words) > BOX + 1 and all(number(word) is not None for word in words)


def read(files: Files, names: ImageNames | None) -> RawResults:
    """Everybody in all files; an image is called as its file, and its size is the data set's.

    Raises DataError without a data set, without confidences, which rank people, or where the number of columns fits no
    skeleton.
    """
    if names is None:
        raise DataError(f"{files.name} has shares of the images' sizes; give the annotations of the images too.")
    if not names.classes_are_ids:
        raise DataError(
            f"{files.name} numbers classes from 0, which says nothing about {names.data.name}'s several categories;"
            " give the predictions.json of Ultralytics' validation."
        )
    lines = _lines(files)
    columns = _columns(lines, len(names.data.skeleton), files.name)
    entries = [_result(line, columns, names) for line in lines]
    return RawResults(entries, [line.called for line in lines], (f"Read as {TITLE}.",))


@dataclass(frozen=True)
class _Line:
    image: str
    called: str
    numbers: list[Decimal] | str  # or what is wrong


@dataclass(frozen=True)
class _Columns:
    """How many there are, of how many keypoints with how many numbers each."""

    total: int
    keypoints: int
    each: int


def _text_files(files: Files) -> list[str]:
    return files.ending(TEXT)


def _lines(files: Files) -> list[_Line]:
    found = []
    for entry in _text_files(files):
        image = PurePosixPath(entry).stem
        try:
            lines = files.text(entry).splitlines()
        except DataError as error:
            found.append(_Line(image, entry, str(error).rstrip(".")))
            continue
        for position, line in enumerate(lines, 1):
            if words := line.split():
                numbers = [number(word) for word in words]
                called = f"{entry}, line {position}"
                odd = [f"number {i + 1} is {words[i][:40]!r}" for i, one in enumerate(numbers) if one is None]
                found.append(_Line(image, called, odd[0] if odd else [one for one in numbers if one is not None]))
    return found


def _columns(lines: Sequence[_Line], known: int, name: str) -> _Columns:
    numbers = [line.numbers for line in lines if not isinstance(line.numbers, str)]
    counts = Counter(map(len, numbers))
    total = counts.most_common(1)[0][0] if counts else 0
    for keypoints in (known, len(COCO17)):
        for each in (3, 2):
            further = total - BOX - keypoints * each
            if further not in (0, 1, 2):  # nothing, a confidence or a track's number, or both
                continue
            if further == 0 or (further == 1 and max(one[-1] for one in numbers if len(one) == total) > 1):
                raise DataError(
                    f"{name} has no confidence of the people, which ranks them; predict again with save_conf=True."
                )
            return _Columns(total, keypoints, each)
    raise DataError(
        f"{name} has lines of {total} numbers; {known} keypoints of x, y and score, a box and a confidence are"
        f" {BOX + 3 * known + 1}."
    )


def _result(line: _Line, columns: _Columns, names: ImageNames) -> dict[str, Any] | Odd:
    if isinstance(line.numbers, str):
        return Odd("that cannot be read", f"{line.called}: {line.numbers}")
    if len(line.numbers) != columns.total:
        return Odd(
            "with other columns than most have",
            f"{line.called}: it has {len(line.numbers)} numbers, most have {columns.total}",
        )
    image = names.find(line.image)
    width, height = (image.width, image.height) if image else (1, 1)  # without an image it is left out later
    if not (width and height):
        return Odd("of images whose size the annotations do not say", f"{line.called}: {line.image}")
    end = BOX + columns.keypoints * columns.each
    keypoints: list[float] = []
    for start in range(BOX, end, columns.each):
        x, y, *score = line.numbers[start : start + columns.each]
        keypoints += [pixels(x, width), pixels(y, height), float(score[0] if score else line.numbers[end])]
    return {
        "image_id": line.image,
        "category_id": int(line.numbers[0]),
        "bbox": box_pixels(line.numbers[1:BOX], width, height),
        "keypoints": keypoints,
        "score": float(line.numbers[end]),
    }


def write(results: Sequence[dict[str, Any]], names: ImageNames, path: Path) -> list[str]:
    """A folder of text files with confidences, with as many digits as it takes to read the same pixels again.

    Raises DataError where the annotations do not say an image's size, a result has no box, or names of files would not
    tell images apart.
    """
    names.require_own_names()
    lines: dict[str, list[str]] = {}
    for each in results:
        image = names.by_id[each["image_id"]]
        if not (image.width and image.height) or not each.get("bbox"):
            what = "no bbox" if image.width and image.height else "an image whose size the annotations do not say"
            raise DataError(f"A detection in {image.file_name} has {what}, which save_txt's labels need; add it.")
        words = ["0", *box_shares(each["bbox"], image.width, image.height)]
        keypoints = each["keypoints"]
        for x, y, score in zip(keypoints[::3], keypoints[1::3], keypoints[2::3], strict=True):
            words += [share_of(x, image.width), share_of(y, image.height), repr(float(score))]
        lines.setdefault(image.file_name, []).append(" ".join([*words, repr(float(each["score"]))]))
    path.mkdir(parents=True, exist_ok=True)
    for name, found in lines.items():
        write_text(path / f"{PurePosixPath(name).stem}{TEXT[0]}", "".join(f"{line}\n" for line in found))
    return []


FORMAT = ResultsFormat("ultralytics-txt", TITLE, fits, read, write, writes_folder=True, in_shares=True)
