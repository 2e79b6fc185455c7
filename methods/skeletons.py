"""Which joints a person has: names, left-right pairs, limbs and OKS sigmas."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Skeleton:
    """K named joints. `pairs` and `limbs` hold joint indices; `sigmas` are OKS fall-off constants, one per joint."""

    name: str
    joints: tuple[str, ...]
    pairs: tuple[tuple[int, int], ...]  # (left, right)
    limbs: tuple[tuple[int, int], ...]
    sigmas: tuple[float, ...]

    def __len__(self) -> int:
        return len(self.joints)

    @property
    def flip_order(self) -> tuple[int, ...]:
        """Joint order after mirroring the image: `keypoints[:, flip_order]` swaps left and right."""
        order = list(range(len(self.joints)))
        for left, right in self.pairs:
            order[left], order[right] = right, left
        return tuple(order)


COCO17 = Skeleton(
    name="COCO-17",
    joints=(
        "nose", "left_eye", "right_eye", "left_ear", "right_ear",
        "left_shoulder", "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist",
        "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle",
    ),
    pairs=((1, 2), (3, 4), (5, 6), (7, 8), (9, 10), (11, 12), (13, 14), (15, 16)),
    # The "skeleton" entry of COCO's person_keypoints annotation files, less one per index.
    limbs=(
        (15, 13), (13, 11), (16, 14), (14, 12), (11, 12), (5, 11), (6, 12), (5, 6), (5, 7), (6, 8),
        (7, 9), (8, 10), (1, 2), (0, 1), (0, 2), (1, 3), (2, 4), (3, 5), (4, 6),
    ),
    # pycocotools.cocoeval.Params.setKpParams.
    sigmas=(
        0.026, 0.025, 0.025, 0.035, 0.035, 0.079, 0.079, 0.072, 0.072, 0.062, 0.062,
        0.107, 0.107, 0.087, 0.087, 0.089, 0.089,
    ),
)  # fmt: skip
