"""What every test folder shares."""

import io
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from PIL import Image, ImageDraw
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from methods.data.coco import AnnotatedImage, CocoKeypoints, People
from methods.data.image_files import ImageFiles
from methods.skeletons import COCO17, CROWDPOSE14

# No test is timed: a busy machine must not fail one.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# Names of uploads are hashes of their content, and an app that closes deletes its uploads: two processes that share
# a folder would delete each other's images.
os.environ["GRADIO_TEMP_DIR"] = tempfile.mkdtemp(prefix="pose-workbench-")

DATA = Path(os.environ.get("POSE_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))


def pytest_sessionstart() -> None:
    """Stop at once where torch and torchvision are no matching pair: all else would fail in ways that hide it."""
    import torch
    import torchvision

    try:
        torchvision.ops.nms(torch.zeros(1, 4), torch.zeros(1), 0.5)
    except (RuntimeError, AttributeError) as error:
        pytest.exit(
            f"torchvision {torchvision.__version__} has no compiled operators for torch {torch.__version__} ({error});"
            " install both from requirements.txt.",
            returncode=1,
        )


def pytest_itemcollected(item: pytest.Item) -> None:
    """Keep the tests of one such folder in one of several test processes: they share one running app."""
    if item.path.parent.name in ("browser", "security"):
        item.add_marker(pytest.mark.xdist_group(item.path.parent.name))


@pytest.fixture(autouse=True)
def users_configuration(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A configuration of the user's that is a test's own, so that models of whoever runs the tests stay out of it."""
    # Not a folder of tmp_path_factory's for each: it looks through all that there are before it makes one more.
    folder = tmp_path_factory.getbasetemp() / "configuration"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    yield
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def pose_data() -> Path:
    """The folder of development data sets, one folder each; a test that asks for it is skipped where there is none."""
    if not DATA.is_dir():
        pytest.skip(f"no development images at {DATA}; set POSE_DATA to a folder that holds coco_val")
    return DATA


SIDE = 128  # pixels
# A standing figure of COCO's keypoints around its hips, in pixels.
FIGURE = np.array([
    (0, -46), (3, -49), (-3, -49), (7, -47), (-7, -47), (12, -34), (-12, -34), (18, -18), (-18, -18),
    (20, -2), (-20, -2), (8, 0), (-8, 0), (10, 22), (-10, 22), (11, 44), (-11, 44),
])  # fmt: skip


def draw(rng: np.random.Generator, people: int) -> tuple[Image.Image, np.ndarray]:
    """Stick figures on a blurred background, and their keypoints [people, 17, 2]."""
    background = Image.fromarray(rng.integers(60, 120, (8, 8, 3), dtype=np.uint8)).resize((SIDE, SIDE))
    pen = ImageDraw.Draw(background)
    scale = rng.uniform(0.7, 0.9, people) / (1 if people == 1 else 1.3)
    middle = np.linspace(0, SIDE, people + 2)[1:-1]
    figures = FIGURE + rng.normal(0, 3, (people, 17, 2))
    keypoints = figures * scale[:, None, None] + np.stack([middle, np.full(people, 0.52 * SIDE)], axis=1)[:, None]
    for figure in keypoints:
        for start, end in COCO17.limbs:
            colour = tuple(int(value) for value in rng.integers(130, 256, 3))
            pen.line([tuple(figure[start]), tuple(figure[end])], fill=colour, width=3)
    return background, keypoints


def annotate(points: np.ndarray, image_id: int) -> dict:
    low, high = points.min(axis=0) - 4, points.max(axis=0) + 4
    keypoints = np.concatenate([points, np.full((17, 1), 2.0)], axis=1)
    return {"image_id": image_id, "bbox": [*low, *(high - low)], "keypoints": keypoints.ravel().tolist()}


@pytest.fixture
def drawings(tmp_path: Path):
    """A data set of four drawn images of SIDE x SIDE pixels, with one, two, one and two people."""
    rng = np.random.default_rng(0)
    images, annotations = [], []
    for image_id, people in enumerate([1, 2, 1, 2], start=1):
        picture, figures = draw(rng, people)
        picture.save(tmp_path / f"{image_id}.png")
        images.append({"id": image_id, "file_name": f"{image_id}.png", "width": SIDE, "height": SIDE})
        annotations += [annotate(keypoints, image_id) for keypoints in figures]
    (tmp_path / "drawings.json").write_text(json.dumps({"images": images, "annotations": annotations}))
    return CocoKeypoints.read(tmp_path / "drawings.json", tmp_path)


@pytest.fixture
def two_drawings(drawings: CocoKeypoints) -> CocoKeypoints:
    """The first two, with three people, to learn by heart."""
    return drawings[:2]


@pytest.fixture
def crowdpose(two_drawings: CocoKeypoints) -> CocoKeypoints:
    """The two with CrowdPose's keypoints, of which COCO lacks two: a nose stands for the top of the head, and an ear
    for the neck."""
    return replace(two_drawings.taking([*range(5, 17), 0, 3], "drawn"), skeleton=CROWDPOSE14)


@pytest.fixture(scope="session")
def images() -> list[np.ndarray]:
    """Noise of sides that share a batch, and that do not."""
    rng = np.random.default_rng(0)
    shapes = [(96, 128), (200, 90), (1, 1), (96, 128), (7, 300)]
    return [rng.integers(0, 256, (*shape, 3), dtype=np.uint8) for shape in shapes]


@pytest.fixture
def one_thread():
    """On small inputs threads cost more than they bring, above all on a busy machine."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def few_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty resamples of a data set in place of a thousand, for tests of what is said, not of an interval's bounds."""
    from methods.analysis import difference, slices
    from methods.metrics import bootstrap

    draws = bootstrap.draws
    for module in (bootstrap, difference, slices):
        monkeypatch.setattr(
            module, "draws", lambda images, resamples=40, seed=0: draws(images, min(resamples, 40), seed)
        )


AREA = 50.0**2  # a medium person's, in square pixels, in data sets made in memory


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
    """From image id to annotations, as in a COCO file, to a data set without images."""
    return lambda content: CocoKeypoints("test", tuple(_image(i, people) for i, people in content.items()))


@pytest.fixture(scope="session")
def make_person() -> Callable[..., dict[str, Any]]:
    """An annotation whose keypoints lie on one point (x, y), all visible, in a 50 x 50 px box around it."""

    def person(x: float, y: float, **fields: Any) -> dict[str, Any]:
        box = [x - 25.0, y - 25.0, 50.0, 50.0]
        return {"bbox": box, "area": AREA, "iscrowd": 0, "keypoints": [x, y, 2] * 17} | fields

    return person


@pytest.fixture(scope="session")
def make_detection() -> Callable[..., dict[str, Any]]:
    """A COCO result whose keypoints lie on one point (x, y), in a 50 x 50 px box around it."""

    def detection(image_id: int, x: float, y: float, score: float, **fields: Any) -> dict[str, Any]:
        box = [x - 25.0, y - 25.0, 50.0, 50.0]
        keypoints = [x, y, score] * 17
        return {"image_id": image_id, "category_id": 1, "bbox": box, "keypoints": keypoints, "score": score} | fields

    return detection


def _random_annotation(generator: np.random.Generator) -> dict[str, Any]:
    corner, size = generator.uniform(0, 400, 2), generator.uniform(10, 300, 2)
    points = corner + generator.uniform(0, 1, (17, 2)) * size
    # Now and then a person without any labelled keypoint, whom COCO ignores.
    flags = generator.integers(0, 3, 17) * (generator.random() > 0.1)
    keypoints = np.column_stack([points * (flags > 0)[:, None], flags]).round(2)
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

    def run(content: dict[int, list[dict[str, Any]]], found: list[dict[str, Any]], kind: str = "keypoints") -> COCOeval:
        annotations: list[dict[str, Any]] = []
        for image_id, people in content.items():
            for person in people:
                count = sum(flag > 0 for flag in person["keypoints"][2::3])
                fields = {"id": len(annotations) + 1, "category_id": 1, "num_keypoints": count}
                annotations.append(fields | person | {"image_id": image_id})
        images = [{"id": image_id, "width": 640, "height": 480, "file_name": "x"} for image_id in content]
        ground_truth = {"images": images, "annotations": annotations, "categories": [{"id": 1, "name": "person"}]}
        (folder / "ground_truth.json").write_text(json.dumps(ground_truth))
        (folder / "found.json").write_text(json.dumps(found))
        with redirect_stdout(io.StringIO()):
            coco = COCO(str(folder / "ground_truth.json"))
            evaluator = COCOeval(coco, coco.loadRes(str(folder / "found.json")), kind)
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
        (tmp_path / "ground_truth.json").write_text(json.dumps({"images": images, "annotations": annotations}))
        return CocoKeypoints.read(tmp_path / "ground_truth.json", tmp_path)

    return make
