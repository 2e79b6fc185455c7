"""How long AP takes, ours and pycocotools in turn in one run, on made-up detections of the size of COCO val2017."""

import io
import statistics
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from typing import Any

import numpy as np
import pandas as pd
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from methods.data.categories import PERSON
from methods.data.coco import AnnotatedImage, CocoKeypoints, People
from methods.data.image_files import ImageFiles
from methods.metrics.ap import KeypointAP, summarise
from methods.metrics.curves import curve
from methods.metrics.matching import match
from methods.metrics.results import Result
from methods.skeletons import COCO17

IMAGES, PEOPLE, DETECTIONS = 2693, 11004, 22000  # COCO val2017's images with people and its person annotations
WITHOUT_KEYPOINTS, CROWDS = 0.4, 0.02  # about the shares among these annotations
SIDE = 640  # px


class APSpeed(Result):
    """Medians in CPU seconds of the whole of AP, and of one more curve from the kept matching; `ratio` is of pairs.

    CPU time, because other programs on the machine would slow the two down unequally.
    """

    images: int
    people: int
    detections: int
    rounds: int
    ours: float
    pycocotools: float
    ratio: float  # how many times as fast as pycocotools
    curve: float
    ap: KeypointAP
    largest_difference: float  # between the ten measures of the two
    command: str | None = None

    def to_pandas(self) -> pd.DataFrame:
        """One row."""
        names = ("images", "people", "detections", "rounds", "ours", "pycocotools", "ratio", "curve")
        return pd.DataFrame([{name: getattr(self, name) for name in names}])


def benchmark_ap(
    images: int = IMAGES,
    people: int = PEOPLE,
    detections: int = DETECTIONS,
    rounds: int = 5,
    command: str | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> APSpeed:
    """Time the ten measures from a list of COCO results, ground truth already read; the two take turns.

    `progress` is called with the number of rounds done.
    """
    data, results = made_up(images, people, detections)
    ground_truth = as_pycocotools(data)
    ours, theirs, curves = [], [], []
    for done in range(rounds):
        seconds, expected = _timed(pycocotools_measures, ground_truth, results)
        theirs.append(seconds)
        seconds, matching = _timed(match, data, results)
        finishing, found = _timed(summarise, matching)
        ours.append(seconds + finishing)
        curves.append(_timed(curve, matching, 0.75)[0])
        progress(done + 1)
    return APSpeed(
        images=images,
        people=people,
        detections=detections,
        rounds=rounds,
        ours=statistics.median(ours),
        pycocotools=statistics.median(theirs),
        ratio=statistics.median(slow / fast for slow, fast in zip(theirs, ours, strict=True)),
        curve=statistics.median(curves),
        ap=found,
        largest_difference=float(np.abs(np.array(list(found.model_dump().values())) - expected).max()),
        command=command,
    )


def _timed(work: Callable[..., Any], *given: Any) -> tuple[float, Any]:
    started = time.process_time()
    answer = work(*given)
    return time.process_time() - started, answer


def pycocotools_measures(ground_truth: COCO, results: list[dict[str, Any]]) -> np.ndarray:
    """The ten measures as any user of pycocotools gets them; -1 where undefined. `results` must not be empty."""
    with redirect_stdout(io.StringIO()):
        evaluator = COCOeval(ground_truth, ground_truth.loadRes([dict(result) for result in results]), "keypoints")
        evaluator.evaluate()
        evaluator.accumulate()
        evaluator.summarize()
    return evaluator.stats


def as_pycocotools(data: CocoKeypoints) -> COCO:
    """The annotations of a data set as pycocotools holds them, numbered from 1."""
    ground_truth = COCO()
    annotations = [
        annotation
        | {"image_id": image.image_id, "category_id": PERSON.id, "area": float(area), "iscrowd": int(crowd)}
        | {"num_keypoints": sum(flag > 0 for flag in annotation["keypoints"][2::3])}
        for image in data
        for annotation, area, crowd in zip(
            image.people.annotations, image.people.areas, image.people.is_crowd, strict=True
        )
    ]
    ground_truth.dataset = {
        "images": [{"id": image.image_id} for image in data],
        "categories": [{"id": PERSON.id, "name": "person"}],
        "annotations": [annotation | {"id": i} for i, annotation in enumerate(annotations, 1)],
    }
    with redirect_stdout(io.StringIO()):
        ground_truth.createIndex()
    return ground_truth


def made_up(images: int, people: int, detections: int) -> tuple[CocoKeypoints, list[dict[str, Any]]]:
    """A data set without images, and detections: most near people, some at random. The same ones every time."""
    generator = np.random.default_rng(0)
    content: list[list[dict[str, Any]]] = [[] for _ in range(images)]
    # People gather: a few images have many.
    popularity = generator.exponential(size=images)
    for image in generator.choice(images, people, p=popularity / popularity.sum()):
        content[image].append(_person(generator))
    results = []
    for image in generator.choice(images, detections, p=popularity / popularity.sum()):
        near = content[image] and generator.random() < 0.7
        source = content[image][generator.integers(len(content[image]))] if near else _person(generator)
        results.append(_found(generator, int(image) + 1, source))
    return CocoKeypoints("made up", tuple(_image(i, those) for i, those in enumerate(content, 1))), results


def _person(generator: np.random.Generator) -> dict[str, Any]:
    corner, size = generator.uniform(0, SIDE / 2, 2), generator.uniform(20, SIDE / 2, 2)
    flags = generator.choice(3, len(COCO17), p=(0.3, 0.1, 0.6)) * (generator.random() > WITHOUT_KEYPOINTS)
    keypoints = corner + generator.random((len(COCO17), 2)) * size
    return {
        "bbox": [*corner.tolist(), *size.tolist()],
        "area": float(size.prod() * 0.6),
        "iscrowd": int(generator.random() < CROWDS),
        "keypoints": np.column_stack([keypoints * (flags > 0)[:, None], flags]).round(2).ravel().tolist(),
    }


def _found(generator: np.random.Generator, image_id: int, source: dict[str, Any]) -> dict[str, Any]:
    keypoints = np.array(source["keypoints"]).reshape(-1, 3)
    keypoints[:, :2] += generator.normal(0, generator.choice([1.0, 5.0, 20.0]), (len(keypoints), 2))
    keypoints[:, 2] = 1
    detection = {"image_id": image_id, "category_id": PERSON.id, "bbox": source["bbox"]}
    return detection | {"keypoints": keypoints.round(2).ravel().tolist(), "score": float(generator.random())}


def _image(image_id: int, annotations: list[dict[str, Any]]) -> AnnotatedImage:
    keypoints = np.array([a["keypoints"] for a in annotations], dtype=np.float32).reshape(-1, len(COCO17), 3)
    boxes = np.array([a["bbox"] for a in annotations], dtype=np.float32).reshape(-1, 4)
    people = People(
        np.concatenate([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]], axis=1),
        keypoints[..., :2].copy(),
        keypoints[..., 2].astype(np.uint8),
        np.array([a["area"] for a in annotations], dtype=np.float64),
        np.array([a["iscrowd"] for a in annotations], dtype=bool),
        tuple(annotations),
    )
    return AnnotatedImage(image_id, f"{image_id}.jpg", SIDE, SIDE, people, ImageFiles((), {}))
