"""What training is told about the people of one image, and how much each label weighs."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from methods.data.coco import AnnotatedImage, CocoKeypoints

LABELLED = 3  # the flag of a keypoint that is occluded or visible, nobody knows which
MIN_QUALITY = 0.5  # below it an annotated person counts as an ignore region
MIN_KEYPOINT_QUALITY = 0.25  # at or below it nothing else confirms the keypoint, so it gets no weight


@dataclass(frozen=True, eq=False)
class Labels:
    """N people of one image; the fields are those of PeopleBatch, as arrays.

    A keypoint with visibility 0 and a weight above 0 is known to lie outside the image; with weight 0 it was never
    labelled.
    """

    boxes: np.ndarray  # [N, 4] float32
    keypoints: np.ndarray  # [N, K, 2] float32
    visibility: np.ndarray  # [N, K] int64
    keypoint_weights: np.ndarray  # [N, K] float32
    ignore: np.ndarray  # [N] bool

    def __len__(self) -> int:
        return len(self.boxes)

    def __getitem__(self, index: np.ndarray) -> "Labels":
        """People chosen by a boolean mask [N] or an array of indices."""
        return Labels(**{field.name: getattr(self, field.name)[index] for field in fields(self)})

    @classmethod
    def concatenate(cls, parts: Sequence["Labels"]) -> "Labels":
        """The people of several `parts` (at least one) together."""
        return cls(
            **{field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)}
        )

    @classmethod
    def of(cls, image: AnnotatedImage, unlabelled: bool = False) -> "Labels":
        """Labels of an annotated image.

        Ignore regions are crowds, people without a labelled keypoint (unless `unlabelled` people are to be learned, as
        boxes), and people whose `quality` (0..1, where the file gives one) is below MIN_QUALITY. A labelled keypoint
        weighs 1, or its `kp_quality` where the file gives one, but nothing at MIN_KEYPOINT_QUALITY or less.
        """
        people = image.people
        weights = (people.visibility > 0).astype(np.float32)
        quality = np.ones(len(people), dtype=np.float32)
        for i, annotation in enumerate(people.annotations):
            quality[i] = annotation.get("quality", 1.0)
            if "kp_quality" in annotation:
                keypoint_quality = np.asarray(annotation["kp_quality"], dtype=np.float32)
                weights[i] *= np.where(keypoint_quality > MIN_KEYPOINT_QUALITY, keypoint_quality, 0.0)
        return cls(
            people.boxes.copy(),
            people.keypoints.copy(),
            people.visibility.astype(np.int64),
            weights,
            (people.is_crowd if unlabelled else ~people.labelled) | (quality < MIN_QUALITY),
        )


def labelled_only(data: CocoKeypoints) -> CocoKeypoints:
    """The same people with the flag LABELLED for every labelled keypoint, for data whose flags tell no more than
    that."""
    images = []
    for image in data:
        flags = np.where(image.people.visibility > 0, LABELLED, 0).astype(np.uint8)
        images.append(replace(image, people=replace(image.people, visibility=flags)))
    return replace(data, images=tuple(images))
