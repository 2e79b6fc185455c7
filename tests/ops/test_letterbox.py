"""Any size and aspect ratio fits into a network's input, and coordinates find their way back."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from methods.ops.letterbox import PAD_VALUE, Frame, letterbox

SHAPES = st.tuples(st.integers(1, 300), st.integers(1, 300))


def test_by_hand():
    """100 x 50 px to a longer side of 64, stride 32: 64 x 32, nothing to pad; square: 16 rows above and below."""
    image = np.full((50, 100, 3), 7, np.uint8)
    tensor, frame = letterbox(image, 64, 32)
    assert tensor.shape == (3, 32, 64)
    assert frame == Frame(width=100, height=50, scale_x=0.64, scale_y=0.64, left=0, top=0)
    assert (tensor == 7).all()
    tensor, frame = letterbox(image, 64, 32, square=True, pad_value=9)
    assert tensor.shape == (3, 64, 64)
    assert (frame.left, frame.top) == (0, 16)
    assert (tensor[:, 16:48] == 7).all()
    assert (tensor[:, :16] == 9).all()
    assert (tensor[:, 48:] == 9).all()
    np.testing.assert_allclose(frame.to_original(np.array([32.0, 32.0])), [50, 25])
    assert frame.boxes_to_original(np.array([[-5.0, 16, 64, 60]])).tolist() == [[0, 0, 100, 50]]


def test_an_image_of_the_right_size_is_only_rearranged():
    image = np.random.default_rng(0).integers(0, 256, (64, 32, 3), dtype=np.uint8)
    tensor, frame = letterbox(image, 64, 32)
    np.testing.assert_array_equal(tensor.permute(1, 2, 0), image)
    assert frame == Frame(32, 64, 1.0, 1.0, 0, 0)


@given(SHAPES, st.integers(8, 200), st.sampled_from([1, 8, 32]), st.booleans())
@settings(max_examples=60, deadline=None)
def test_shape_padding_and_placement(shape, size, stride, square):
    tensor, frame = letterbox(np.zeros((*shape, 3), np.uint8), size, stride, square=square)
    assert tensor.dtype == torch.uint8
    height, width = tensor.shape[1:]
    inner_height, inner_width = round(frame.scale_y * frame.height), round(frame.scale_x * frame.width)
    assert max(inner_height, inner_width) == size
    assert min(inner_height, inner_width) >= 1
    if square:
        assert height == width == size
    else:
        assert height % stride == width % stride == 0
        assert height - inner_height < stride
        assert width - inner_width < stride
    inside = torch.zeros(height, width, dtype=torch.bool)
    inside[frame.top : frame.top + inner_height, frame.left : frame.left + inner_width] = True
    assert (tensor[:, inside] == 0).all()
    assert (tensor[:, ~inside] == PAD_VALUE).all()
    for before, inner, whole in ((frame.top, inner_height, height), (frame.left, inner_width, width)):
        assert 0 <= whole - inner - 2 * before <= 1  # even on both sides


@given(SHAPES, st.integers(8, 200), st.booleans(), st.tuples(st.floats(0, 1), st.floats(0, 1)))
@settings(max_examples=60, deadline=None)
def test_points_and_boxes_round_trip(shape, size, square, where):
    height, width = shape
    _, frame = letterbox(np.zeros((*shape, 3), np.uint8), size, 32, square=square)
    point = np.array(where) * (width, height)
    inside = point * (frame.scale_x, frame.scale_y) + (frame.left, frame.top)
    np.testing.assert_allclose(frame.to_original(inside), point, atol=1e-3 * max(shape))
    box = np.concatenate([np.minimum(inside, (frame.left, frame.top)), inside])
    np.testing.assert_allclose(frame.boxes_to_original(box), [0, 0, *point], atol=1e-3 * max(shape))


@pytest.mark.parametrize(("height", "width"), [(1, 1), (10, 30_000), (30_000, 10), (1, 65_535)])
def test_odd_shapes(height, width):
    tensor, frame = letterbox(np.full((height, width, 3), 50, np.uint8), 640, 32)
    assert max(tensor.shape[1:]) == 640
    assert (tensor == 50).any()
    corner = np.array([width, height]) * (frame.scale_x, frame.scale_y) + (frame.left, frame.top)
    np.testing.assert_allclose(frame.to_original(corner), [width, height], rtol=1e-5)


def test_a_mark_stays_where_its_coordinates_say():
    image = np.zeros((90, 160, 3), np.uint8)
    image[60:66, 100:106] = 255  # centre 103, 63
    tensor, frame = letterbox(image, 320, 32)
    row, column = (axis.float().mean() + 0.5 for axis in torch.nonzero(tensor[0] > 200, as_tuple=True))
    np.testing.assert_allclose(frame.to_original(np.array([column, row])), [103, 63], atol=0.1)


def test_no_points_and_empty_boxes():
    frame = Frame(100, 50, 0.5, 0.5, 3, 4)
    assert frame.to_original(np.zeros((0, 17, 2))).shape == (0, 17, 2)
    assert frame.boxes_to_original(np.zeros((0, 4))).shape == (0, 4)
