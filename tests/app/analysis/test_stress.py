"""Stress: images made worse and what the page shows of it."""

import numpy as np
import pytest

from app.analysis.stress import KINDS, Reference, find_kind, levels, shrunk

BOX = np.array([100, 100, 300, 300])


@pytest.fixture
def image():
    return np.random.default_rng(0).integers(0, 256, (480, 800, 3), dtype=np.uint8)


def people(fakes, image):
    """Who is found in the clean image."""
    return fakes["first"].predict([image])[0].poses.keypoints


def settings(fakes):
    return {name: method.Settings() for name, method in fakes.items()}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_begins_with_the_clean_image_and_gets_worse(kind, image, fakes):
    found = list(levels(image, kind, BOX, [9, 10], fakes, settings(fakes), people(fakes, image)))
    assert [level.strength for level in found] == [0.0, *kind.strengths]
    assert np.array_equal(found[0].image, image)
    changes = [
        (level.image != image).any(axis=2).mean() if level.image.shape == image.shape else 1.0 for level in found[1:]
    ]
    assert all(changes)
    assert changes == sorted(changes) or kind.name in ("Darken", "JPEG", "Blur", "Rotate")
    assert found[0].drifts["first"].lost == 0
    assert found[0].drifts["first"].shift == 0
    assert set(found[-1].predictions) == {"first", "second"}


def test_a_method_that_answers_the_same_in_pixels_of_a_cropped_image_has_moved(image, fakes):
    first, *_, last = levels(image, find_kind("Crop"), BOX, [], fakes, settings(fakes), people(fakes, image))
    # These people do not move with the image, so in the original's pixels they move by what was cut off.
    assert last.drifts["first"].shift == pytest.approx(np.hypot(240, 144), rel=0.01) or last.drifts["first"].lost == 1
    assert last.known[0] == pytest.approx(first.known[0] - [240, 144], abs=0.1)


def test_only_the_named_keypoints_are_hidden(image, fakes):
    *_, last = levels(image, find_kind("Hide keypoints"), BOX, [9], fakes, settings(fakes), people(fakes, image))
    x, y = last.known[0][9].round().astype(int)
    assert (last.image[y, x] == 114).all()
    assert (last.image != image).any(axis=2).sum() < 2 * np.pi * 60**2


def test_large_images_are_made_smaller_first():
    assert shrunk(np.zeros((3000, 1500, 3), np.uint8)).shape == (800, 400, 3)
    small = np.zeros((10, 20, 3), np.uint8)
    assert shrunk(small) is small


def test_predictions_are_held_against_the_ground_truth_where_there_is_one(image, fakes):
    found = people(fakes, image)
    annotated = Reference(found + np.array([30.0, 40.0]), np.full(len(found), 1e6))
    clean, *_ = levels(image, find_kind("Blur"), BOX, [], fakes, settings(fakes), found, annotated)
    assert clean.drifts["first"].shift == pytest.approx(50)
    assert clean.drifts["first"].lost == 0
