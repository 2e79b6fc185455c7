"""End-point error: how many pixels the keypoints that are found lie from where they are annotated.

Only keypoints that are labelled and found, of people whom a detection means (see paired_people), have an error; how
many are not found is beside it. Pixels are the image's, so that large people count for more.
"""

import numpy as np
import pandas as pd

from methods.metrics.paired_people import PairedPeople
from methods.metrics.results import Result, Score

FAR = 0.9  # quantile


class EndpointError(Result):
    """One keypoint, or all: how many are labelled, how many of these found, and how far off, in px; NaN without any."""

    keypoint: str
    labelled: int
    found: int
    mean: Score
    median: Score
    far: Score  # nine in ten are no further off

    def to_pandas(self) -> pd.DataFrame:
        """One row."""
        return pd.DataFrame([self.model_dump()])


class EndpointErrors(Result):
    """All keypoints in the skeleton's order, and `everything` together."""

    everything: EndpointError
    rows: tuple[EndpointError, ...]

    def to_pandas(self) -> pd.DataFrame:
        """One row for each keypoint, at last all of them."""
        table = pd.concat([row.to_pandas() for row in (*self.rows, self.everything)], ignore_index=True)
        return table.rename(columns={"mean": "mean px", "median": "median px", "far": "nine in ten within px"})


def measure_endpoint_errors(people: PairedPeople) -> EndpointErrors:
    """See the module."""
    distances, labelled = people.distances, people.labelled
    rows = [
        _error(name.replace("_", " "), distances[:, k], int(labelled[:, k].sum()))
        for k, name in enumerate(people.skeleton.keypoints)
    ]
    return EndpointErrors(everything=_error("all", distances.ravel(), int(labelled.sum())), rows=tuple(rows))


def _error(name: str, distances: np.ndarray, labelled: int) -> EndpointError:
    there = distances[np.isfinite(distances)]
    mean, median, far = (
        (float(there.mean()), float(np.median(there)), float(np.quantile(there, FAR))) if len(there) else (np.nan,) * 3
    )
    return EndpointError(keypoint=name, labelled=labelled, found=len(there), mean=mean, median=median, far=far)
