"""AP of boxes: by hand, and the same digits as pycocotools."""

import numpy as np
import pytest

from methods.errors import DataError
from methods.metrics.box_ap import box_ap


@pytest.mark.parametrize("seed", range(12))
def test_random_data_sets(make_data, plain_pycocotools, random_case, seed):
    content, found = random_case(seed, 5 if seed % 2 else 1000)
    if found:
        stats = plain_pycocotools(content, found, "bbox").stats
        assert np.nan_to_num(box_ap(make_data(content), found), nan=-1) == stats[0]


def test_by_hand(make_data, make_person, make_detection):
    """Of two 50 px boxes one is found and one met by 40 of its 50 columns: an IoU of 2/3, above four of ten thresholds.

    Precision stays 1 up to a recall of 1 at those four, and up to 0.5 (51 of 101 places) at the other six.
    """
    data = make_data({1: [make_person(50, 50), make_person(150, 50)]})
    found = [make_detection(1, 50, 50, 0.9), make_detection(1, 160, 50, 0.8)]
    assert box_ap(data, found) == pytest.approx((4 * 1 + 6 * 51 / 101) / 10)


def test_results_without_boxes_are_refused(make_data, make_person, make_detection):
    found = make_detection(1, 50, 50, 0.9)
    del found["bbox"]
    with pytest.raises(DataError, match="no bbox"):
        box_ap(make_data({1: [make_person(50, 50)]}), [found])


def test_nobody_has_no_ap(make_data, make_person):
    assert np.isnan(box_ap(make_data({1: []}), []))
    assert box_ap(make_data({1: [make_person(50, 50)]}), []) == 0
