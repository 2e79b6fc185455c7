"""End-point errors: pixels of what is labelled and found, and nothing else."""

import numpy as np
import pytest

from methods.metrics.endpoint_error import EndpointErrors, measure_endpoint_errors
from methods.metrics.paired_people import PairedPeople
from methods.skeletons import COCO17


def people(distances: list[float]) -> PairedPeople:
    """One person for each distance, whose nose is so far off; NaN: not found. Nothing else is labelled."""
    n = len(distances)
    annotated = np.full((n, 17, 2), np.nan)
    annotated[:, 0] = 0
    found = np.zeros((n, 17, 2))
    found[:, 0, 1] = distances
    found[np.isnan(found).any(axis=2)] = np.nan
    return PairedPeople(COCO17, np.arange(n), np.zeros(n, int), annotated, found, np.zeros((n, 4)))


def test_by_hand() -> None:
    found = measure_endpoint_errors(people([0.0, 1, 2, 3, 14, np.nan]))
    nose = found.rows[0]
    assert (nose.labelled, nose.found, nose.mean, nose.median) == (6, 5, 4, 2)
    assert nose.far == pytest.approx(3 + 0.6 * 11)  # nine tenths of the way through five values
    assert found.everything.model_dump(exclude={"keypoint"}) == nose.model_dump(exclude={"keypoint"})
    assert (found.rows[1].labelled, found.rows[1].found) == (0, 0)
    assert np.isnan(found.rows[1].mean)


def test_nobody_json_and_table() -> None:
    found = measure_endpoint_errors(people([]))
    assert np.isnan(found.everything.median)
    assert EndpointErrors.from_json(found.to_json()).to_json() == found.to_json()
    assert found.to_pandas()["keypoint"].tolist()[-1] == "all"
