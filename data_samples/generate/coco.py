"""Ground truth as COCO keypoint annotations with further fields."""

from typing import Any

import numpy as np
from pycocotools import mask as run_length

from data_samples.generate.ground_truth import GroundTruth, PersonGroundTruth
from data_samples.generate.scene import Scene
from methods.skeletons import COCO17


def image_entry(scene: Scene, ground_truth: GroundTruth, image_id: int, file_name: str) -> dict[str, Any]:
    """One entry of a COCO file's `images`."""
    camera = scene.camera
    return {
        "id": image_id,
        "file_name": file_name,
        "width": camera.width,
        "height": camera.height,
        "set": scene.group,
        "seed": scene.seed,
        "note": scene.note,
        "crowdIndex": round(ground_truth.crowd_index, 3),
        "focal": round(camera.focal, 3),
    }


def person_entry(person: PersonGroundTruth, image_id: int, annotation_id: int) -> dict[str, Any]:
    """One entry of `annotations`; COCO's own fields first, then what a rendering knows besides."""
    flags = person.sight.flags
    keypoints = np.where(flags[:, None] > 0, np.round(person.keypoints, 2), 0.0)
    x1, y1, x2, y2 = person.box
    runs = run_length.encode(np.asfortranarray(person.mask.astype(np.uint8)))
    return {
        "id": annotation_id,
        "image_id": image_id,
        "category_id": 1,
        "iscrowd": 0,
        "bbox": [x1, y1, x2 - x1, y2 - y1],
        "area": int(person.mask.sum()),
        "num_keypoints": int((flags > 0).sum()),
        "keypoints": [value for (x, y), flag in zip(keypoints.tolist(), flags.tolist(), strict=True)
                      for value in (x, y, flag)],
        "segmentation": {"size": list(person.mask.shape), "counts": runs["counts"].decode("ascii")},
        "occluder": list(person.sight.occluders),
        "visible_share": [None if np.isnan(share) else round(float(share), 2) for share in person.sight.shares],
        "whole_box": [round(float(value), 1) for value in person.whole_box],
        "keypoints_camera": np.round(person.places, 4).tolist(),
        "occlusion": round(person.occlusion, 3),
        "truncation": round(person.truncation, 3),
        "depth": round(person.depth, 3),
        "depth_order": person.depth_order,
    }  # fmt: skip


def annotation_file(images: list[dict[str, Any]], annotations: list[dict[str, Any]]) -> dict[str, Any]:
    """A whole COCO keypoint file."""
    return {
        "info": {"description": "Rendered scenes whose ground truth is known exactly", "version": "1"},
        "licenses": [{"id": 1, "name": "CC0 1.0", "url": "https://creativecommons.org/publicdomain/zero/1.0/"}],
        "images": images,
        "annotations": annotations,
        "categories": [
            {
                "id": 1,
                "name": "person",
                "keypoints": list(COCO17.keypoints),
                "skeleton": [[a + 1, b + 1] for a, b in COCO17.limbs],
            }
        ],
    }
