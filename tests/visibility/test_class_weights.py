"""The classes' sizes and weights, counted by hand."""

import pytest

from methods.data.labels import LABELLED
from methods.data.mixture import Mixture, Source
from methods.visibility.training.class_weights import class_sizes, class_weights


@pytest.fixture
def make_mixture(make_data, make_person):
    """From people as (absent, occluded, visible, known to be labelled) counts of 17 keypoints, by image, to a mixture
    in which each of two sources has one image, seen twice and once an epoch."""

    def mixture(first, second=()):
        def images(people):
            flags = [[0] * a + [1] * o + [2] * v + [LABELLED] * u for a, o, v, u in people]
            keypoints = [[value for flag in one for value in (100, 100, flag)] for one in flags]
            return make_data({1: [make_person(100, 100, keypoints=one) for one in keypoints]})

        return Mixture([Source(images(first), 2), *([Source(images(second), 1)] if second else [])])

    return mixture


def test_sizes_are_what_an_epoch_shows(make_mixture):
    """Two times the first image's only person; of the second image one of two people at random, half of each."""
    sizes = class_sizes(make_mixture([(7, 2, 8, 0)], [(17 - 6, 2, 4, 0), (3, 0, 14, 0)]))
    assert sizes.tolist() == [2 * 7 + (11 + 3) / 2, 2 * 2 + 2 / 2, 2 * 8 + (4 + 14) / 2]


def test_nobody_counts_who_is_not_learned(make_mixture):
    """People without a labelled keypoint are no crop, and their absent keypoints none to learn."""
    assert class_sizes(make_mixture([(7, 2, 8, 0), (17, 0, 0, 0)])).tolist() == [14, 4, 16]


def test_keypoints_only_known_to_be_labelled_are_shared_out_as_the_told_ones(make_mixture):
    sizes = class_sizes(make_mixture([(5, 2, 6, 4)]))
    assert sizes.tolist() == [10, 4 + 8 / 4, 12 + 8 * 3 / 4]
    assert class_sizes(make_mixture([(5, 0, 0, 12)])).tolist() == [10, 0, 24]


def test_a_label_of_little_weight_counts_little(make_data, make_person):
    """kp_quality: half for one visible keypoint, and 0.25, which confirms nothing, for another."""
    person = make_person(100, 100, kp_quality=[0.5, 0.25, *[1] * 15])
    assert class_sizes(Mixture([Source(make_data({1: [person]}))])).tolist() == [0, 0, 15.5]


def test_the_papers_weights_are_the_biggest_class_over_each():
    assert class_weights((38, 8, 54)) == pytest.approx((54 / 38, 6.75, 1))
    assert class_weights((38, 8, 54), power=0.5) == pytest.approx(((54 / 38) ** 0.5, 6.75**0.5, 1))
    assert class_weights((38, 8, 54), power=0) == (1, 1, 1)


def test_a_class_without_keypoints_weighs_1():
    assert class_weights((10, 0, 40)) == (4, 1, 1)
