"""DetPoseNet: proposals and what filtering said of each, the maps they were read from, and what refining moved."""

import numpy as np

from app.colours import NEUTRAL, person_colour, side_colours
from app.outputs.marks import Layer, Mark, keypoint_name, named, pixels
from app.outputs.step import Step
from methods.detposenet.decode import DetPoseNetIntermediate
from methods.detposenet.filtering import Verdict
from methods.skeletons import COCO17
from methods.types import Poses

FAINTEST = 0.2  # of a map's cells that are drawn; the sea of lower ones is noise
ARROW = 0.8  # of a cell's side: how long a part affinity of length 1 is drawn


def proposals(intermediate: DetPoseNetIntermediate, poses: Poses, numbers: np.ndarray) -> list[Mark]:
    """The box of every proposal; those that were dropped are dashed."""
    keypoints = (~np.isnan(intermediate.coarse[..., 2])).sum(axis=1)
    return [
        Mark(
            "box",
            pixels(intermediate.boxes[i]),
            _colour(intermediate, i, numbers),
            float(intermediate.scores[i]),
            "proposal",
            [f"{keypoints[i]} of {len(COCO17)} keypoints on the heat maps", _verdict(intermediate, i, numbers)],
            aside=bool(intermediate.people[i] < 0),
        )
        for i in range(len(intermediate.boxes))
    ]


def coarse_poses(intermediate: DetPoseNetIntermediate, poses: Poses, numbers: np.ndarray) -> list[Mark]:
    """A point for each keypoint of the coarse poses of everybody."""
    return [
        Mark(
            "point",
            pixels(intermediate.coarse[i, k, :2]),
            _colour(intermediate, i, numbers),
            float(intermediate.coarse[i, k, 2]),
            keypoint_name(k),
            ["on its heat map", named(int(numbers[intermediate.people[i]]))],
        )
        for i, k in np.argwhere(~np.isnan(intermediate.coarse[..., 2]) & (intermediate.people >= 0)[:, None]).tolist()
    ]


def keypoint_maps(intermediate: DetPoseNetIntermediate, poses: Poses, numbers: np.ndarray) -> list[Mark]:
    """A square for each cell of the heat maps in which a keypoint may be."""
    maps = intermediate.heatmaps / 255  # [K, h, w]
    found = np.argwhere(maps >= FAINTEST)
    boxes = _cells(intermediate, found, intermediate.stride)
    colours = side_colours(COCO17)
    return [
        Mark("cell", pixels(box), colours[k], float(maps[k, row, column]), keypoint_name(k), ["on its heat map"])
        for box, (k, row, column) in zip(boxes, found.tolist(), strict=True)
        if box[0] < box[2] and box[1] < box[3]  # not of the grey around the image
    ]


def limb_maps(intermediate: DetPoseNetIntermediate, poses: Poses, numbers: np.ndarray) -> list[Mark]:
    """An arrow for each cell of the part affinities through which a limb may go, along the limb."""
    lengths = np.linalg.norm(intermediate.limbs, axis=1)  # [L, h, w]
    found = np.argwhere(lengths >= FAINTEST)
    middles = (found[:, [2, 1]] + 0.5) * intermediate.limb_stride
    ways = np.stack([intermediate.limbs[limb, :, row, column] for limb, row, column in found.tolist()] or [np.zeros(2)])
    ways = ways[: len(found)] * intermediate.limb_stride * ARROW / 2
    ends = intermediate.frame.to_original(np.stack([middles - ways, middles + ways], axis=1).reshape(-1, 2)).reshape(
        -1, 4
    )
    colours = side_colours(COCO17)
    return [
        Mark(
            "arrow",
            pixels(way),
            colours[COCO17.limbs[limb][0]],
            float(min(lengths[limb, row, column], 1.0)),
            " to ".join(keypoint_name(k) for k in COCO17.limbs[limb]),
            ["part affinity"],
        )
        for way, (limb, row, column) in zip(ends, found.tolist(), strict=True)
    ]


def refinements(intermediate: DetPoseNetIntermediate, poses: Poses, numbers: np.ndarray) -> list[Mark]:
    """An arrow from each keypoint of a coarse pose to where refining found it."""
    marks = []
    for i in np.flatnonzero(intermediate.people >= 0).tolist():
        person = int(intermediate.people[i])
        after = poses.keypoints[person]
        before = intermediate.coarse[i, :, :2]
        for k in np.flatnonzero(~np.isnan(before).any(axis=1)).tolist():
            distance = float(np.hypot(*(after[k] - before[k])))
            details = [f"moved {distance:.1f} px from the coarse keypoint", named(int(numbers[person]))]
            way = np.concatenate([before[k], after[k]])
            score = float(poses.keypoint_scores[person, k])
            marks.append(
                Mark("arrow", pixels(way), _colour(intermediate, i, numbers), score, keypoint_name(k), details)
            )
    return marks


