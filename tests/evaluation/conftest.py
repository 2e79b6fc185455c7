"""Small data sets made in memory."""

import io
import json
from collections.abc import Callable
from contextlib import redirect_stdout
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from methods.data.coco import AnnotatedImage, CocoKeypoints, People
from methods.data.image_files import ImageFiles

AREA = 50.0**2  # a medium person's


def _image(image_id: int, annotations: list[dict[str, Any]]) -> AnnotatedImage:
    keypoints = np.array([a["keypoints"] for a in annotations], dtype=np.float32).reshape(-1, 17, 3)
    boxes = np.array([a["bbox"] for a in annotations], dtype=np.float32).reshape(-1, 4)
    people = People(
        np.concatenate([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]], axis=1),
        keypoints[..., :2].copy(),
        keypoints[..., 2].astype(np.uint8),
        np.array([a["area"] for a in annotations]),
        np.array([a["iscrowd"] for a in annotations], dtype=bool),
        tuple(annotations),
    )
    return AnnotatedImage(image_id, f"{image_id}.jpg", 640, 480, people, ImageFiles((), {}))


@pytest.fixture(scope="session")
def make_data() -> Callable[[dict[int, list[dict[str, Any]]]], CocoKeypoints]:
    """From image id to annotations, as in a COCO file, to a data set without photos."""
    return lambda content: CocoKeypoints("test", tuple(_image(i, people) for i, people in content.items()))


@pytest.fixture(scope="session")
def make_person() -> Callable[..., dict[str, Any]]:
    """An annotation whose joints lie on one point (x, y), all visible, in a 50 x 50 px box around it."""

    def person(x: float, y: float, **fields: Any) -> dict[str, Any]:
        box = [x - 25.0, y - 25.0, 50.0, 50.0]
        return {"bbox": box, "area": AREA, "iscrowd": 0, "keypoints": [x, y, 2] * 17} | fields

    return person


@pytest.fixture(scope="session")
def make_detection() -> Callable[..., dict[str, Any]]:
    """A COCO result whose joints lie on one point (x, y), in a 50 x 50 px box around it."""

    def detection(image_id: int, x: float, y: float, score: float, **fields: Any) -> dict[str, Any]:
        box = [x - 25.0, y - 25.0, 50.0, 50.0]
        keypoints = [x, y, score] * 17
        return {"image_id": image_id, "category_id": 1, "bbox": box, "keypoints": keypoints, "score": score} | fields

    return detection


def _random_annotation(generator: np.random.Generator) -> dict[str, Any]:
    corner, size = generator.uniform(0, 400, 2), generator.uniform(10, 300, 2)
    joints = corner + generator.uniform(0, 1, (17, 2)) * size
    # Now and then a person without any labelled joint, whom COCO ignores.
    flags = generator.integers(0, 3, 17) * (generator.random() > 0.1)
    keypoints = np.column_stack([joints * (flags > 0)[:, None], flags]).round(2)
    return {
        "bbox": [*corner.tolist(), *size.tolist()],
        "area": float(size.prod() * 0.53),
        "iscrowd": int(generator.random() < 0.1),
        "keypoints": keypoints.ravel().tolist(),
    }


def _random_detections(
    generator: np.random.Generator, image_id: int, people: list[dict[str, Any]], levels: int
) -> list[dict[str, Any]]:
    sources = [person for person in people for _ in range(generator.integers(0, 3))]
    sources += [_random_annotation(generator) for _ in range(generator.integers(0, 3))]
    found = []
    for source in sources:
        keypoints = np.array(source["keypoints"]).reshape(17, 3)
        keypoints[:, :2] += generator.normal(0, generator.choice([0, 2, 10, 40]), (17, 2))
        found.append(
            {
                "image_id": image_id,
                "category_id": 1,
                "bbox": source["bbox"],
                "keypoints": keypoints.ravel().tolist(),
                "score": int(generator.integers(1, levels)) / levels,
            }
        )
    return found


@pytest.fixture(scope="session")
def random_case() -> Callable[..., tuple[dict[int, list[dict[str, Any]]], list[dict[str, Any]]]]:
    """Annotations of up to six images by image id, and detections: near people, doubled, or somewhere else.

    Scores are multiples of 1 / `levels`: few levels make ties.
    """

    def case(seed: int, levels: int) -> tuple[dict[int, list[dict[str, Any]]], list[dict[str, Any]]]:
        generator = np.random.default_rng(seed)
        ids = generator.permutation(100)[: generator.integers(1, 7)].tolist()
        content = {i: [_random_annotation(generator) for _ in range(generator.integers(0, 5))] for i in ids}
        found = [d for i, people in content.items() for d in _random_detections(generator, i, people, levels)]
        return content, found

    return case


@pytest.fixture(scope="session")
def plain_pycocotools(tmp_path_factory) -> Callable[..., COCOeval]:
    """COCOeval as any user runs it on files, from image ids to annotations and a list of detections.

    Annotations are numbered from 1 in the order given; fields that they have already are left as they are.
    """
    folder = tmp_path_factory.mktemp("plain")

    def run(content: dict[int, list[dict[str, Any]]], found: list[dict[str, Any]]) -> COCOeval:
        annotations: list[dict[str, Any]] = []
        for image_id, people in content.items():
            for person in people:
                count = sum(flag > 0 for flag in person["keypoints"][2::3])
                fields = {"id": len(annotations) + 1, "category_id": 1, "num_keypoints": count}
                annotations.append(fields | person | {"image_id": image_id})
        images = [{"id": image_id, "width": 640, "height": 480, "file_name": "x"} for image_id in content]
        truth = {"images": images, "annotations": annotations, "categories": [{"id": 1, "name": "person"}]}
        (folder / "truth.json").write_text(json.dumps(truth))
        (folder / "found.json").write_text(json.dumps(found))
        with redirect_stdout(io.StringIO()):
            coco = COCO(str(folder / "truth.json"))
            evaluator = COCOeval(coco, coco.loadRes(str(folder / "found.json")), "keypoints")
            evaluator.evaluate()
            evaluator.accumulate()
            evaluator.summarize()
        return evaluator

    return run


@pytest.fixture
def make_images(tmp_path) -> Callable[..., CocoKeypoints]:
    """From the people of each image, keypoints [17, 2] or [17, 3] with flags, to a data set of black images."""

    def make(people: list[list[np.ndarray]], width: int = 64, height: int = 64) -> CocoKeypoints:
        images, annotations = [], []
        for image_id, each in enumerate(people, 1):
            Image.fromarray(np.zeros((height, width, 3), np.uint8)).save(tmp_path / f"{image_id}.png")
            images.append({"id": image_id, "file_name": f"{image_id}.png", "width": width, "height": height})
            for points in each:
                low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
                flags = points[:, 2:] if points.shape[1] == 3 else np.full((17, 1), 2)
                triples = np.concatenate([points[:, :2] * (flags > 0), flags], axis=1).ravel().tolist()
                box = [*low.tolist(), *(high - low).tolist()]
                annotations.append({"image_id": image_id, "bbox": box, "keypoints": triples})
        (tmp_path / "truth.json").write_text(json.dumps({"images": images, "annotations": annotations}))
        return CocoKeypoints.read(tmp_path / "truth.json", tmp_path)

    return make
