"""A tiny method in the place of the published ones, so that commands are tested without weights."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from methods import catalog, weights
from methods.family import Family, Variant
from methods.method import Method
from methods.ops.letterbox import letterbox
from methods.settings import Settings, setting
from methods.types import Poses


class FakeSettings(Settings):
    pose_confidence: float = setting(0.5, 0.0, 1.0, "people with a lower score are left out")

    @classmethod
    def evaluation(cls):
        return cls(pose_confidence=0.01)


class FakeMethod(Method):
    """Sees one person whose score is the image's mean brightness and whose keypoints all lie in its middle."""

    Settings = FakeSettings
    Network = nn.Identity
    default_input_size = 64

    def preprocess(self, image):
        return letterbox(image, self.input_size, stride=32)

    def forward(self, batch):
        return {"batch": self.network(batch)}

    def decode_outputs(self, outputs, frame, settings):
        left, top = frame.left, frame.top
        width, height = round(frame.width * frame.scale_x), round(frame.height * frame.scale_y)
        score = float(outputs["batch"][:, top : top + height, left : left + width].mean() / 255)
        if score < settings.pose_confidence:
            return Poses.empty(), None
        keypoints = np.tile([frame.width / 2, frame.height / 2], (1, 17, 1))
        return Poses(np.array([[0, 0, frame.width, frame.height]]), [score], keypoints, np.full((1, 17), score)), None


@pytest.fixture
def fake_method(monkeypatch):
    """The only variant in the catalogue is `fake`; its weights are an empty file."""
    only = Family("fakes", "Fakes", 0, Path("nowhere"), (Variant("fake", "fakes", "sees brightness", "nowhere:Fake"),))
    monkeypatch.setattr(catalog, "families", lambda: (only,))
    monkeypatch.setattr(Variant, "method_class", lambda variant: FakeMethod)
    monkeypatch.setattr(weights, "resolve", lambda name, local=None, sha256="": local)
    monkeypatch.setattr(FakeMethod, "load", lambda path, options: nn.Identity())
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)


@pytest.fixture
def untrained(monkeypatch, few_resamples):
    """Variants have random weights, and inputs of 128 px; gives the names and weights files that were asked for."""
    networks, asked = {}, []

    def create(name, device="cpu", file=None, input_size=None, **other):
        variant = catalog.find_variant(name)
        family = variant.method_class()
        if name not in networks:
            torch.manual_seed(0)
            networks[name] = family.Network(**variant.options)
        asked.append((name, file))
        return family(name, networks[name], input_size or 128, "cpu")

    monkeypatch.setattr(catalog, "create", create)
    return asked


@pytest.fixture
def two_methods(fake_method, monkeypatch):
    """`fake` and `other`, the same method under two names."""
    other = Variant("other", "fakes", "sees brightness too", "nowhere:Fake")
    (only,) = catalog.families()
    both = replace(only, variants=(*only.variants, other))
    monkeypatch.setattr(catalog, "families", lambda: (both,))
