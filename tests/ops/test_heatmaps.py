"""Peaks of heat maps on maps written out by hand."""

import torch

from methods.ops.heatmaps import local_maxima


def test_peaks_come_best_first_and_neighbours_are_silent():
    heatmap = torch.zeros(6, 9)
    heatmap[1, 1], heatmap[1, 2] = 0.8, 0.7  # the second is within the first one's window
    heatmap[4, 7] = 0.9
    rows, columns, values = local_maxima(heatmap, window=5, limit=10)
    assert list(zip(rows.tolist(), columns.tolist(), strict=True)) == [(4, 7), (1, 1)]
    assert torch.equal(values, torch.tensor([0.9, 0.8]))


def test_the_window_is_that_many_cells_wide():
    heatmap = torch.zeros(1, 9)
    heatmap[0, 2], heatmap[0, 4] = 0.8, 0.7
    assert local_maxima(heatmap, window=5, limit=9)[1].tolist() == [2]
    assert local_maxima(heatmap, window=3, limit=9)[1].tolist() == [2, 4]


def test_a_plateau_has_many_peaks_and_limit_bounds_them():
    heatmap = torch.full((3, 3), 0.5)
    assert len(local_maxima(heatmap, window=3, limit=100)[0]) == 9
    assert len(local_maxima(heatmap, window=3, limit=4)[0]) == 4


def test_nothing_above_zero_gives_no_peak():
    rows, columns, values = local_maxima(torch.zeros(4, 4), window=3, limit=5)
    assert len(rows) == len(columns) == len(values) == 0