def _verdict(intermediate: DetPoseNetIntermediate, i: int, numbers: np.ndarray) -> str:
    """What became of proposal `i`, in words."""
    person = int(intermediate.people[i])
    whose = named(int(numbers[person])) if person >= 0 else "left out afterwards: low score, or a pose found twice"
    match Verdict(int(intermediate.verdicts[i])):
        case Verdict.KEPT:
            return f"kept: {whose}"
        case Verdict.RECOVERED:
            return f"recovered, with a box round its keypoints: {whose}"
        case Verdict.TOO_FEW_KEYPOINTS:
            return "dropped: too few keypoints"
        case Verdict.SAME_POSE:
            same = int(intermediate.people[intermediate.same_as[i]])
            return f"dropped: same pose as {named(int(numbers[same])) if same >= 0 else 'a better box'}"
        case Verdict.NOT_RECOVERED:
            return "not recovered, because that is off"
        case _:
            return "score of the box below the threshold"


def _colour(intermediate: DetPoseNetIntermediate, i: int, numbers: np.ndarray) -> str:
    """The colour of the person whose proposal it is, or of the one that it was the same as."""
    owner = i if intermediate.people[i] >= 0 else int(intermediate.same_as[i])
    person = int(intermediate.people[owner]) if owner >= 0 else -1
    return person_colour(int(numbers[person])) if person >= 0 else NEUTRAL


def _cells(intermediate: DetPoseNetIntermediate, found: np.ndarray, stride: int) -> np.ndarray:
    """Boxes [n, 4], in the image, of cells of a map given as map, row and column [n, 3]."""
    return intermediate.frame.boxes_to_original(
        np.concatenate([found[:, [2, 1]], found[:, [2, 1]] + 1], axis=1) * stride
    )


INTERMEDIATE = DetPoseNetIntermediate
LAYERS = (
    Layer(
        "Proposals",
        "Every box, without suppression: kept, recovered from keypoints, or dropped (dashed), and why.",
        proposals,
    ),
    Layer(
        "Coarse poses", "Keypoints of the first stage, grouped inside the boxes; they decide who is kept.", coarse_poses
    ),
    Layer(
        "Keypoint heat maps",
        "Where the first stage sees keypoints of anybody; blue is left, orange right.",
        keypoint_maps,
    ),
    Layer("Part affinities", "Where limbs go, and which way; they tell whose keypoint is whose.", limb_maps),
    Layer(
        "Refinement",
        "From a coarse keypoint to where the third stage found it in the person's own image.",
        refinements,
    ),
)

PAPER = "Ke et al., DetPoseNet: Improving Multi-Person Pose Estimation via Coarse-Pose Filtering, "

STEPS = (
    Step(
        "Keypoints of anybody",
        "The first stage looks at the whole image and paints a heat map for each keypoint, whoever has it. Part"
        " affinities point along the limbs and tell which keypoints belong together.",
        PAPER + "section III-A, Light-weight Coarse-Pose Proposal Extraction",
        ("Keypoint heat maps", "Part affinities"),
    ),
    Step(
        "Coarse poses",
        "Keypoints are grouped inside each box of the person detector. Such a pose is coarse, because its maps are, but"
        " it says whether somebody is in the box at all.",
        PAPER + "section III-A",
        ("Coarse poses",),
    ),
    Step(
        "Boxes and poses filter each other",
        "Usually boxes that overlap are suppressed before anybody looks at keypoints, which loses people who stand"
        " close. Here a box is dropped if too few keypoints are in it or if its pose resembles a better one's. A pose"
        " inside another person's box is recovered with a new box of its own.",
        PAPER + "section III-B, Algorithm 1",
        ("Proposals",),
        study="filtering",
    ),
    Step(
        "Refinement",
        "Only what survived is cut out, enlarged and looked at again, together with the coarse pose, by a network of"
        " several scales. Each arrow leads from a coarse keypoint to the refined one.",
        PAPER + "section III-C, Multi-Scale Pose Refinement Sub-net",
        ("Refinement",),
        study="coarse-to-refined",
    ),
    Step(
        "The result",
        "The refined poses, one for each person who stayed. Of two that became much alike only the better is shown;"
        " that last look is ours, not the paper's.",
        PAPER + "section III",
        poses=True,
    ),
)
