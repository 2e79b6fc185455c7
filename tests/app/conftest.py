"""A small method that needs no weights, for tests of the page's parts; and the whole page, served."""

from collections.abc import Iterator
from importlib.util import find_spec

import numpy as np
import pytest
import torch
from torch import nn

from methods.method import Method
from methods.ops.letterbox import Frame
from methods.settings import Settings, setting, switch
from methods.types import Poses

PATTERN = np.random.default_rng(0).uniform(size=(17, 2)).astype(np.float32)


class FakeSettings(Settings):
    """One threshold and one switch."""

    pose_confidence: float = setting(0.5, 0.0, 1.0, "people with a lower score are left out")
    mirror: bool = switch(False, "nothing really")

    @classmethod
    def evaluation(cls):
        return cls(pose_confidence=0.1)


class FakeMethod(Method):
    """Finds three people in a row, scored 0.9, 0.6 and 0.3, `shift` pixels from where they are; counts its runs."""

    Settings = FakeSettings

    def __init__(self, name="fake", shift=0.0):
        super().__init__(name, nn.Identity(), 64, "cpu")
        self.shift = shift
        self.runs = 0

    def preprocess(self, image):
        height, width = image.shape[:2]
        return torch.zeros(3, 64, 64, dtype=torch.uint8), Frame(width, height, 1.0, 1.0, 0, 0)

    def forward(self, batch):
        self.runs += 1
        return {"scores": torch.tensor([[0.9, 0.6, 0.3]]).repeat(len(batch), 1)}

    def decode_outputs(self, outputs, frame, settings):
        scores = outputs["scores"].numpy()
        corners = np.arange(3)[:, None, None] * np.float32([300, 0]) + self.shift
        keypoints = PATTERN[None] * 200 + corners
        boxes = np.concatenate([keypoints.min(1), keypoints.max(1)], axis=1)
        poses = Poses(boxes, scores, keypoints, np.full((3, 17), 0.8))
        return poses[scores >= settings.pose_confidence], None


@pytest.fixture
def fakes():
    """Two such methods, 3 px apart."""
    return {"first": FakeMethod("first"), "second": FakeMethod("second", shift=3.0)}


@pytest.fixture
def image():
    """A small grey image."""
    return np.full((48, 64, 3), 127, np.uint8)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Keep the tests that ask the served page in one of several test processes."""
    if "page_url" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.xdist_group("page"))


@pytest.fixture(scope="session")
def page_url() -> Iterator[str]:
    """The address of the page, served by this process."""
    from app import page  # only here: others take these methods in place of the page's before the page is built

    built = page.build()
    tools = find_spec("mcp") is not None
    _, url, _ = built.launch(prevent_thread_lock=True, quiet=True, mcp_server=tools, **page.serving(built))
    yield url.rstrip("/")
    built.close()
