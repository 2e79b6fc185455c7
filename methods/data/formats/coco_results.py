"""COCO keypoint results: a list of detections."""

import json
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from methods.data.coco_entries import shown
from methods.data.formats.files import JSON, Files
from methods.data.formats.format import RawResults, ResultsFormat
from methods.data.formats.image_names import ImageNames
from methods.errors import DataError
from methods.writing import write_text

TITLE = "a COCO keypoint results file"
FIELDS = ("image_id", "category_id", "keypoints", "score", "bbox", "visibility", "file_name")


def entries(files: Files) -> list[dict[str, Any]]:
    """The objects in the only JSON file, where that is a list; none where it is not, or cannot be read."""
    if files.only_json is None:
        return []
    try:
        value = files.json(files.only_json)
    except DataError:
        return []
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def fits(files: Files) -> bool:
    """Whether there is one JSON file, of a list of detections whose images have numbers."""
    found = entries(files)
    return bool(found) and "image_id" in found[0] and not is_named(found[0])


def is_named(entry: dict[str, Any]) -> bool:
    """Whether a detection is of one of the formats that add fields to COCO's, or name images."""
    return isinstance(entry.get("image_id"), str) or bool({"box", "idx"} & entry.keys()) or _is_called_by_id(entry)


def _is_called_by_id(entry: dict[str, Any]) -> bool:
    """Whether the id is the number that the image's file is called, as Ultralytics writes it."""
    name = entry.get("file_name")
    return isinstance(name, str) and PurePosixPath(name).stem.lstrip("0") == str(entry.get("image_id")).lstrip("0")


def read(files: Files, names: ImageNames | None) -> RawResults:
    """All entries as they stand; raises DataError where there is no list."""
    if files.only_json is None:
        raise DataError(f"{files.name} holds {len(files.ending(JSON))} JSON files; give {TITLE}, the file itself.")
    value = files.json(files.only_json, TITLE)
    if not isinstance(value, list):
        raise DataError(
            f"{files.name} is not {TITLE}; it is {shown(value)} and needs to be a list of detections, each with"
            " image_id, keypoints and score."
        )
    return RawResults([flat(each) for each in value])


def flat(entry: Any) -> Any:
    """A detection whose keypoints may be rows of x, y, score, with them in one list."""
    keypoints = entry.get("keypoints") if isinstance(entry, dict) else None
    if isinstance(keypoints, list) and keypoints and all(isinstance(row, list) for row in keypoints):
        return entry | {"keypoints": [one for row in keypoints for one in row]}
    return entry


def write(results: Sequence[dict[str, Any]], names: ImageNames, path: Path) -> list[str]:
    """A list that COCO's evaluation takes."""
    write_list(results, path)
    return []


def write_list(results: Sequence[dict[str, Any]], path: Path) -> None:
    """COCO keypoint results as they are."""
    write_text(path, json.dumps([{key: each[key] for key in FIELDS if key in each} for each in results]))


FORMAT = ResultsFormat("coco-results", TITLE, fits, read, write)
