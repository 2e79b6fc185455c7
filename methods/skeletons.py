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
    # pycocotools.cocoeval.Params.setKpParams; divided here as there, for the last bit's sake.
    sigmas=tuple(tenths / 10 for tenths in (
        0.26, 0.25, 0.25, 0.35, 0.35, 0.79, 0.79, 0.72, 0.72, 0.62, 0.62, 1.07, 1.07, 0.87, 0.87, 0.89, 0.89,
    )),
)  # fmt: skip

CROWDPOSE14 = Skeleton(
    name="CrowdPose-14",
    joints=(
        "left_shoulder", "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist",
        "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle", "head", "neck",
    ),
    pairs=((0, 1), (2, 3), (4, 5), (6, 7), (8, 9), (10, 11)),
    limbs=(
        (12, 13), (13, 0), (13, 1), (0, 2), (1, 3), (2, 4), (3, 5), (13, 6), (13, 7), (6, 8), (7, 9), (8, 10), (9, 11),
    ),
    # crowdposetools.cocoeval.COCOeval.computeOks.
    sigmas=tuple(tenths / 10 for tenths in (
        0.79, 0.79, 0.72, 0.72, 0.62, 0.62, 1.07, 1.07, 0.87, 0.87, 0.89, 0.89, 0.79, 0.79,
    )),
)  # fmt: skip

SKELETONS = {len(skeleton): skeleton for skeleton in (COCO17, CROWDPOSE14)}  # by number of joints
