"""COCO keypoint annotations, and what is written alike: CrowdPose, AI Challenger, Halpe, COCO-WholeBody, AP-10K, ..."""

import json
import posixpath
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from methods.data.coco import AnnotatedImage, CocoKeypoints
from methods.data.coco_content import EXPECTED, CocoContent
from methods.data.coco_entries import ImageEntry
from methods.data.formats.files import JSON, Files
from methods.data.formats.format import AnnotationFormat
from methods.data.formats.yolo_yaml import SPLITS
from methods.errors import DataError
from methods.writing import write_text

SPLIT_WORDS = {"train": "train", "val": "val", "valid": "val", "validation": "val", "test": "test"}


def fits(files: Files) -> bool:
    """Whether there is one JSON file, or one of each split, of an object that has images or annotations."""
    entry = files.only_json or next(iter(_splits(files).values()), None)
    if entry is None:
        return False
    try:
        value = files.json(entry)
    except DataError:
        return False
    return isinstance(value, dict) and ("images" in value or "annotations" in value)


def read(files: Files, split: str | None) -> CocoContent:
    """The only JSON file, or that of a split; images of the same folder or zip file are its own. Raises DataError as
    CocoContent."""
    entry, splits = files.only_json, {} if files.only_json else _splits(files)
    if split is not None and split not in splits:
        known = f"; it has {', '.join(splits)}" if splits else ", which has no splits; choose none"
        raise DataError(f"{files.name} is {EXPECTED} without a split {split!r}{known}.")
    if splits:
        split = split or next(iter(splits))
        entry = splits[split]
    if entry is None:
        count = len(files.ending(JSON))
        raise DataError(f"{files.name} holds {count} JSON files; give {EXPECTED}, the file itself.")
    content = CocoContent.of(files.json(entry, EXPECTED), files.called(entry))
    if splits:
        said = f"Read as COCO annotations, their split {split}, of {', '.join(splits)}."
        content = replace(content, images=_beside(content.images, entry, files), notes=(said,))
    if files.source is None or not files.under(""):
        return content
    return replace(content, images_at=(files.source,))


def _splits(files: Files) -> dict[str, str]:
    """The JSON file of each split by its name, as Roboflow and COCO itself lay them out; none where one has several."""
    entries = files.ending(JSON)
    entries = [each for each in entries if "keypoints" in each] or entries
    named = [(SPLIT_WORDS[word], each) for each in entries for word in _words(each) if word in SPLIT_WORDS]
    found = dict(named)
    return {name: found[name] for name in SPLITS if name in found} if len(found) == len(named) == len(entries) else {}


def _beside(images: Sequence[ImageEntry], entry: str, files: Files) -> list[ImageEntry]:
    """The images with their folder, where they lie beside their JSON file: other splits may have others so called."""
    names = [posixpath.join(posixpath.dirname(entry), image["file_name"]) for image in images]
    return [
        {**image, "file_name": name} if name in files.entries else image
        for image, name in zip(images, names, strict=True)
    ]


def _words(name: str) -> list[str]:
    return re.split(r"[\W\d_]+", name.lower())


def write(data: CocoKeypoints, path: Path) -> list[str]:
    """A file that `read` makes the same people of: other fields of the annotations stay as they are."""
    images = [_image(each) for each in data]
    annotations: list[dict[str, Any]] = []
    for image in data:
        for raw, labelled in zip(image.people.annotations, image.people.visibility > 0, strict=True):
            counted = {"num_keypoints": int(labelled.sum())} if "num_keypoints" not in raw else {}
            given = {key: value for key, value in raw.items() if not (key == "area" and value is None)}
            own = {"id": len(annotations) + 1, "image_id": image.image_id, "category_id": data.category.id}
            annotations.append({"iscrowd": 0} | given | counted | own)
    category: dict[str, Any] = {"id": data.category.id, "name": data.category.name}
    links = [[a + 1, b + 1] for a, b in data.skeleton.limbs]  # COCO counts keypoints from 1
    category |= {"keypoints": list(data.skeleton.keypoints), "skeleton": links}
    write_text(path, json.dumps({"images": images, "annotations": annotations, "categories": [category]}))
    return []


def _image(image: AnnotatedImage) -> dict[str, Any]:
    entry: dict[str, Any] = {"id": image.image_id, "file_name": image.file_name}
    if image.width and image.height:
        entry |= {"width": image.width, "height": image.height}
    return entry


FORMAT = AnnotationFormat("coco", "COCO keypoint annotations", fits, read, write)
