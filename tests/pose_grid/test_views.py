"""Views of an input, and coordinates seen in them taken back."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from methods.pose_grid.views import View
from methods.skeletons import COCO17


def test_a_scaled_view_is_padded_with_grey():
    seen = View(0.8).of(torch.full((1, 3, 128, 192), 200.0))
    assert seen.shape == (1, 3, 128, 192)
    assert seen[..., :102, :153].numpy() == pytest.approx(200, abs=1e-3)
    assert seen[..., 102:, :].numpy() == pytest.approx(114, abs=0.1)


def test_a_mirrored_view_is_mirrored():
    batch = torch.arange(6.0).view(1, 1, 1, 6)
    assert View(mirrored=True).of(batch).flatten().tolist() == [5, 4, 3, 2, 1, 0]


@given(st.sampled_from([0.8, 1.0, 1.2]), st.booleans(), st.integers(0, 1000))
def test_a_box_and_keypoints_come_back_from_any_view(scale, mirrored, seed):
    generator = torch.Generator().manual_seed(seed)
    width, view = 320, View(scale, mirrored)
    keypoints = torch.rand(2, 17, 2, generator=generator) * width
    low, high = keypoints.amin(1), keypoints.amax(1)
    seen = keypoints.clone()
    if mirrored:
        seen[..., 0] = width - seen[..., 0]
        seen = seen[:, list(COCO17.flip_order)]
    seen = seen * scale
    torch.testing.assert_close(view.undo_keypoints(seen, width), keypoints, atol=1e-3, rtol=0)
    boxes = torch.cat([seen.amin(1), seen.amax(1)], dim=1)
    torch.testing.assert_close(view.undo_boxes(boxes, width), torch.cat([low, high], dim=1), atol=1e-3, rtol=0)


def test_values_of_keypoints_change_sides_in_a_mirrored_view():
    values = torch.arange(17.0)[None]
    assert View(0.8).undo_order(values).tolist() == values.tolist()
    assert View(mirrored=True).undo_order(values)[0, 1].item() == COCO17.flip_order[1]
