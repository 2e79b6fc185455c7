"""AP of each category of a data set, and their mean, as COCO means it."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from methods.data.coco import CocoKeypoints
from methods.metrics.ap import KeypointAP, keypoint_ap
from methods.metrics.results import Result


class CategoryAP(Result):
    """The ten measures of each category by name, and the mean over the categories in which each is defined."""

    categories: dict[str, KeypointAP]
    people: dict[str, int]  # or animals, who count
    mean: KeypointAP

    def to_pandas(self) -> pd.DataFrame:
        """One row for each category, then that of the mean."""
        rows = [*self.categories.items(), ("mean", self.mean)]
        return pd.DataFrame([{"category": name} | one.model_dump() for name, one in rows])


def category_ap(sets: Mapping[str, CocoKeypoints], results: Sequence[dict[str, Any]]) -> CategoryAP:
    """Judge COCO results, whose `category_id` says which they are of, against the data set of each category.

    The mean leaves out categories without anybody, as pycocotools does. Raises DataError as `match`.
    """
    found = {name: keypoint_ap(data, results) for name, data in sets.items()}
    table = pd.DataFrame([one.model_dump() for one in found.values()])
    means = table.mean(axis=0, skipna=True).fillna(np.nan)
    people = {name: int(sum(image.people.labelled.sum() for image in data)) for name, data in sets.items()}
    return CategoryAP(categories=found, people=people, mean=KeypointAP.from_values(means.to_numpy()))
