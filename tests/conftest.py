"""What every test folder shares."""

import json
import os
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from PIL import Image, ImageDraw

from methods.skeletons import COCO17

# No test is timed: a busy machine must not fail one.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# Names of uploads are hashes of their content, and an app that closes deletes its uploads: two processes that share
# a folder would delete each other's photos.
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


@pytest.fixture(scope="session")
def pose_data() -> Path:
    """The folder of development data sets, one folder each; a test that asks for it is skipped where there is none."""
    if not DATA.is_dir():
        pytest.skip(f"no development photos at {DATA}; set POSE_DATA to a folder that holds coco_val")
    return DATA


SIDE = 128  # pixels
# A standing figure of COCO's joints around its hips, in pixels.
FIGURE = np.array([
    (0, -46), (3, -49), (-3, -49), (7, -47), (-7, -47), (12, -34), (-12, -34), (18, -18), (-18, -18),
    (20, -2), (-20, -2), (8, 0), (-8, 0), (10, 22), (-10, 22), (11, 44), (-11, 44),
])  # fmt: skip


def draw(rng: np.random.Generator, people: int) -> tuple[Image.Image, np.ndarray]:
    """Stick figures on a blurred background, and their joints [people, 17, 2]."""
    background = Image.fromarray(rng.integers(60, 120, (8, 8, 3), dtype=np.uint8)).resize((SIDE, SIDE))
    pen = ImageDraw.Draw(background)
    scale = rng.uniform(0.7, 0.9, people) / (1 if people == 1 else 1.3)
    middle = np.linspace(0, SIDE, people + 2)[1:-1]
    figures = FIGURE + rng.normal(0, 3, (people, 17, 2))
    joints = figures * scale[:, None, None] + np.stack([middle, np.full(people, 0.52 * SIDE)], axis=1)[:, None]
    for figure in joints:
        for start, end in COCO17.limbs:
            colour = tuple(int(value) for value in rng.integers(130, 256, 3))
            pen.line([tuple(figure[start]), tuple(figure[end])], fill=colour, width=3)
    return background, joints


def annotate(joints: np.ndarray, image_id: int) -> dict:
    low, high = joints.min(axis=0) - 4, joints.max(axis=0) + 4
    keypoints = np.concatenate([joints, np.full((17, 1), 2.0)], axis=1)
    return {"image_id": image_id, "bbox": [*low, *(high - low)], "keypoints": keypoints.ravel().tolist()}


@pytest.fixture
def drawings(tmp_path: Path):
    """A data set of four drawn images of SIDE x SIDE pixels, with one, two, one and two people, to learn by heart."""
    from methods.data.coco import CocoKeypoints

    rng = np.random.default_rng(0)
    images, annotations = [], []
    for image_id, people in enumerate([1, 2, 1, 2], start=1):
        picture, figures = draw(rng, people)
        picture.save(tmp_path / f"{image_id}.png")
        images.append({"id": image_id, "file_name": f"{image_id}.png", "width": SIDE, "height": SIDE})
        annotations += [annotate(joints, image_id) for joints in figures]
    (tmp_path / "drawings.json").write_text(json.dumps({"images": images, "annotations": annotations}))
    return CocoKeypoints.read(tmp_path / "drawings.json", tmp_path)


@pytest.fixture
def one_thread():
    """On small inputs threads cost more than they bring, above all on a busy machine."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
