"""KAPAO learns four drawn images by heart: network, targets, loss and decoding fit together."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from methods import weights
from methods.data.batch import collate
from methods.data.coco import CocoKeypoints
from methods.data.labels import Labels
from methods.evaluation.ap import keypoint_ap
from methods.kapao.loss import Gains, KapaoLoss
from methods.kapao.method import KapaoSmall
from methods.kapao.network import KapaoNetwork
from methods.skeletons import COCO17

SIDE = 128  # pixels
STEPS = 200
RATE = 5e-3
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
def drawings(tmp_path: Path) -> CocoKeypoints:
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
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def score(network: KapaoNetwork, drawings: CocoKeypoints) -> float:
    method = KapaoSmall("kapao-n", network, SIDE, "cpu")
    found = method.predict([image.read() for image in drawings], method.Settings.evaluation())
    pairs = zip(drawings, found, strict=True)
    return keypoint_ap(drawings, [row for image, one in pairs for row in one.poses.to_coco(image.image_id)]).ap


def test_four_images_are_learnt_by_heart(drawings, one_thread):
    torch.manual_seed(0)
    network = KapaoNetwork("n").train()
    network.start_from(weights.load(weights.resolve("yolo11n-pose")))
    # Table 5's objectness weight is for large inputs: it grows with the square of the width.
    loss = KapaoLoss(network, Gains(objectness=3.0))
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, STEPS, pct_start=0.1)
    batch = collate([(image.read(), Labels.of(image)) for image in drawings])
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss(network(batch.images / 255), batch)["total"].backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 10.0)
        optimizer.step()
        schedule.step()
    assert score(network, drawings) > 0.9
