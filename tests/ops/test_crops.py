"""Person crops: regions, coordinates both ways, and the pixels themselves."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from methods.ops.crops import fit_boxes, sample_crops
from methods.ops.letterbox import PAD_VALUE

numbers = st.floats(-500, 500, width=32)
sides = st.floats(1, 800, width=32)


def test_a_wide_box_is_brought_to_the_crops_aspect():
    """40 x 20 round (30, 20), enlarged to 80 x 40; a crop 64 high and 32 wide shrinks it by 32 / 80."""
    regions, frame = fit_boxes(torch.tensor([[10.0, 10, 50, 30]]), (64, 32), padding=2)
    assert frame.scales.tolist() == pytest.approx([0.4])
    torch.testing.assert_close(regions, torch.tensor([[-10.0, -60, 70, 100]]))
    torch.testing.assert_close(frame.to_crop(torch.tensor([[30.0, 20]])), torch.tensor([[16.0, 32]]))


@given(st.tuples(numbers, numbers, sides, sides), st.floats(1, 2), st.lists(st.tuples(numbers, numbers), min_size=1))
def test_coordinates_go_both_ways(box, padding, points):
    x, y, width, height = box
    boxes = torch.tensor([[x, y, x + width, y + height]] * 2, dtype=torch.float64)
    regions, frame = fit_boxes(boxes, (128, 96), padding)
    places = torch.tensor([points, points], dtype=torch.float64)
    torch.testing.assert_close(frame.to_image(frame.to_crop(places)), places, rtol=1e-9, atol=1e-6)
    corners = frame.to_crop(regions.view(2, 2, 2))
    torch.testing.assert_close(
        corners, torch.tensor([[[0.0, 0], [96, 128]]] * 2, dtype=torch.float64), atol=1e-6, rtol=0
    )
    inside = frame.to_crop(boxes.view(2, 2, 2))
    assert (inside >= -1e-6).all()
    assert (inside <= torch.tensor([96, 128], dtype=torch.float64) + 1e-6).all()


def test_pixels_are_where_coordinates_say():
    """A bright pixel of an image twice enlarged is bright at its centre's place in the crop."""
    image = torch.zeros(1, 3, 40, 40)
    image[0, :, 17, 21] = 255
    regions, frame = fit_boxes(torch.tensor([[10.0, 5, 34, 37]]), (64, 48), padding=1)
    crop = sample_crops(image, torch.zeros(1, dtype=torch.long), regions, (64, 48))
    y, x = divmod(int(crop[0, 0].argmax()), 48)
    centre = frame.to_crop(torch.tensor([[21.5, 17.5]]))[0]
    assert np.abs(centre.numpy() - [x + 0.5, y + 0.5]).max() <= 1


def test_a_crop_of_the_same_size_is_the_image_itself():
    image = torch.rand(1, 3, 64, 48) * 255
    regions, _ = fit_boxes(torch.tensor([[0.0, 0, 48, 64]]), (64, 48), padding=1)
    crop = sample_crops(image, torch.zeros(1, dtype=torch.long), regions, (64, 48))
    torch.testing.assert_close(crop, image, rtol=0, atol=1e-3)


def test_shrinking_averages():
    """Stripes of one pixel, made four times smaller, are even grey; single samples would see stripes."""
    image = torch.zeros(1, 1, 256, 256)
    image[..., ::2] = 200
    regions, _ = fit_boxes(torch.tensor([[0.0, 0, 256, 256]]), (64, 64), padding=1)
    crop = sample_crops(image, torch.zeros(1, dtype=torch.long), regions, (64, 64))
    torch.testing.assert_close(crop, torch.full_like(crop, 100.0), rtol=0, atol=0.1)


def test_outside_is_the_letterboxs_grey():
    regions, _ = fit_boxes(torch.tensor([[-300.0, -300, -200, -200]]), (32, 32), padding=1)
    crop = sample_crops(torch.zeros(1, 3, 20, 20), torch.zeros(1, dtype=torch.long), regions, (32, 32))
    assert (crop == PAD_VALUE).all()


def test_each_crop_is_of_its_own_image_whatever_else_is_cut_out():
    images = torch.rand(3, 3, 90, 70) * 255
    index = torch.tensor([2, 0, 2, 1])
    boxes = torch.tensor([[5.0, 5, 60, 80], [-20, 0, 300, 400], [30, 30, 31, 33], [0, 0, 70, 90]])
    regions, _ = fit_boxes(boxes, (48, 32), padding=1.25)
    together = sample_crops(images, index, regions, (48, 32))
    for i in range(4):
        alone = sample_crops(
            images[index[i] : index[i] + 1], torch.zeros(1, dtype=torch.long), regions[i : i + 1], (48, 32)
        )
        torch.testing.assert_close(together[i], alone[0], rtol=0, atol=1e-3)


def test_nobody_gives_no_crop():
    regions, frame = fit_boxes(torch.zeros(0, 4), (48, 32), padding=1.25)
    assert sample_crops(torch.rand(2, 3, 20, 20), torch.zeros(0, dtype=torch.long), regions, (48, 32)).shape == (
        0,
        3,
        48,
        32,
    )
    assert frame.to_image(torch.zeros(0, 17, 2)).shape == (0, 17, 2)


def test_a_box_without_extent_is_no_division_by_zero():
    regions, frame = fit_boxes(torch.tensor([[7.0, 7, 7, 7]]), (48, 32), padding=1)
    assert torch.isfinite(regions).all()
    assert float(frame.scales[0]) == 32
