"""The published skeletons, and which of them is meant: by the keypoints' names, never by their number alone."""

from collections.abc import Sequence

from methods.errors import DataError
from methods.skeletons.body import AI_CHALLENGER14, COCO17, CROWDPOSE14, H36M17, HALPE26, MPII16, POSETRACK17
from methods.skeletons.skeleton import Skeleton, normal_name
from methods.skeletons.special import AP10K17, HAND21
from methods.skeletons.whole_body import COCO_WHOLEBODY133, HALPE136

KNOWN = {
    skeleton.name: skeleton
    for skeleton in (
        COCO17, CROWDPOSE14, AI_CHALLENGER14, MPII16, POSETRACK17, H36M17, HALPE26, HALPE136, COCO_WHOLEBODY133,
        AP10K17, HAND21,
    )
}  # fmt: skip

# What files write in place of a skeleton's own names.
OTHER_NAMES = {
    "CrowdPose-14": {"top_head": "head"},
    "AP-10K-17": {
        "left_f_paw": "left_front_paw", "right_f_paw": "right_front_paw",
        "left_b_paw": "left_back_paw", "right_b_paw": "right_back_paw",
    },
    "Human3.6M-17": {"root_pelvis": "root", "pelvis": "root"},
    "PoseTrack-17": {"upper_neck": "head_bottom"},
}  # fmt: skip

# Without names: COCO's own seventeen, and the numbers of keypoints that no other data set has.
_WITHOUT_NAMES = {len(skeleton): skeleton for skeleton in (COCO17, HALPE26, COCO_WHOLEBODY133, HALPE136)}


def known_skeleton(name: str) -> Skeleton:
    """The published skeleton of that name, whatever its case; raises DataError naming those there are."""
    for known, skeleton in KNOWN.items():
        if known.lower() == name.strip().lower():
            return skeleton
    raise DataError(f"There is no skeleton {name!r} here; choose from {', '.join(KNOWN)}.")


def find_known(names: Sequence[str]) -> tuple[Skeleton, tuple[int, ...]] | None:
    """The published skeleton that has just these keypoints, and where each of its keypoints stands in `names`."""
    for skeleton in KNOWN.values():
        if len(skeleton) == len(names) and (order := order_of(names, skeleton)):
            return skeleton, order
    return None


def order_of(names: Sequence[str], skeleton: Skeleton) -> tuple[int, ...] | None:
    """Where each keypoint of the skeleton stands in `names`; None where these are not the same keypoints."""
    others = OTHER_NAMES.get(skeleton.name, {})
    normal = [normal_name(name) for name in names]
    place = {others.get(name, name): position for position, name in enumerate(normal)}
    wanted = [normal_name(keypoint) for keypoint in skeleton.keypoints]
    return tuple(place[name] for name in wanted) if place.keys() == set(wanted) else None


def assumed(count: int) -> Skeleton:
    """What `count` keypoints without names are taken for, which has to be said: see _WITHOUT_NAMES, else numbers."""
    return _WITHOUT_NAMES.get(count) or Skeleton.numbered(count)


def shared_names(first: Skeleton, second: Skeleton) -> tuple[list[int], list[int]]:
    """The keypoints that both have, by name, in the first's order: their indices in the first and in the second."""
    place = {normal_name(keypoint): position for position, keypoint in enumerate(second.keypoints)}
    both = [(k, place[name]) for k, name in enumerate(map(normal_name, first.keypoints)) if name in place]
    return [one for one, _ in both], [other for _, other in both]
