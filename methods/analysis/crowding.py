"""How crowded images are: CrowdPose's index and its three levels (Li et al., CVPR 2019)."""

from dataclasses import replace

import numpy as np

from methods.data.coco import CocoKeypoints, People

# The bounds of CrowdPose's test set: up to 0.1 easy, up to 0.8 medium, more is hard.
LEVELS = {"easy": (0.0, 0.1), "medium": (0.1, 0.8), "hard": (0.8, np.inf)}
CROWDED = 0.1  # index above which an image counts as crowded here; few of COCO's are CrowdPose's "hard"


def crowd_index(people: People) -> float:
    """Mean over people of: others' labelled keypoints inside a person's box for each of the person's own; 0 or more.

    People without a labelled keypoint, and crowds, take no part; 0 where there is nobody. In an image of two people one
    of whom stands before the other it is about 1.
    """
    chosen = people[people.labelled]
    if not len(chosen):
        return 0.0
    keypoints, there = chosen.keypoints[None], chosen.visibility[None] > 0  # [1, N, K, 2], [1, N, K]
    low, high = chosen.boxes[:, None, None, :2], chosen.boxes[:, None, None, 2:]
    inside = ((keypoints >= low) & (keypoints <= high)).all(
        axis=3
    ) & there  # [person whose box, person whose keypoint, K]
    counts = inside.sum(axis=2)
    own = np.diag(counts)
    others = counts.sum(axis=1) - own
    return float((others / np.maximum(own, 1)).mean())


def crowded(data: CocoKeypoints, above: float = CROWDED, up_to: float = np.inf) -> CocoKeypoints:
    """The images of `data` whose crowd index is above one number and not above another."""
    chosen = tuple(image for image in data if above < crowd_index(image.people) <= up_to)
    return replace(data, images=chosen)
