"""Peaks of heat maps on maps written out by hand."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from methods.ops.heatmaps import highest, local_maxima, refine_peaks


def test_peaks_come_best_first_and_neighbours_are_silent():
    heatmap = torch.zeros(6, 9)
    heatmap[1, 1], heatmap[1, 2] = 0.8, 0.7  # the second is within the first one's window
    heatmap[4, 7] = 0.9
    index, rows, columns, values = local_maxima(heatmap[None], window=5, limit=10)
    assert index.tolist() == [0, 0]
    assert list(zip(rows.tolist(), columns.tolist(), strict=True)) == [(4, 7), (1, 1)]
    assert torch.equal(values, torch.tensor([0.9, 0.8]))


def test_the_window_is_that_many_cells_wide():
    heatmap = torch.zeros(1, 9)
    heatmap[0, 2], heatmap[0, 4] = 0.8, 0.7
    assert local_maxima(heatmap[None], window=5, limit=9)[2].tolist() == [2]
    assert local_maxima(heatmap[None], window=3, limit=9)[2].tolist() == [2, 4]


def test_a_plateau_has_many_peaks_and_limit_bounds_them():
    heatmap = torch.full((3, 3), 0.5)
    assert len(local_maxima(heatmap[None], window=3, limit=100)[0]) == 9
    assert len(local_maxima(heatmap[None], window=3, limit=4)[0]) == 4


def test_nothing_above_zero_gives_no_peak():
    assert [len(each) for each in local_maxima(torch.zeros(2, 4, 4), window=3, limit=5)] == [0, 0, 0, 0]


@given(st.integers(0, 2**32 - 1), st.sampled_from([3, 5]), st.integers(1, 6))
def test_several_maps_at_once_are_as_one_after_another(seed, window, limit):
    maps = torch.rand(3, 7, 9, generator=torch.Generator().manual_seed(seed)) - 0.3
    index, rows, columns, values = local_maxima(maps, window, limit)
    assert index.tolist() == sorted(index.tolist())
    for number, one in enumerate(maps):
        around = torch.nn.functional.max_pool2d(one[None], window, 1, window // 2)[0]
        peaks = ((one == around) & (one > 0)).nonzero().tolist()
        best = sorted(peaks, key=lambda cell: -one[*cell])[:limit]
        mine = index == number
        assert torch.stack([rows[mine], columns[mine]], dim=1).tolist() == best
        assert torch.equal(values[mine], one[rows[mine], columns[mine]])


@given(st.floats(2, 17), st.floats(2, 12), st.floats(0.1, 1))
def test_the_peak_of_a_gaussian_is_found_between_cells(x, y, height):
    columns, rows = torch.arange(20) + 0.5, torch.arange(15) + 0.5
    heatmap = height * torch.exp(-(columns - x).square() / 2) * torch.exp(-(rows - y).square() / 2)[:, None]
    point, value = highest(heatmap[None, None])
    torch.testing.assert_close(point[0, 0], torch.tensor([x, y], dtype=torch.float32), atol=1e-3, rtol=0)
    assert float(value) == float(heatmap.max())


def test_a_peak_at_the_border_stays_in_the_middle_of_its_cell():
    heatmap = torch.zeros(1, 4, 5)
    heatmap[0, 0, 4] = 0.7
    assert refine_peaks(heatmap, torch.tensor([0]), torch.tensor([0]), torch.tensor([4])).tolist() == [[4.5, 0.5]]


def test_an_empty_map_has_no_place_but_a_cell():
    point, value = highest(torch.zeros(2, 3, 4, 5))
    assert point.shape == (2, 3, 2)
    assert torch.isfinite(point).all()
    assert not value.any()
    assert highest(torch.zeros(0, 17, 4, 5))[0].shape == (0, 17, 2)


def test_half_way_between_two_equal_cells():
    heatmap = torch.tensor([[0.1, 0.5, 0.5, 0.1]]).repeat(3, 1)[None] * torch.tensor([0.2, 1.0, 0.2])[:, None]
    assert refine_peaks(heatmap, torch.tensor([0]), torch.tensor([1]), torch.tensor([1]))[0].tolist() == pytest.approx(
        [2.0, 1.5]
    )
