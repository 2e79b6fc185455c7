"""HybridPose's pipeline."""

from app.walk.step import Step

PAPER = "Kim et al., Hybrid model for Single-Stage Multi-Person Pose Estimation, "
MAPS = tuple(f"Map of the {size} people" for size in ("smallest", "small", "large", "largest"))

STEPS = (
    Step(
        "Every keypoint of everybody",
        "A detector regresses, with each person's box, the places of all 17 keypoints. It has to name a place for each,"
        " even for one that is hidden or outside the image. Dashed points are those that the next steps remove.",
        PAPER + "section 3.1, Architecture",
        ("Joints and their visibility",),
    ),
    Step(
        "Visibility maps",
        "Beside the poses the network paints a map for each keypoint: how visible is such a keypoint here? Each scale"
        " of people has maps of its own; blue cells are left keypoints, orange right ones.",
        PAPER + "section 3.1: visibility maps, equation 4",
        MAPS,
    ),
    Step(
        "The answer",
        "Each keypoint is looked up on the map of its scale. Where the map is low, the keypoint is left out; this is"
        " how the method says that it is not there. The threshold is yours to move in the tab Compare.",
        PAPER + "section 3.1, equation 5",
        poses=True,
        study="visibility-maps",
    ),
)
