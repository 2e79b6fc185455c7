"""alphapose-results.json: detections in images by name, or an object of images (`--format cmu`, `open`)."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from methods.data.coco_content import ODD, Odd
from methods.data.coco_entries import shown
from methods.data.formats import coco_results
from methods.data.formats.files import JSON, Files
from methods.data.formats.format import RawResults, ResultsFormat
from methods.data.formats.image_names import ImageNames
from methods.data.formats.openpose import Collected, image_name
from methods.errors import DataError
from methods.writing import write_text

FIELDS = {"bodies": "keypoints", "people": "pose_keypoints_2d"}  # of --format cmu and of --format open


def fits(files: Files) -> bool:
    """Whether there is a list of detections as AlphaPose writes them, or an object of images with bodies or people."""
    found = coco_results.entries(files)
    if found:
        return coco_results.is_named(found[0]) and "bbox" not in found[0]
    try:
        return bool(_images(files))
    except DataError:
        return False


def read(files: Files, names: ImageNames | None) -> RawResults:
    """Detections; their scores stay as they are, up to about 3, for they only rank. Raises as `coco_results.read`."""
    images = _images(files)
    if images:
        collected = Collected()
        for name, (content, called) in images.items():
            if isinstance(content, Odd):
                collected.add_odd(content, called)
                continue
            people = next((each for each in FIELDS if each in content), next(iter(FIELDS)))
            collected.add_image(content, name, called, people, FIELDS[people])
        return collected.raw(files.name, "Read as AlphaPose's results in the order of OpenPose")
    raw = coco_results.read(files, names)
    return RawResults([_boxed(each) for each in raw.entries], notes=("Read as AlphaPose's results.",))


def _boxed(entry: Any) -> Any:
    if not isinstance(entry, dict) or not isinstance(entry.get("box"), list):
        return entry
    return {"bbox": entry["box"]} | entry


def _images(files: Files) -> dict[str, tuple[dict[str, Any] | Odd, str]]:
    """Images by name with what each is called: all in one object, or a file each, as in the folder sep-json."""
    if files.only_json is not None:
        value = files.json(files.only_json)
        if not isinstance(value, dict):
            return {}
        if "bodies" in value and "version" in value:
            return {image_name(files.only_json): (value, files.only_json)}
        inside = {name: each for name, each in value.items() if isinstance(each, dict)}
        return {name: (each, name) for name, each in inside.items()} if _is_image(inside) else {}
    found = files.ending(JSON)
    if not found or not isinstance(first := files.json(found[0]), dict) or "bodies" not in first:
        return {}
    return {image_name(entry): (_file(files, entry), entry) for entry in found}


def _is_image(inside: dict[str, Any]) -> bool:
    return any(FIELDS.keys() & each.keys() for each in inside.values())


def _file(files: Files, entry: str) -> dict[str, Any] | Odd:
    try:
        value = files.json(entry)
    except DataError as error:
        return Odd("in files that cannot be read", str(error).rstrip("."))
    return value if isinstance(value, dict) else Odd(ODD, f"{entry} is {shown(value)}, not an object")


def write(results: Sequence[dict[str, Any]], names: ImageNames, path: Path) -> list[str]:
    """As AlphaPose writes it by default; raises DataError where its names of images would not tell them apart."""
    names.require_own_names()
    written = []
    for each in results:
        entry = {"image_id": names.by_id[each["image_id"]].file_name.rpartition("/")[2], "category_id": 1}
        entry |= {"keypoints": each["keypoints"], "score": each["score"]}
        written.append(entry | ({"box": each["bbox"]} if each.get("bbox") else {}))
    write_text(path, json.dumps(written))
    return []


FORMAT = ResultsFormat("alphapose", "AlphaPose's results", fits, read, write)
