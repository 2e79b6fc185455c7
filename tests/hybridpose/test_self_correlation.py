"""Equation 8 and the paper's other measures, on maps and people worked out by hand."""

import numpy as np
import pytest
import torch

from methods.errors import DataError
from methods.hybridpose.decode import HybridPoseIntermediate, HybridPoseSettings
from methods.hybridpose.distributions import distribution_maps
from methods.hybridpose.loss import self_correlation_loss
from methods.hybridpose.studies.self_correlation import (
    AUC,
    DISTANCES,
    HEIGHT,
    OTHERS,
    PEAKS,
    SUMS,
    SelfCorrelation,
    correlation_sums,
    equation_8,
    measure_self_correlation,
)
from methods.method import Raw
from methods.metrics.roc import roc_auc
from methods.ops.letterbox import Frame
from methods.settings import Settings
from methods.types import Poses, Prediction, Timing

SIDE = 128
SIZES = {8: 16, 16: 8, 32: 4, 64: 2}
K = np.arange(17)
PLACES = np.stack([40 + 40.0 * (K % 2), 24 + 80.0 * (K // 2) / 8], axis=1)
PERSON = np.column_stack([PLACES, np.where(K < 10, 2, 0)])


def outputs_of(fill=None) -> dict[str, torch.Tensor]:
    """One confident candidate of stride 8 and anchor 1, one below the floor; maps are `fill`, or as the candidate's."""
    keypoints = torch.tensor(PLACES, dtype=torch.float32)
    cells, shape = torch.tensor(PLACES[None] / 8), torch.Size([3, 17, 16, 16])
    drawn = distribution_maps(cells, torch.ones(1, 17).double(), torch.tensor([1]), shape)
    maps = {f"map_{s}": torch.zeros(3, 17, n, n, dtype=torch.uint8) for s, n in SIZES.items()}
    maps["map_8"] = (drawn * 255).round().to(torch.uint8) if fill is None else fill
    return maps | {
        "keypoints": torch.stack([keypoints, keypoints + 30]),
        "scores": torch.tensor([1.0, 0.05]),
        "strides": torch.tensor([8.0, 8.0]),
        "anchors": torch.tensor([1.0, 0.0]),
    }


def test_equation_8_is_the_loss():
    generator = torch.Generator().manual_seed(0)
    d, v = torch.rand(2, 3, 17, 8, 8, generator=generator).double()
    sums = np.array([[d.numel(), d.sum(), v.sum(), (d**2).sum(), (v**2).sum(), (d * v).sum()]])
    assert equation_8(sums)[0] == pytest.approx(float(self_correlation_loss(d, v)))
    both = np.concatenate([sums, sums * 3])
    assert equation_8(both)[1] == pytest.approx(equation_8(sums)[0])  # copies of an image change nothing


def test_maps_where_keypoints_are_regressed_are_at_no_distance():
    near = equation_8(correlation_sums(outputs_of()))
    assert near[0] == pytest.approx(0, abs=1e-4)
    assert near[1:].tolist() == [1, 1, 1]  # nobody is there
    noise = torch.randint(0, 255, (3, 17, 16, 16), generator=torch.Generator().manual_seed(0)).to(torch.uint8)
    far = equation_8(correlation_sums(outputs_of(noise)))
    assert far[0] == pytest.approx(1, abs=1e-2)
    assert correlation_sums(outputs_of()).shape == (4, SUMS)


def test_auc_of_images_that_are_there_twice():
    labelled, scores = np.array([True, False, True, False]), np.array([0.9, 0.5, 0.4, 0.6])
    times = np.array([2, 1, 0, 3])
    assert roc_auc(labelled, scores, times) == roc_auc(np.repeat(labelled, times), np.repeat(scores, times)) == 1
    assert np.isnan(roc_auc(labelled, scores, np.array([1, 0, 1, 0])))


class Told:
    """Finds the person in every image, with the given visibility and one peak `off` cells right of each keypoint."""

    def __init__(self, name, labelled, absent, off, maps=None):
        self.name, self.Settings, self.input_size = name, HybridPoseSettings, SIDE
        self.visibility = np.where(K < 10, labelled, absent)[None]
        self.off, self.maps = off, maps

    def infer(self, images):
        return [Raw(outputs_of(self.maps), Frame(SIDE, SIDE, 1.0, 1.0, 0, 0), 0, 0) for _ in images]

    def decode(self, raw, settings):
        maps = np.zeros((3, 17, 16, 16), np.uint8)
        for k, (x, y) in enumerate(PLACES / 8):
            maps[1, k, int(y), int(x) + self.off] = 200
        shown = self.visibility[..., None] >= settings.visibility_threshold
        one = np.array([1])
        intermediate = HybridPoseIntermediate(PLACES[None], self.visibility, one * 8, one, {8: maps}, raw.frame)
        box = np.array([[40, 24, 80, 104]])
        keypoints = np.where(shown, PLACES, np.nan)
        return Prediction(Poses(box, np.array([0.9]), keypoints, self.visibility), Timing(0, 0, 0), intermediate)


def test_two_networks_by_hand(make_images):
    data = make_images([[PERSON], [PERSON]], SIDE, SIDE)
    plain = Told("plain", 0.4, 0.4, 2, torch.zeros(3, 17, 16, 16, dtype=torch.uint8))
    trained = Told("trained", 0.8, 0.1, 0)
    done = []
    found = measure_self_correlation(plain, trained, data, names=("a", "b"), progress=done.append, command="study")
    centre = np.hypot(*(PLACES[:10] / 8 % 1 - 0.5).T).mean()
    aside = np.hypot(PLACES[:10, 0] / 8 % 1 - 2.5, PLACES[:10, 1] / 8 % 1 - 0.5).mean()
    peak = found.row(PEAKS)
    assert (peak.first, peak.second) == (pytest.approx(aside), pytest.approx(centre))
    assert (peak.low, peak.high) == pytest.approx((peak.difference, peak.difference))
    assert (found.row(HEIGHT).first, found.row(HEIGHT).second) == pytest.approx((0.4, 0.8))
    assert (found.row(OTHERS).first, found.row(OTHERS).second) == pytest.approx((0.4, 0.1))
    assert (found.row(AUC).first, found.row(AUC).second) == (0.5, 1)
    assert found.row(DISTANCES[0]).first == 1
    assert found.row(DISTANCES[0]).second == pytest.approx(0, abs=1e-4)
    assert found.row(DISTANCES[-1]).difference == pytest.approx(-0.25, abs=1e-4)
    assert found.row("AP").difference == 0
    assert (found.matched, found.without, found.trained, found.method) == ((2, 2), "a", "b", "trained")
    assert done == [1, 2]
    said = "are 0.80 high at labelled keypoints, 0.40 without it (+0.400; +0.400 to +0.400)"
    assert said in found.sentences()[0]
    assert found.tables()[0].columns == ("Measure", "a", "b", "Difference", "95% interval")
    assert SelfCorrelation.from_json(found.to_json()).to_json() == found.to_json()


def test_only_hybridpose(make_images):
    other = Told("other", 0.4, 0.4, 0)
    other.Settings = Settings
    with pytest.raises(DataError, match="other has no visibility maps"):
        measure_self_correlation(Told("plain", 0.4, 0.4, 0), other, make_images([[PERSON]], SIDE, SIDE))
