"""The sides of a grid method's input, and which layers stay exact, by the families that are some."""

import numpy as np
import pytest

from methods.catalog import find_variant
from methods.pose_grid.views import AUGMENTED, PLAIN


@pytest.fixture(params=["kapao-n", "hybridpose-n"])
def method(request):
    family = find_variant(request.param).method_class()
    return family(request.param, family.Network(), input_size=128, device="cpu")


@pytest.mark.parametrize(("name", "size"), [("n", 640), ("s", 1280), ("m", 1280), ("l", 1280)])
@pytest.mark.parametrize("family", ["kapao", "hybridpose"])
def test_sizes_are_the_papers_and_640_for_the_small_one(family, name, size):
    assert find_variant(f"{family}-{name}").method_class().default_input_size == size


def test_input_is_rectangular_in_steps_of_64(method):
    shapes = [(96, 128), (200, 90), (1, 1), (7, 300)]
    sides = [tuple(method.preprocess(np.zeros((*shape, 3), np.uint8))[0].shape) for shape in shapes]
    assert sides == [(3, 128, 128), (3, 128, 64), (3, 128, 128), (3, 64, 128)]


def test_augmentation_is_off_until_it_is_asked_for(method):
    assert method.views == PLAIN
    method.augment()
    assert method.views == AUGMENTED


def test_the_last_convolutions_stay_exact(method):
    names = method.exact_layers(method.network)
    assert names
    assert all(method.network.get_submodule(name).weight.ndim == 4 for name in names)
