"""DetPoseNet: proposals and what filtering said of each, the maps they were read from, and what refining moved."""

from collections.abc import Callable

import numpy as np

from app.colours import NEUTRAL, person_colour, side_colours
from app.outputs.maps import Map, MapLayer, keypoint_channels, limb_channels, of_image, of_people
from app.outputs.marks import Layer, Mark, keypoint_name, named, pixels
from app.outputs.step import Step
from methods.detposenet.decode import DetPoseNetIntermediate
from methods.detposenet.filtering import Verdict, lost_to_box_suppression
from methods.skeletons import COCO17
from methods.types import Poses

FAINTEST = 0.2  # of the cells through which a limb is drawn; the sea of lower ones is noise
USUAL_IOU = 0.5  # at which detectors of people suppress boxes that overlap (Figure 1)
ARROW = 0.8  # of a cell's side: how long a part affinity of length 1 is drawn
SCALES = (32, 16, 8, 4)  # pixels of the crop that a cell of the third stage's heat maps takes, coarsest first
LIMBS = limb_channels(COCO17)


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


def keypoint_maps(intermediate: DetPoseNetIntermediate, poses: Poses, numbers: np.ndarray) -> list[Map]:
    """The first stage's heat maps."""
    return of_image(intermediate.heatmaps, intermediate.stride, intermediate.frame)


def limb_maps(intermediate: DetPoseNetIntermediate, poses: Poses, numbers: np.ndarray) -> list[Map]:
    """The lengths of the part affinities."""
    lengths = np.linalg.norm(intermediate.limbs, axis=1)  # [L, h, w]
    return of_image(lengths, intermediate.limb_stride, intermediate.frame)


def directions(intermediate: DetPoseNetIntermediate, poses: Poses, numbers: np.ndarray) -> list[Mark]:
    """An arrow for each cell through which a limb may go, along the strongest limb there."""
    lengths = np.linalg.norm(intermediate.limbs, axis=1)  # [L, h, w]
    strongest = lengths.argmax(axis=0)
    found = np.argwhere(lengths.max(axis=0) >= FAINTEST)
    limbs = strongest[found[:, 0], found[:, 1]]
    middles = (found[:, ::-1] + 0.5) * intermediate.limb_stride
    ways = intermediate.limbs[limbs, :, found[:, 0], found[:, 1]] * intermediate.limb_stride * ARROW / 2
    ends = intermediate.frame.to_original(np.stack([middles - ways, middles + ways], axis=1).reshape(-1, 2))
    colours = side_colours(COCO17)
    return [
        Mark(
            "arrow",
            pixels(way),
            colours[COCO17.limbs[limb][0]],
            float(min(lengths[limb, row, column], 1.0)),
            LIMBS[limb],
            ["part affinity"],
        )
        for way, limb, (row, column) in zip(ends.reshape(-1, 4), limbs.tolist(), found.tolist(), strict=True)
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


def refined_of(name: str) -> Callable[[DetPoseNetIntermediate, Poses, np.ndarray], list[Map]]:
    """The third stage's heat maps of that name in people's crops."""

    def maps(intermediate: DetPoseNetIntermediate, poses: Poses, numbers: np.ndarray) -> list[Map]:
        if name not in intermediate.refined:
            return []
        return of_people(intermediate.refined[name], intermediate.crops, numbers[intermediate.mapped])

    return maps


def lost(intermediate: DetPoseNetIntermediate, poses: Poses, numbers: np.ndarray) -> list[Mark]:
    """The box of everybody whom suppression by boxes alone, as detectors do it, would have dropped."""
    owners = np.flatnonzero(intermediate.people >= 0)
    gone = lost_to_box_suppression(intermediate.boxes[owners], intermediate.scores[owners], USUAL_IOU)
    return [
        Mark(
            "box",
            pixels(intermediate.boxes[i]),
            _colour(intermediate, i, numbers),
            float(intermediate.scores[i]),
            "lost without poses",
            [f"overlaps a better box by IoU above {USUAL_IOU}", named(int(numbers[intermediate.people[i]]))],
        )
        for i in owners[gone].tolist()
    ]


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
    MapLayer(
        "Keypoint heat maps", "Where the first stage sees keypoints of anybody.", keypoint_channels, keypoint_maps
    ),
    MapLayer("Part affinities", "How surely a limb goes through a place.", limb_channels, limb_maps),
    Layer(
        "Directions of part affinities",
        "Which way the surest limb goes at each place; this tells whose keypoint is whose.",
        directions,
    ),
    Layer("Lost by box suppression", "Who would be gone if boxes that overlap were suppressed before.", lost),
    *(
        MapLayer(
            f"Heat maps of the crops at 1/{stride}",
            f"The last hourglass's heat maps of each person, in cells of {stride} px of the crop.",
            keypoint_channels,
            refined_of(f"scale_{stride}"),
        )
        for stride in SCALES
    ),
    MapLayer(
        "Heat maps after regression",
        "What multi-scale regression makes of all scales: fewer places that compete.",
        keypoint_channels,
        refined_of("regressed"),
    ),
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
        ("Keypoint heat maps", "Part affinities", "Directions of part affinities"),
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
        PAPER + "section III-B, Algorithm 1 and Figure 3",
        ("Proposals",),
        study="filtering",
    ),
    Step(
        "Whom box suppression would have lost",
        "The usual way keeps, of two boxes that overlap much, only the more confident one. These are the people of the"
        " result who would be gone: their box overlaps a better one, but their keypoints are their own.",
        PAPER + "section I, Figure 1",
        ("Lost by box suppression",),
    ),
    Step(
        "Heat maps at several scales",
        "The third stage enlarges each person and paints heat maps at four scales, coarse ones first; all of them are"
        " supervised. Choose one after the other under Map: the peak of a keypoint gets smaller and more certain.",
        PAPER + "section III-C1, Figure 5",
        tuple(f"Heat maps of the crops at 1/{stride}" for stride in SCALES),
    ),
    Step(
        "Regression over all scales",
        "Maps of all scales are read together once more. Compare the two under Map: where one scale alone has several"
        " peaks for a keypoint, one is left.",
        PAPER + "section III-C2, Figure 6",
        ("Heat maps after regression", "Heat maps of the crops at 1/4"),
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
