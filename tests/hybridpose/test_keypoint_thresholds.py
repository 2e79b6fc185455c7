"""Keypoints left out by their scores, with methods whose answers are known."""

import numpy as np
import pytest

from methods.errors import DataError
from methods.hybridpose.decode import HybridPoseIntermediate, HybridPoseSettings
from methods.hybridpose.studies.keypoint_thresholds import KeypointThresholds, leave_out, measure_thresholds
from methods.ops.letterbox import Frame
from methods.types import Poses, Prediction, Timing
from methods.yolo.decode import YoloSettings

SIDE = 64
K = np.arange(17)
PLACES = np.stack([10 + 40.0 * (K % 2), 4 + 50.0 * (K // 2) / 8], axis=1)
PERSON = np.column_stack([PLACES, np.where(K < 10, 2, 0)])  # seven keypoints have no label
BOX = [10, 4, 50, 54]


class Told:
    """Finds PLACES in every image, with the given scores of keypoints."""

    input_size, device = SIDE, "cpu"

    def __init__(self, name, settings, scores, maps=False):
        self.name, self.Settings, self.scores, self.maps = name, settings, np.array([scores]), maps

    def infer(self, images):
        return images

    def decode(self, raw, settings):
        poses = Poses(np.array([BOX]), np.array([0.9]), PLACES[None], self.scores)
        maps = np.zeros((3, 17, 8, 8), np.uint8)
        maps[:, 0, 0, 0] = 200  # in cells the nose is at 1.25, 0.5: 0.75 from the centre of that cell
        one = np.array([1])
        frame = Frame(SIDE, SIDE, 1.0, 1.0, 0, 0)
        intermediate = HybridPoseIntermediate(PLACES[None], self.scores, one * 8, one, {8: maps}, frame)
        return Prediction(poses, Timing(0, 0, 0), intermediate if self.maps else None)


def told(*, labelled, absent):
    """Scores of ten labelled and seven absent keypoints."""
    return np.concatenate([np.resize(labelled, 10), np.resize(absent, 7)])


def test_a_threshold_by_hand(make_images):
    """At 0.3 one of ten labelled keypoints is gone: OKS 0.9, which misses the threshold of 0.95; and so are all absent.

    The other method's scores are the wrong way round: as many absent ones go only with all the labelled.
    """
    own = Told("maps", HybridPoseSettings, told(labelled=[0.25] + 9 * [0.8], absent=[0.1]), maps=True)
    other = Told("yolo", YoloSettings, told(labelled=[0.2], absent=[0.6]))
    done = []
    data = make_images([[PERSON], [PERSON]])
    shown = HybridPoseSettings.demo().model_copy(update={"visibility_threshold": 0.3})
    found = measure_thresholds(own, other, data, shown, (0.0, 0.9), progress=done.append, command="study")
    assert [row.threshold for row in found.rows] == [0.0, 0.3, 0.9]  # with the settings' own
    none, chosen, everything = found.rows
    assert (none.ap.ap, none.gain, none.labelled_removed, none.absent_removed) == (1, 0, 0, 0)
    assert chosen.ap.ap == pytest.approx(0.9)
    assert (chosen.gain, chosen.gain_low, chosen.gain_high) == pytest.approx((-0.1, -0.1, -0.1))
    assert (chosen.labelled_removed, chosen.absent_removed) == (pytest.approx(0.1), 1)
    assert everything.ap.ap == 0
    maps, scores = found.scorers
    assert (maps.name, maps.people, maps.auc, maps.auc_low, maps.auc_high) == ("maps", 2, 1, 1, 1)
    assert maps.cut == chosen
    assert (scores.name, scores.auc) == ("yolo", 0)
    assert (scores.cut.labelled_removed, scores.cut.absent_removed) == (1, 1)
    assert scores.cut.gain == -1
    assert found.maps.rows[-1].distance == pytest.approx(0.75)
    assert found.settings == shown.model_dump()
    assert done == [1, 2]
    first, second, third = found.sentences()
    assert first.startswith(
        "On 2 images the visibility maps, at a threshold of 0.3, take away 100% of the keypoints without a label and"
        " 10% of those with one, and AP changes by -0.100 (-0.100 to -0.100)."
    )
    assert "ROC AUC of 1.000 (1.000 to 1.000); yolo's own keypoint scores with 0.000" in second
    assert "0.75 cells" in third
    assert [len(table.rows) for table in found.tables()] == [3, 2, 18]
    assert KeypointThresholds.from_json(found.to_json()).to_json() == found.to_json()


def test_keypoints_below_the_threshold_go():
    scores = np.linspace(0, 1, 17)[None]
    poses = Poses(np.array([BOX]), np.array([0.9]), PLACES[None], scores)
    left = leave_out(poses, 0.5)
    assert np.isnan(left.keypoints[0]).all(axis=1).tolist() == [True] * 8 + [False] * 9
    assert leave_out(poses, 0.0) == poses


def test_nobody_and_other_methods_are_refused(make_images):
    own = Told("maps", HybridPoseSettings, told(labelled=[0.8], absent=[0.1]), maps=True)
    with pytest.raises(DataError, match="yolo has no visibility maps; give a variant of HybridPose"):
        measure_thresholds(Told("yolo", YoloSettings, np.ones(17)), own, make_images([[PERSON]]))
    far = PERSON + np.where(K < 10, 60, 0)[:, None] * [1, 1, 0]
    with pytest.raises(DataError, match="maps finds nobody who is annotated"):
        measure_thresholds(own, own, make_images([[far]], 200, 200))


def test_a_threshold_that_takes_nothing_away_has_its_like_in_none(make_images):
    own = Told("maps", HybridPoseSettings, told(labelled=[0.8], absent=[0.7]), maps=True)
    other = Told("yolo", YoloSettings, told(labelled=[0.6], absent=[0.2]))
    found = measure_thresholds(own, other, make_images([[PERSON]]), thresholds=(0.0,))
    assert [(scorer.cut.absent_removed, scorer.cut.gain) for scorer in found.scorers] == [(0, 0), (0, 0)]
