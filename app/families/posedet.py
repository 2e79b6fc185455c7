"""PoseDet: candidates that each guess a whole pose, and how the guesses of those who stay were refined."""

from collections.abc import Callable

import numpy as np

from app.colours import NEUTRAL, person_colour
from app.outputs.maps import Map, MapLayer, of_image
from app.outputs.marks import Layer, Mark, keypoint_name, named, pixels, pose_marks
from app.outputs.step import Step
from methods.ops.oks import pose_oks
from methods.posedet.decode import PoseDetIntermediate
from methods.posedet.network import STRIDES
from methods.skeletons import Skeleton
from methods.types import Poses


def coarse(intermediate: PoseDetIntermediate, poses: Poses, numbers: np.ndarray) -> list[Mark]:
    """The coarse pose of everybody."""
    return _poses(intermediate.coarse[intermediate.kept], intermediate, poses, numbers, "coarse pose")


def refined(intermediate: PoseDetIntermediate, poses: Poses, numbers: np.ndarray) -> list[Mark]:
    """The refined pose of everybody."""
    return _poses(intermediate.refined[intermediate.kept], intermediate, poses, numbers, "refined pose")


def offsets(intermediate: PoseDetIntermediate, poses: Poses, numbers: np.ndarray) -> list[Mark]:
    """An arrow from everybody's candidate to each coarse keypoint: where the deformable convolution looks."""
    points = np.broadcast_to(intermediate.points[:, None], intermediate.coarse.shape)
    return _arrows(points, intermediate.coarse, intermediate, numbers, poses.skeleton, "from the candidate")


def displacements(intermediate: PoseDetIntermediate, poses: Poses, numbers: np.ndarray) -> list[Mark]:
    """An arrow from each coarse keypoint of everybody to the refined one."""
    return _arrows(
        intermediate.coarse, intermediate.refined, intermediate, numbers, poses.skeleton, "from the coarse keypoint"
    )


def candidates(intermediate: PoseDetIntermediate, poses: Poses, numbers: np.ndarray) -> list[Mark]:
    """The pose of every candidate; one that was left out has the colour of the person whom it resembles most."""
    kept = np.flatnonzero(intermediate.kept)
    alike = pose_oks(intermediate.refined, intermediate.refined[kept], np.array(poses.skeleton.sigmas))
    marks = []
    for i, stays in enumerate(intermediate.kept.tolist()):
        person = int(np.searchsorted(kept, i)) if stays else int(alike[i].argmax())
        number = int(numbers[person])
        similar = bool(stays or alike[i, person] > 0)
        details = ["stays as " + named(number)] if stays else [f"OKS {alike[i, person]:.2f} with {named(number)}"]
        colour, score = person_colour(number) if similar else NEUTRAL, float(intermediate.scores[i])
        mark = Mark("pose", [], colour, score, "candidate", details, aside=not stays)
        marks += pose_marks(mark, intermediate.refined[i], poses.skeleton)
    return marks


def _poses(
    found: np.ndarray, intermediate: PoseDetIntermediate, poses: Poses, numbers: np.ndarray, name: str
) -> list[Mark]:
    scores = intermediate.scores[intermediate.kept].tolist()
    return [
        mark
        for pose, number, score in zip(found, numbers.tolist(), scores, strict=True)
        for mark in pose_marks(
            Mark("pose", [], person_colour(number), score, name, [named(number)]), pose, poses.skeleton
        )
    ]


def _arrows(
    start: np.ndarray,
    end: np.ndarray,
    intermediate: PoseDetIntermediate,
    numbers: np.ndarray,
    skeleton: Skeleton,
    where: str,
) -> list[Mark]:
    ways = np.concatenate([start, end], axis=2)[intermediate.kept]  # [N, K, 4]
    lengths = np.linalg.norm(end - start, axis=2)[intermediate.kept]
    people = zip(ways, lengths, numbers.tolist(), intermediate.scores[intermediate.kept].tolist(), strict=True)
    return [
        Mark(
            "arrow",
            pixels(way),
            person_colour(number),
            score,
            keypoint_name(k, skeleton),
            [f"{length:.1f} px {where}", named(number)],
        )
        for person, distances, number, score in people
        for k, (way, length) in enumerate(zip(person, distances.tolist(), strict=True))
    ]


def scores_of(stride: int) -> Callable[[PoseDetIntermediate, Poses, np.ndarray], list[Map]]:
    """The scores of all candidates of the level of that stride."""

    def maps(intermediate: PoseDetIntermediate, poses: Poses, numbers: np.ndarray) -> list[Map]:
        if stride not in intermediate.score_maps:
            return []
        return of_image(intermediate.score_maps[stride][None], stride, intermediate.frame)

    return maps


LEVELS = tuple(
    MapLayer(
        f"Scores at 1/{stride}",
        f"The score of the candidate in each cell of {stride} px; larger people are found in larger cells.",
        lambda skeleton: ("score of a candidate",),
        scores_of(stride),
    )
    for stride in STRIDES
)

INTERMEDIATE = PoseDetIntermediate
LAYERS = (
    Layer("Coarse poses", "The first guess: all keypoints at once from the middle of a person.", coarse),
    Layer(
        "From candidate to coarse keypoints",
        "Where the pose embedding looks: at the coarse keypoints, as seen from the candidate.",
        offsets,
    ),
    Layer("Displacements", "From each coarse keypoint to where the pose embedding moved it.", displacements),
    Layer("Refined poses", "The result: coarse pose plus displacements.", refined),
    Layer(
        "Candidates before suppression",
        "Every pose above the threshold, before one is chosen for each person; dashed ones were left out.",
        candidates,
    ),
    *LEVELS,
)

PAPER = "Tian et al., PoseDet: Fast Multi-Person Pose Estimation Using Pose Embedding (2021), "

STEPS = (
    Step(
        "A candidate in every cell",
        "Each cell of each level of a feature pyramid is a candidate for one person, and has one score. Choose a level"
        " under Map: small people are bright in small cells, large ones in large cells.",
        PAPER + "section 3.1 and Figure 2: dense predictions over feature maps",
        tuple(layer.name for layer in LEVELS),
    ),
    Step(
        "A coarse pose",
        "From a point in the middle of a person the network regresses all keypoints at once, without any box.",
        PAPER + "section 3.2, Keypoint Localization; Figure 5, upper row",
        ("Coarse poses",),
    ),
    Step(
        "Looking where the keypoints are",
        "Now a deformable convolution samples the features at just those places: each arrow leads from the candidate's"
        " point to a coarse keypoint, where it looks. What it collects is the pose embedding.",
        PAPER + "section 3.1, Keypoint-Aware Pose Embedding",
        ("From candidate to coarse keypoints",),
    ),
    Step(
        "Refinement",
        "From the pose embedding come a displacement for each keypoint, drawn as arrows, and the score of the whole"
        " pose, the only one that there is.",
        PAPER + "section 3.2, equation 3",
        ("Displacements",),
        study="refinement",
    ),
    Step(
        "Many candidates",
        "Several points of one person each gave a pose. Of poses that resemble each other by OKS, rather than by the"
        " overlap of boxes, the best stays; dashed ones are left out.",
        PAPER + "section 3.2, Training and Inference; its effect is in Table 5",
        ("Candidates before suppression",),
        study="suppression",
    ),
    Step("The result", "The refined poses that stay.", PAPER + "section 3.2; Figure 5, lower row", poses=True),
)
