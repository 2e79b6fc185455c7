"""Stick figures drawn as images, and a tiny task that learns from them in a second."""

import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from torch import nn

from methods.data.decoded import DecodedImages
from methods.family import Variant
from methods.method import Method
from methods.ops.letterbox import letterbox
from methods.settings import Settings
from methods.skeletons import COCO17
from methods.training.recipe import parse_recipe
from methods.training.sources import read_mixture, read_validation
from methods.training.task import Task
from methods.training.trainer import Trainer
from methods.types import Poses

# A standing person in a box of 1 x 1, keypoints in the order of COCO-17.
FIGURE = np.array(
    [(50, 8), (53, 5), (47, 5), (57, 7), (43, 7), (65, 22), (35, 22), (78, 38), (22, 38), (84, 54), (16, 54),
     (60, 55), (40, 55), (62, 76), (38, 76), (63, 97), (37, 97)]
) / 100  # fmt: skip


def draw_figures(folder: Path, split: str, count: int, seed: int) -> None:
    """Write `count` PNGs of 96 x 96 px with one or two stick figures each, and annotations_`split`.json."""
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    images, annotations = [], []
    for number in range(count):
        name = f"{split}{number}.png"
        canvas = rng.integers(0, 60, (96, 96, 3), dtype=np.uint8)
        for slot in range(rng.integers(1, 3)):
            corner, size = rng.uniform((48 * slot, 2), (48 * slot + 8, 20)), rng.uniform((30, 60), (38, 72))
            points = corner + FIGURE * size
            for a, b in COCO17.limbs:
                cv2.line(canvas, points[a].astype(int).tolist(), points[b].astype(int).tolist(), (255, 200, 150), 2)
            keypoints = np.column_stack([points, np.full(17, 2)]).ravel().tolist()
            box = [*corner.tolist(), *size.tolist()]
            annotation = {"image_id": number, "bbox": box, "keypoints": keypoints, "iscrowd": 0}
            annotations.append(annotation | {"area": float(size.prod() / 2)})
        cv2.imwrite(str(folder / name), canvas)
        images.append({"id": number, "file_name": name, "width": 96, "height": 96})
    (folder / f"annotations_{split}.json").write_text(json.dumps({"images": images, "annotations": annotations}))


@pytest.fixture(scope="session")
def figures(tmp_path_factory) -> Path:
    """A folder of data sets: `figures` with 10 images to train on and 4 to validate with."""
    root = tmp_path_factory.mktemp("data")
    draw_figures(root / "figures", "train", 10, seed=1)
    draw_figures(root / "figures", "val", 4, seed=2)
    return root


class TinyNetwork(nn.Module):
    """Noses as a heat map at stride 8; dropout, so that random numbers matter."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 8, 8, 8), nn.BatchNorm2d(8), nn.ReLU())
        self.head = nn.Sequential(nn.Dropout(0.2), nn.Conv2d(8, 1, 1))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.head(self.body(images))


class TinySettings(Settings):
    @classmethod
    def evaluation(cls) -> "TinySettings":
        return cls()


class TinyMethod(Method):
    """Everybody stands where the heat map is highest."""

    Settings = TinySettings

    def preprocess(self, image):
        return letterbox(image, self.input_size, 64)

    def forward(self, batch):
        return {"map": self.network(batch / 255)}

    def decode_outputs(self, outputs, frame, settings):
        row, column = divmod(int(outputs["map"].argmax()), outputs["map"].shape[-1])
        keypoints = frame.to_original((np.array([column, row]) + 0.5) * 8 + (FIGURE - FIGURE[0]) * (30, 60))
        box = np.concatenate([keypoints.min(0), keypoints.max(0)])
        return Poses(box[None], np.ones(1), keypoints[None], np.ones((1, 17))), None


@dataclass(frozen=True)
class TinyGains:
    nose: float = 1.0
    size: float = 1e-3


class TinyTask(Task):
    Gains = TinyGains
    heads = ("head.",)
    shares_body = False

    def __init__(self, name: str = "tiny") -> None:
        torch.manual_seed(0)
        self.name, self.network = name, TinyNetwork()
        self.variant = Variant(name, "tiny", "Tiny.", "tests:Tiny")
        self.weigh({})

    def learn_from(self, data):
        return f"learns from {len(data)} images."

    def build_loss(self):
        return self._losses

    def _losses(self, found, people):
        wanted = torch.zeros_like(found)
        seen = (people.visibility[:, 0] > 0) & ~people.ignore
        cells = (people.keypoints[seen, 0] / 8).long()
        wanted[people.image_index[seen], 0, cells[:, 1], cells[:, 0]] = 1
        parts = {
            "nose": self.gains.nose * ((found - wanted) ** 2).mean(),
            "size": self.gains.size * (found**2).mean(),
        }
        total = len(people.images) * sum(parts.values())
        return {"total": total} | {name: part.detach() for name, part in parts.items()}

    def method(self, network, input_size, device):
        return TinyMethod(self.name, network, input_size, device)


RECIPE = {
    "summary": "tiny",
    "licence": "CC0-1.0",
    "provenance": "Drawn by a test.",
    "data_terms": "Free.",
    "sources": {"figures": 1},
    "validation": {"folder": "figures", "input_size": 128},
    "stages": [
        {"epochs": 1, "sizes": [64], "freeze": ["body."], "augment": {"flip": 0.5}},
        {"epochs": 2, "sizes": [64, 128], "augment": {"mosaic": 0.5, "mosaic_scale": [0.4, 0.9], "rotate": 20}},
    ],
    "batch_size": 4,
    "optimiser": "adamw",
    "learning_rate": 0.02,
    "body_rate": 0.2,
    "warmup_steps": 2,
    "precision": "fp32",
}


@pytest.fixture(scope="session")
def tiny_task() -> type[TinyTask]:
    return TinyTask


@pytest.fixture(scope="session")
def tiny_method() -> type[TinyMethod]:
    return TinyMethod


@pytest.fixture(scope="session")
def make_recipe():
    """The tiny recipe with some entries changed."""
    return lambda **changes: parse_recipe(RECIPE | changes, "tiny")


@pytest.fixture(scope="session")
def make_trainer():
    """A trainer of tiny tasks on the CPU, one of each name."""

    def make(recipe, names=("tiny",)) -> Trainer:
        AcceleratorState._reset_state(reset_partial_state=True)
        precision = "bf16" if recipe.precision == "bf16" else "no"
        return Trainer([TinyTask(name) for name in names], recipe, Accelerator(cpu=True, mixed_precision=precision))

    return make


@pytest.fixture(scope="session")
def run_trainer(figures):
    """Run a trainer on the stick figures; keyword arguments go to Trainer.run."""

    def run(trainer: Trainer, output: Path, **callbacks) -> None:
        output.mkdir(exist_ok=True)
        mixture = read_mixture(figures, trainer.recipe)
        decoded = DecodedImages(mixture.images, 10**9)
        trainer.run(mixture, decoded, read_validation(figures, trainer.recipe), output, **callbacks)

    return run
