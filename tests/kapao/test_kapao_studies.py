"""KAPAO's fusion with a network whose answer is known: the pose's nose is far off, a keypoint object has it right."""

import numpy as np
import pytest
import torch
from torch import nn

from methods.errors import DataError
from methods.kapao.decode import KapaoSettings
from methods.kapao.method import Kapao
from methods.kapao.studies import ALONE, FUSED, Fusion, compare_keypoint_sizes, measure_fusion
from methods.settings import Settings
from methods.training.recipe import find_recipe, read_recipe

SIDE = 64
K = np.arange(17)
PERSON = np.stack([10 + 40.0 * (K % 2), 4 + 50.0 * (K // 2) / 8], axis=1)  # in a box of 40 x 50 px


class KnownKapao(Kapao):
    """In every image of SIDE x SIDE px a person whose pose has the nose 30 px too low, and objects of nose and ear.

    That of the nose is right and has a confidence of 0.5; that of the left ear is 4 px off and has 0.3.
    """

    Network = nn.Identity

    @staticmethod
    def exact_layers(network):
        return []

    def forward(self, batch):
        pose = PERSON.copy()
        pose[0, 1] += 30
        centres = np.stack([PERSON[0], PERSON[3] + [0, 4]])
        one = {
            "pose_boxes": [[10, 4, 50, 54]],
            "pose_scores": [0.9],
            "keypoints": [pose],
            "keypoint_boxes": np.concatenate([centres - 2, centres + 2], axis=1),
            "keypoint_scores": [0.5, 0.3],
            "keypoint_classes": [0, 3],
        }
        return {
            name: torch.tensor(np.array(value), dtype=torch.float32).expand(len(batch), *np.shape(value))
            for name, value in one.items()
        }


@pytest.fixture
def method():
    return KnownKapao("known", nn.Identity(), SIDE, "cpu")


def test_fusion_by_hand(method, make_images):
    """A nose that is far off leaves 16 of 17 keypoints, an OKS of 0.94: all thresholds but 0.95 are met."""
    done = []
    data = make_images([[PERSON], [PERSON]])
    settings = KapaoSettings.evaluation().model_copy(update={"keypoint_confidence": 0.4})
    found = measure_fusion(method, data, settings, (0.2, 0.4), done.append, "study")
    assert [row.name for row in found.rows] == [ALONE, FUSED, "keypoint confidence 0.2"]
    alone, fused = found.way(ALONE), found.way(FUSED)
    assert alone.ap.ap == pytest.approx(0.9)
    assert fused.ap.ap == pytest.approx(1)
    assert (fused.gain, fused.gain_low, fused.gain_high) == pytest.approx((0.1, 0.1, 0.1))
    nose, *_, every = found.keypoints
    assert (nose.moved, nose.pixels, nose.nearer, nose.rate, nose.gain) == (1, pytest.approx(30), 1, 1, 1)
    assert nose.percent == pytest.approx(100 * 30 / np.sqrt(40 * 50))
    assert found.keypoints[3].moved == 0  # the ear's object is not confident enough
    assert every.moved == pytest.approx(1 / 17)
    assert every.gain == pytest.approx(0.1)
    assert (found.images, found.people, done) == (2, 2, [1, 2])
    first, second = found.sentences()
    assert first.startswith("On 2 images fusion moves 6% of found people's keypoints; half of those moved go farther")
    assert second == "AP of the same people changes by +0.100 (+0.100 to +0.100)."
    assert "keypoint_confidence 0.4" in found.heading()
    assert Fusion.from_json(found.to_json()).to_json() == found.to_json()
    assert found.tables()[1].columns[1:4] == ("Moved", "Median px", "Median %")
    assert "| nose | 100% | 30.00 |" in found.to_markdown()


def test_a_lower_confidence_fuses_more(method, make_images):
    settings = KapaoSettings.evaluation().model_copy(update={"keypoint_confidence": 0.2})
    found = measure_fusion(method, make_images([[PERSON]]), settings, ())
    ear = found.keypoints[3]
    assert (ear.moved, ear.pixels, ear.nearer) == (1, pytest.approx(4), 0)


def test_only_kapao_fuses(method, make_images):
    with pytest.raises(DataError, match="has no labelled people"):
        measure_fusion(method, make_images([[]]))

    class Other(KnownKapao):
        Settings = Settings

    with pytest.raises(DataError, match="other has no keypoint objects to be fused; give a variant of KAPAO"):
        measure_fusion(Other("other", nn.Identity(), SIDE, "cpu"), make_images([[PERSON]]))


def test_sizes_of_keypoint_boxes_are_compared_with_the_papers(method, make_images):
    """The same KAPAO three times, of which one finds nobody: it has lost all that the paper's size finds."""

    class Blind(KnownKapao):
        def forward(self, batch):
            return super().forward(batch) | {"pose_scores": torch.zeros(len(batch), 1)}

    blind = Blind("blind", nn.Identity(), SIDE, "cpu")
    data = make_images([[PERSON], [PERSON]])
    found = compare_keypoint_sizes({0.01: blind, 0.1: method, 0.05: method}, data, command="study")
    assert [row.name for row in found.rows] == [f"boxes of {size} of the input" for size in ("0.05", "0.01", "0.1")]
    assert [row.ap.ap for row in found.rows] == [found.rows[0].ap.ap, 0, found.rows[0].ap.ap]
    assert [row.gain for row in found.rows] == [0, -found.rows[0].ap.ap, 0]
    assert found.rows[0].ap.ap > 0.8
    assert list(found.to_pandas()["name"]) == [row.name for row in found.rows]
    assert "at boxes of 0.05 of the input; the paper's is 5%." in found.sentences()[0]


def test_the_recipe_of_figure_4_is_the_papers_for_50_epochs():
    recipe, paper = (read_recipe(find_recipe(["kapao-s"], name)) for name in ("figure4", "paper"))
    assert (recipe.epochs, paper.epochs) == (50, 500)
    assert recipe.model_dump(exclude={"summary", "stages"}) == paper.model_dump(exclude={"summary", "stages"})
    assert recipe.stages[0].augment == paper.stages[0].augment
