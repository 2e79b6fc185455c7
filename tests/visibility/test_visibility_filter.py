"""`methods.visibility.VisibilityFilter`, with the published judge."""

import numpy as np
import pytest

from methods.errors import SettingsError
from methods.types import Poses
from methods.visibility import VisibilityFilter
from methods.visibility.judgement import ASKED, HIDDEN, MISPLACED, PRESETS, WRONG


@pytest.fixture(scope="module")
def careful() -> VisibilityFilter:
    return VisibilityFilter(device="cpu")


@pytest.fixture
def image():
    return np.random.default_rng(0).integers(0, 256, (80, 100, 3), dtype=np.uint8)


@pytest.fixture
def found():
    keypoints = np.random.default_rng(0).uniform(0, 80, (2, 17, 2))
    keypoints[1, 4] = np.nan
    return Poses(np.array([[5, 5, 40, 75], [30, 10, 95, 70]]), [0.9, 0.8], keypoints, np.full((2, 17), 0.6))


@pytest.mark.parametrize("asked", ASKED)
def test_keypoints_above_the_threshold_go_and_no_others(careful, image, found, asked):
    (judgement,) = careful.judge.judge([image], [found])
    chances = judgement.chances(asked)
    threshold = float(np.nanmedian(chances))
    left = VisibilityFilter(asked, threshold=threshold, device="cpu").apply(image, found)
    gone = np.isnan(left.keypoints).all(axis=2)
    assert (gone == (np.isnan(chances) | (chances > threshold))).all()
    assert (left.keypoints[~gone] == found.keypoints[~gone]).all()
    assert left.scores.tolist() == found.scores.tolist()
    np.testing.assert_allclose(left.visibility, judgement.exact())


def test_without_anything_given_the_filter_is_the_most_careful_one(careful):
    presets = [VisibilityFilter(WRONG, name, device="cpu").threshold for name in PRESETS]
    assert careful.threshold == max(presets)
    assert presets == sorted(presets, reverse=True)
    assert careful.describe() == {"model": "visibility-n-judge", "asked": WRONG, "threshold": careful.threshold}


def test_nobody_found_is_nobody_filtered(careful, image):
    assert len(careful.apply(image, Poses.empty())) == 0


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {"asked": "absent"},
            "Keypoints cannot be left out for being absent; give one of: wrong, not in the image, hid",
        ),
        ({"at_most": "1 in 3"}, "There is no preset 1 in 3; give one of: 1 in 20, 1 in 10, 1 in 5."),
        ({"threshold": 1.5}, "The filter's threshold is 1.5, but a probability; give one from 0 to 1."),
        (
            {"at_most": "1 in 5", "threshold": 0.5},
            "A preset (1 in 5) sets the threshold, and 0.5 is one too; give one.",
        ),
    ],
)
def test_what_cannot_be_asked_is_said_in_one_sentence(given, sentence):
    with pytest.raises(SettingsError) as raised:
        VisibilityFilter(**given, device="cpu")
    assert sentence in str(raised.value)


def test_a_preset_that_there_is_none_for_is_refused():
    with pytest.raises(
        SettingsError, match="no threshold at which at most 1 in 20 of the keypoints left out for being"
    ):
        VisibilityFilter(HIDDEN, device="cpu")
    assert VisibilityFilter(HIDDEN, "1 in 5", device="cpu").threshold < 1
    assert VisibilityFilter(MISPLACED, device="cpu").threshold < 1


def test_the_package_has_nothing_else_to_offer():
    import methods.visibility

    with pytest.raises(AttributeError, match="no attribute 'Filter'"):
        _ = methods.visibility.Filter
