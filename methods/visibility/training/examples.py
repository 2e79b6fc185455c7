"""Keypoints that methods find in augmented training images, described by the metamodel, and what is true of them.

What is known of a keypoint is one of EVENTS, each of which has a probability by what the judge says. Two kinds are
exact: a keypoint that was cut off lies outside the image, and one that a patch was pasted over is hidden. That an
annotator left a keypoint without a label says only that it is outside, or hidden, or was overlooked.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from methods.data.augment import Augment
from methods.data.batch import Key, TrainingImages
from methods.data.labels import LABELLED, Labels
from methods.data.masking import mask_keypoints
from methods.data.reading import AREA_OF_BOX
from methods.method import Method
from methods.metrics.box_pairs import paired_boxes
from methods.metrics.mapk import THRESHOLDS
from methods.settings import Settings
from methods.types import Poses
from methods.visibility.filtering import own_scores
from methods.visibility.judge import Describer

EVENTS = ("outside", "covered", "labelled hidden", "labelled seen", "not labelled", "seen", "inside")
OUTSIDE, COVERED, LABELLED_HIDDEN, LABELLED_SEEN, NOT_LABELLED, SEEN, INSIDE = range(len(EVENTS))
UNKNOWN = -1
MEANT = 0.5  # share of a pose's box in a region to ignore from which on it is neither right nor wrong


@dataclass(frozen=True)
class Examples:
    """M poses of K keypoints.

    described   [M, K, WIDTH]  what the metamodel sees at each
    scores      [M, K, 2]      the method's own, of the keypoint and of the person
    there       [M, K]         bool: whether the pose has the keypoint
    event       [M, K]         what is known of the person's keypoint: one of EVENTS by its number, or UNKNOWN
    similarity  [M, K]         OKS similarity of the place with the label; 0 where it is known to be wrong, -1: unknown
    image       [M]            the number of the training image
    """

    described: torch.Tensor
    scores: torch.Tensor
    there: torch.Tensor
    event: torch.Tensor
    similarity: torch.Tensor
    image: torch.Tensor

    def __getitem__(self, chosen: torch.Tensor) -> "Examples":
        """Some poses, by a boolean mask [M] or indices."""
        return Examples(**{name: value[chosen] for name, value in vars(self).items()})

    @property
    def quality(self) -> torch.Tensor:
        """At what share of COCO's ten OKS thresholds each place is right, [M, K]."""
        return (self.similarity[..., None] >= torch.tensor(THRESHOLDS)).float().mean(dim=2)


def collect(
    describer: Describer,
    methods: Mapping[str, Method],
    images: TrainingImages,
    keys: Sequence[Key],
    covering: Augment,
    coverings: int,
    by_people: Callable[[int], bool],
    progress: Callable[[int], None] = lambda done: None,
) -> Examples:
    """What the methods find in the samples `keys` of `images`, over whose keypoints patches are pasted as `covering`
    says, `coverings` times.

    `by_people` says of a training image whether annotators decided which keypoints have a label. `progress` is called
    with the number of samples done.
    """
    parts: list[Examples] = []
    sigmas = np.array(images.mixture.skeleton.sigmas)
    for done, key in enumerate(keys, start=1):
        pixels, before = images[key]
        pixels = pixels.copy()
        rng = np.random.default_rng((images.seed, key.epoch, key.position, 1))
        after = before
        for _ in range(coverings):
            after = mask_keypoints(rng, covering, pixels, after)
        events = events_of(before, after, by_people(key.image))
        for method in methods.values():
            poses = method.predict([pixels], _looking(method))[0].poses
            if len(poses):
                found = compare(poses, before, events, sigmas, key.image)
                parts.append(_described(found, describer.describe(pixels, poses)))
        progress(done)
    return Examples(**{name: torch.cat([getattr(part, name) for part in parts]) for name in vars(parts[0])})


def events_of(before: Labels, after: Labels, by_people: bool) -> np.ndarray:
    """What is known [N, K] of the keypoints of N people, labels `before` and `after` patches were pasted over them."""
    flags, known = before.visibility, before.keypoint_weights > 0
    labelled = known & (flags > 0)
    covered = labelled & (flags >= 2) & (after.visibility == 1)
    cases = {
        COVERED: covered,
        OUTSIDE: known & (flags == 0),
        INSIDE: labelled & ((flags == LABELLED) | (flags == 1) & (not by_people)),
        LABELLED_HIDDEN: labelled & (flags == 1),
        LABELLED_SEEN: labelled & (flags == 2) & by_people,
        SEEN: labelled & (flags == 2),
        NOT_LABELLED: ~known & (flags == 0) & by_people,
    }
    return np.select(list(cases.values()), list(cases), UNKNOWN)


def compare(poses: Poses, labels: Labels, events: np.ndarray, sigmas: np.ndarray, image: int) -> Examples:
    """Poses beside the people whose they are, not yet described; those over regions to ignore are left unknown."""
    counted = np.flatnonzero(~labels.ignore)
    person, pose = paired_boxes(labels.boxes[counted], poses.boxes)
    person = counted[person]
    shape = poses.keypoints.shape[:2]
    event, similarity = np.full(shape, UNKNOWN), np.full(shape, -1.0)
    similarity[~_ignored(poses.boxes, labels.boxes[labels.ignore])] = 0  # whoever is nobody is wrong as a whole
    corners = labels.boxes[person]
    areas = AREA_OF_BOX * (corners[:, 2:] - corners[:, :2]).prod(axis=1)
    squared = ((labels.keypoints[person] - poses.keypoints[pose]) ** 2).sum(axis=2)
    near = np.exp(-squared / np.maximum(2 * (2 * sigmas) ** 2 * areas[:, None], np.spacing(1)))
    told = events[person]
    event[pose] = told
    similarity[pose] = np.where(told == UNKNOWN, -1, np.where((told == OUTSIDE) | (told == NOT_LABELLED), 0, near))
    own = np.broadcast_to(poses.scores[:, None], shape)
    return Examples(
        described=torch.zeros(*shape, 0),
        scores=torch.tensor(np.stack([own_scores(poses), own], axis=2)),
        there=torch.tensor(np.isfinite(poses.keypoints).all(axis=2)),
        event=torch.tensor(event),
        similarity=torch.tensor(np.nan_to_num(similarity, nan=-1.0), dtype=torch.float32),
        image=torch.full(shape[:1], image),
    )


def _described(found: Examples, described: torch.Tensor) -> Examples:
    return Examples(**{**vars(found), "described": described.half()})


def _ignored(poses: np.ndarray, regions: np.ndarray) -> np.ndarray:
    """Which boxes [N, 4] lie in one of the regions [R, 4] for the most part, bool [N]."""
    low = np.maximum(poses[:, None, :2], regions[None, :, :2])
    high = np.minimum(poses[:, None, 2:], regions[None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=2)
    whole = np.maximum((poses[:, 2:] - poses[:, :2]).prod(axis=1), 1)
    return np.asarray((shared / whole[:, None] > MEANT).any(axis=1))


def _looking(method: Method) -> Settings:
    """The demo preset with a lower threshold on people, so that there are false ones to learn from."""
    demo = method.Settings.demo()
    threshold = getattr(demo, demo.people_filter)
    return demo.model_copy(update={demo.people_filter: 0.6 * threshold})
