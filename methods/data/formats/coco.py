"""COCO keypoint annotations, and what is written alike: CrowdPose, AI Challenger, Halpe, COCO-WholeBody, AP-10K, ..."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from methods.data.coco import AnnotatedImage, CocoKeypoints
from methods.data.coco_content import EXPECTED, CocoContent
from methods.data.formats.files import JSON, Files
from methods.data.formats.format import AnnotationFormat
from methods.errors import DataError
from methods.writing import write_text


def fits(files: Files) -> bool:
    """Whether there is one JSON file, of an object that has images or annotations."""
    if files.only_json is None:
        return False
    try:
        value = files.json(files.only_json)
    except DataError:
        return False
    return isinstance(value, dict) and ("images" in value or "annotations" in value)


def read(files: Files, split: str | None) -> CocoContent:
    """The only JSON file's content; images of a folder or zip file lie beside it. Raises DataError as CocoContent."""
    if split is not None:
        raise DataError(f"{files.name} is {EXPECTED}, which has no splits; leave --split out.")
    if files.only_json is None:
        count = len(files.ending(JSON))
        raise DataError(f"{files.name} holds {count} JSON files; give {EXPECTED}, the file itself.")
    content = CocoContent.of(files.json(files.only_json, EXPECTED), files.called(files.only_json))
    return content if files.is_file or files.source is None else replace(content, images_at=(files.source,))


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
