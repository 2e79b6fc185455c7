"""DetPoseNet's pipeline."""

from app.walk.step import Step

PAPER = "Ke et al., DetPoseNet: Improving Multi-Person Pose Estimation via Coarse-Pose Filtering, "

STEPS = (
    Step(
        "Keypoints of anybody",
        "The first stage looks at the whole image and paints a heat map for each keypoint, whoever has it. Part"
        " affinities point along the limbs and tell which keypoints belong together.",
        PAPER + "section III-A, Light-weight Coarse-Pose Proposal Extraction",
        ("Joint heat maps", "Part affinities"),
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
    Step("The answer", "The refined poses, one for each person who stayed.", PAPER + "section III", poses=True),
)
