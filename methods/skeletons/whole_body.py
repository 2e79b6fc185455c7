"""Bodies with feet, face and hands: COCO-WholeBody's 133 keypoints and Halpe's 136, built from the same parts."""

from itertools import pairwise

from methods.skeletons.body import COCO17, HALPE26
from methods.skeletons.skeleton import Part, Skeleton
from methods.skeletons.special import HAND21

FACE = tuple(f"face-{i}" for i in range(68))
# Left and right of the face's 68 landmarks (300-W's scheme): chin line, brows, nose, eyes, lips.
FACE_PAIRS = (
    (0, 16), (1, 15), (2, 14), (3, 13), (4, 12), (5, 11), (6, 10), (7, 9), (17, 26), (18, 25), (19, 24), (20, 23),
    (21, 22), (31, 35), (32, 34), (36, 45), (37, 44), (38, 43), (39, 42), (40, 47), (41, 46), (48, 54), (49, 53),
    (50, 52), (55, 59), (56, 58), (60, 64), (61, 63), (65, 67),
)  # fmt: skip
# COCO-WholeBody's own, of the face and of the feet: xtcocotools; mmpose, configs/_base_/datasets/coco_wholebody.py.
FACE_SIGMAS = (
    0.042, 0.043, 0.044, 0.043, 0.04, 0.035, 0.031, 0.025, 0.02, 0.023, 0.029, 0.032, 0.037, 0.038, 0.043, 0.041,
    0.045, 0.013, 0.012, 0.011, 0.011, 0.012, 0.012, 0.011, 0.011, 0.013, 0.015, 0.009, 0.007, 0.007, 0.007, 0.012,
    0.009, 0.008, 0.016, 0.01, 0.017, 0.011, 0.009, 0.011, 0.009, 0.007, 0.013, 0.008, 0.011, 0.012, 0.01, 0.034,
    0.008, 0.008, 0.009, 0.008, 0.008, 0.007, 0.01, 0.008, 0.009, 0.009, 0.009, 0.007, 0.007, 0.008, 0.011, 0.008,
    0.008, 0.008, 0.01, 0.008,
)  # fmt: skip
FEET = ("left_big_toe", "left_small_toe", "left_heel", "right_big_toe", "right_small_toe", "right_heel")
FEET_SIGMAS = (0.068, 0.066, 0.066, 0.092, 0.094, 0.094)


def _hand(side: str) -> tuple[str, ...]:
    return tuple(f"{side}_hand_root" if name == "wrist" else f"{side}_{name}" for name in HAND21.keypoints)


def _moved(links: tuple[tuple[int, int], ...], by: int) -> tuple[tuple[int, int], ...]:
    return tuple((a + by, b + by) for a, b in links)


def _hand_pairs(left: int) -> tuple[tuple[int, int], ...]:
    """The left hand's keypoints with the right hand's, which follow behind them."""
    return tuple((left + i, left + len(HAND21) + i) for i in range(len(HAND21)))


def _ranges(**ends: int) -> tuple[Part, ...]:
    """Parts one after the other, each up to but not including its end."""
    spans = pairwise([0, *ends.values()])
    return tuple(Part(name.replace("_", " "), tuple(range(*span))) for name, span in zip(ends, spans, strict=True))


COCO_WHOLEBODY133 = Skeleton(
    name="COCO-WholeBody-133",
    keypoints=(*COCO17.keypoints, *FEET, *FACE, *_hand("left"), *_hand("right")),
    pairs=(*COCO17.pairs, (17, 20), (18, 21), (19, 22), *_moved(FACE_PAIRS, 23), *_hand_pairs(91)),
    limbs=(
        *COCO17.limbs, (15, 17), (15, 18), (15, 19), (16, 20), (16, 21), (16, 22),
        *_moved(HAND21.limbs, 91), *_moved(HAND21.limbs, 112),
    ),
    sigmas=(*COCO17.sigmas, *FEET_SIGMAS, *FACE_SIGMAS, *HAND21.sigmas, *HAND21.sigmas),
    parts=_ranges(body=17, feet=23, face=91, left_hand=112, right_hand=133),
)  # fmt: skip

HALPE136 = Skeleton(
    name="Halpe-136",
    keypoints=(*HALPE26.keypoints, *FACE, *_hand("left"), *_hand("right")),
    pairs=(*HALPE26.pairs, *_moved(FACE_PAIRS, 26), *_hand_pairs(94)),
    limbs=(*HALPE26.limbs, *_moved(HAND21.limbs, 94), *_moved(HAND21.limbs, 115)),
    # mmpose, configs/_base_/datasets/halpe.py, after AlphaPose: other ones than Halpe-26's behind the first 17.
    sigmas=(*COCO17.sigmas, *(0.08,) * 3, *(0.089,) * 6, *(0.015,) * 110),
    parts=_ranges(body=20, feet=26, face=94, left_hand=115, right_hand=136),
)
