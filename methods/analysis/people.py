"""A data set's people as a table: how large, how crowded, how visible, and whether the image's edge cuts them off."""

import numpy as np
import pandas as pd

from methods.analysis.slices import at_edge, overlaps, slices_of
from methods.metrics.detections import Detections
from methods.metrics.ground_truth import GroundTruth

NEITHER = "small"  # who is in no slice of a group: people below COCO's medium size


def people_table(ground_truth: GroundTruth) -> pd.DataFrame:
    """One row for each person who counts, by index into the ground truth.

    Columns image_id, person (position in the image), area (square pixels), highest_iou (with another box),
    visible_keypoints, labelled_keypoints, cut_off; then for each group of slices, such as "size", the person's slice.
    """
    chosen = np.flatnonzero(~ground_truth.ignored)
    columns = {
        "image_id": ground_truth.image_ids[ground_truth.image],
        "person": ground_truth.place,
        "area": ground_truth.areas.round().astype(int),
        "highest_iou": overlaps(ground_truth).round(3),
        "visible_keypoints": (ground_truth.visibility == 2).sum(axis=1),
        "labelled_keypoints": ground_truth.labelled.sum(axis=1),
        "cut_off": at_edge(ground_truth),
    }
    table = pd.DataFrame(columns)
    for each in slices_of(ground_truth, Detections.of([], ground_truth)):
        group, name = each.name.split("/", 1)
        if group not in table:
            table[group] = NEITHER
        table.loc[each.people, group] = name
    return table.loc[chosen]
