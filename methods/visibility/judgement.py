"""What is said of keypoints that a method found, and the one rule by which they are left out.

A keypoint goes when the chance of what is asked lies above a threshold. A threshold is chosen, or read from presets:
on the images that the judge learned from, at most such a share of the keypoints that go was there after all.
"""

from dataclasses import dataclass, replace

import numpy as np

from methods.types import VISIBILITY_STATES, Poses

# What a keypoint may be left out for; `Judgement.chances` says how likely each is.
WRONG, OUTSIDE, HIDDEN, MISPLACED, UNLABELLED = (
    "wrong", "not in the image", "hidden", "probably misplaced", "not labelled",
)  # fmt: skip
ASKED = (WRONG, OUTSIDE, HIDDEN, MISPLACED, UNLABELLED)
SHARES = (0.05, 0.1, 0.2)  # of the keypoints that go, at most so many were there
PRESETS = {f"1 in {round(1 / share)}": share for share in SHARES}
KEEPS_ALL = 1.0  # the threshold where no lower one is a preset: no chance lies above it
VISIBLE = "visible"
STATES = (VISIBLE, HIDDEN, OUTSIDE, MISPLACED)  # of which every keypoint is in one; app/static/overlay.js has them too
LIKELY = 0.5  # the chance from which on a keypoint's state is said


@dataclass(frozen=True, eq=False)
class Judgement:
    """Of the keypoints of N people, arrays [N, K] of probabilities; NaN where a pose has no keypoint or nobody judged.

    visibility       [N, K, 3]: absent, occluded, visible as the paper's module says, which does not see the place
    inside           it is inside the image
    seen             it is seen there, if it is inside
    annotated        [N, K, 3]: COCO's annotators do not label it, label it as occluded, as visible
    within           the place given is within OKS 0.5 of it, if it is labelled
    score            combined: the share of COCO's ten OKS thresholds at which it counts as right, the method's own
                     scores considered
    """

    visibility: np.ndarray
    inside: np.ndarray
    seen: np.ndarray
    annotated: np.ndarray
    within: np.ndarray
    score: np.ndarray

    @classmethod
    def unknown(cls, people: int, keypoints: int) -> "Judgement":
        """Of so many people and keypoints that nobody judged."""
        ends = {"visibility": (len(VISIBILITY_STATES),), "annotated": (len(VISIBILITY_STATES),)}
        shapes = {name: (people, keypoints, *ends.get(name, ())) for name in cls.__dataclass_fields__}
        return cls(**{name: np.full(shape, np.nan, np.float32) for name, shape in shapes.items()})

    def __getitem__(self, index: np.ndarray | list[int]) -> "Judgement":
        """Of some of the people, by a boolean mask [N] or indices."""
        return Judgement(**{name: value[index] for name, value in vars(self).items()})

    def exact(self) -> np.ndarray:
        """Chances [N, K, 3] that each keypoint is outside the image, hidden or seen."""
        hidden, seen = self.inside * (1 - self.seen), self.inside * self.seen
        return np.stack([1 - self.inside, hidden, seen], axis=2)

    def chances(self, asked: str) -> np.ndarray:
        """How likely each keypoint [N, K] is what is ASKED; raises KeyError for anything else."""
        return {
            WRONG: 1 - self.score,
            OUTSIDE: 1 - self.inside,
            HIDDEN: self.exact()[..., 1],
            MISPLACED: 1 - self.within,
            UNLABELLED: self.annotated[..., 0],
        }[asked]

    def states(self) -> np.ndarray:
        """The number [N, K] of each keypoint's state in STATES; -1 where it is not known.

        A keypoint outside the image cannot be misplaced, and of one at the wrong place nothing else can be told.
        """
        known = np.isfinite(self.inside)
        said = [(self.chances(asked) > LIKELY, STATES.index(asked)) for asked in (OUTSIDE, MISPLACED, HIDDEN)]
        found = np.select([each for each, _ in said], [number for _, number in said], STATES.index(VISIBLE))
        return np.where(known, found, -1)

    def of_states(self) -> np.ndarray:
        """How likely each of STATES is, [N, K, 4]: the first three add up to 1, the last is another question."""
        outside, hidden, seen = np.moveaxis(self.exact(), 2, 0)
        chances = {VISIBLE: seen, HIDDEN: hidden, OUTSIDE: outside, MISPLACED: self.chances(MISPLACED)}
        return np.stack([chances[state] for state in STATES], axis=2)


def leave_out(poses: Poses, judgement: Judgement, asked: str, threshold: float) -> Poses:
    """The same people without the keypoints that are, with a chance above `threshold`, what is ASKED; those become
    NaN."""
    gone = judgement.chances(asked) > threshold
    return replace(poses, keypoints=np.where(gone[..., None], np.nan, poses.keypoints))
