"""predictions.json of Ultralytics' validation: COCO keypoint results whose images are called by their files' names."""

import json
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from methods.data.formats import coco_results
from methods.data.formats.files import Files
from methods.data.formats.format import RawResults, ResultsFormat
from methods.data.formats.image_names import ImageNames
from methods.writing import write_text


def fits(files: Files) -> bool:
    """Whether there is one JSON file, of a list of detections with a box whose images are named."""
    first = next(iter(coco_results.entries(files)), {})
    return coco_results.is_named(first) and not {"box", "idx"} & first.keys() and "bbox" in first


def read(files: Files, names: ImageNames | None) -> RawResults:
    """All entries; an image_id that is text is the image's name without its ending."""
    return coco_results.read(files, names)


def write(results: Sequence[dict[str, Any]], names: ImageNames, path: Path) -> list[str]:
    """As Ultralytics writes it: image_id is the name without its ending, a number where it is one.

    Raises DataError where these names would not tell images apart.
    """
    names.require_own_names()
    written = []
    for each in results:
        file_name = PurePosixPath(names.by_id[each["image_id"]].file_name)
        named = {"image_id": int(file_name.stem) if file_name.stem.isdecimal() else file_name.stem}
        named |= {"file_name": file_name.name}
        written.append({key: each[key] for key in coco_results.FIELDS if key in each} | named)
    write_text(path, json.dumps(written))
    return []


FORMAT = ResultsFormat("ultralytics-json", "Ultralytics' predictions.json", fits, read, write)
