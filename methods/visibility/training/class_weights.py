"""Weights of the three states in the loss, from how many keypoints of the training data are in each (section 3.3)."""

from collections.abc import Sequence

import numpy as np

from methods.data.crops import learnable
from methods.data.labels import LABELLED, Labels
from methods.data.mixture import Mixture
from methods.types import VISIBILITY_STATES

STATES = len(VISIBILITY_STATES)


def class_sizes(mixture: Mixture) -> np.ndarray:
    """How many keypoints of each state [3] an epoch of crops shows, before augmentation; each counts as its label
    weighs.

    An image shows one of its people at random. Keypoints that are only known to be labelled are shared out among
    occluded and visible as those are of which it is told, or count as visible where it is told of none.
    """
    flags = np.zeros(LABELLED + 1)
    for image, times in zip(mixture.images, mixture.times, strict=True):
        labels = Labels.of(image)
        people = labels[learnable(labels)]
        weights = np.where(people.visibility > 0, people.keypoint_weights, 1.0)
        found = np.bincount(people.visibility.ravel(), weights.ravel(), minlength=LABELLED + 1)
        flags += found * times / max(len(people), 1)
    sizes, unsure = flags[:STATES], flags[LABELLED]
    told = sizes[1:].sum()
    sizes[1:] += unsure * sizes[1:] / told if told else (0, unsure)
    return sizes


def class_weights(sizes: Sequence[float] | np.ndarray, power: float = 1.0) -> tuple[float, ...]:
    """Weights of classes of these sizes: the biggest's over each one's, to a `power` (1 is the paper's, 0 makes all
    alike). A class without keypoints has none to weigh and gets 1."""
    biggest = max(sizes)
    return tuple(float((biggest / size) ** power) if size else 1.0 for size in sizes)
