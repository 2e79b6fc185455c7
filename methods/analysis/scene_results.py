"""What every published method finds in the sample scenes, kept beside them, so that nobody waits for networks.

`data_samples/results/NAME.json.gz` is a COCO keypoint results file of one method: of each scene the people whom COCO's
evaluation looks at, with the evaluation preset, to a tenth of a pixel. Beyond COCO's fields each has `wrong`, how
likely each keypoint is wrong as the visibility metamodel's head judges it. `about.json` there says which weights made
them.
"""

import gzip
import math
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter
from pydantic_core import from_json, to_json

from methods.analysis.find import fingerprint
from methods.data.coco import AnnotatedImage
from methods.data.scenes import FOLDER, NAME, QUIZZES, read_scenes
from methods.errors import DataError
from methods.method import Method
from methods.metrics.detections import BEST
from methods.types import Poses
from methods.visibility.judge import BODY, JUDGE, KeypointJudge
from methods.visibility.judgement import WRONG, Judgement
from methods.weights import read_manifest
from methods.writing import write_bytes

RESULTS = FOLDER.parent / "results"
ABOUT = "about.json"
BATCH = 4  # scenes in memory at a time

Detection = dict[str, Any]


class Origin(BaseModel):
    """What one method's results were made with: SHA-256 of weights, metamodel and judge, settings, and which scenes."""

    model_config = ConfigDict(frozen=True)

    weights: str
    metamodel: str
    judge: str
    input_size: int
    settings: dict[str, Any]
    scenes: str


_ABOUT: TypeAdapter[dict[str, Origin]] = TypeAdapter(dict[str, Origin])


def every_scene(folder: Path = FOLDER) -> tuple[AnnotatedImage, ...]:
    """All sample scenes: the graded sets, then the quizzes."""
    return (*read_scenes(NAME, folder), *read_scenes(f"{NAME}/{QUIZZES}", folder))


def find_and_judge(
    method: Method,
    judge: KeypointJudge,
    images: Sequence[AnnotatedImage],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Detection]:
    """COCO results of the best people of each image, with `wrong`; `progress` gets how many images are done.

    Raises DataError where an image cannot be read.
    """
    settings = method.Settings.evaluation()
    found: list[Detection] = []
    for start in range(0, len(images), BATCH):
        batch = images[start : start + BATCH]
        pixels = [image.read() for image in batch]
        poses = [method.decode(raw, settings).poses[:BEST] for raw in method.infer(pixels)]
        for image, of_image, judgement in zip(batch, poses, judge.judge(pixels, poses), strict=True):
            found += results_of(of_image, judgement, image.image_id)
        progress(min(start + BATCH, len(images)), len(images))
    return found


def results_of(poses: Poses, judgement: Judgement, image_id: int) -> list[Detection]:
    """COCO results of judged poses, rounded; `wrong` is null where a pose has no keypoint."""
    results = poses.to_coco(image_id)
    for result, chances in zip(results, judgement.chances(WRONG).tolist(), strict=True):
        triples = [round(number, 2 if k % 3 == 2 else 1) for k, number in enumerate(result["keypoints"])]
        bbox = [round(edge, 1) for edge in result["bbox"]]
        wrong = [None if math.isnan(chance) else round(chance, 2) for chance in chances]
        result |= {"keypoints": triples, "bbox": bbox, "score": float(f"{result['score']:.4g}"), "wrong": wrong}
    return results


def origin_of(method: Method, images: Iterable[AnnotatedImage]) -> Origin:
    """What results made now would come from; raises KeyError for a method without published weights."""
    manifest = read_manifest()
    return Origin(
        weights=manifest[method.name].sha256,
        metamodel=manifest[BODY].sha256,
        judge=manifest[JUDGE].sha256,
        input_size=method.input_size,
        settings=method.Settings.evaluation().model_dump(),
        scenes=fingerprint(images),
    )


def write_results(name: str, origin: Origin, detections: Sequence[Detection], folder: Path = RESULTS) -> Path:
    """Keep one method's results and where they come from; returns their file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json.gz"
    # Without a time in it, the same results are the same file.
    write_bytes(path, gzip.compress(to_json(list(detections)), mtime=0))
    about = dict(sorted((read_origins(folder) | {name: origin}).items()))
    write_bytes(folder / ABOUT, _ABOUT.dump_json(about, indent=1) + b"\n")
    return path


def read_origins(folder: Path = RESULTS) -> dict[str, Origin]:
    """Where the kept results come from, by method; empty where there are none."""
    path = folder / ABOUT
    return _ABOUT.validate_json(path.read_bytes()) if path.is_file() else {}


def read_scene_results(name: str, folder: Path = RESULTS) -> list[Detection]:
    """One method's COCO results of all scenes; raises DataError where they are not there."""
    path = folder / f"{name}.json.gz"
    if not path.is_file():
        raise DataError(
            f"No results of {name} are kept at {path}; make them with: python -m methods scene-results {name}"
        )
    return from_json(gzip.decompress(path.read_bytes()))
