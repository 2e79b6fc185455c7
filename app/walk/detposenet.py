"""DetPoseNet's pipeline."""

from app.walk.step import Step

PAPER = "Ke et al., DetPoseNet: Improving Multi-Person Pose Estimation via Coarse-Pose Filtering, "

STEPS = (
    Step(
        "Joints of anybody",
        "The first stage looks at the whole photo and paints a heat map for each joint, whoever has it. Part affinities"
        " point along the limbs and tell which joints belong together.",
        PAPER + "section III-A, Light-weight Coarse-Pose Proposal Extraction",
        ("Joint heat maps", "Part affinities"),
    ),
    Step(
        "Coarse poses",
        "Joints are grouped inside each box of the person detector. Such a pose is coarse, because its maps are, but"
        " it says whether somebody is in the box at all.",
        PAPER + "section III-A",
        ("Coarse poses",),
    ),
    Step(
        "Boxes and poses filter each other",
        "Usually boxes that overlap much are thinned out before anybody looks at joints, which loses people who stand"
        " close. Here every box stays in the race: it is dropped if too few joints are in it or if its pose resembles"
        " a better one's. Joints that no box explains get a new box.",
        PAPER + "section III-B, Algorithm 1",
        ("Proposals",),
    ),
    Step(
        "Refinement",
        "Only what survived is cut out, enlarged and looked at again, by a network of several scales. Each arrow leads"
        " from a coarse joint to the refined one.",
        PAPER + "section III-C, Multi-Scale Pose Refinement Sub-net",
        ("Refinement",),
    ),
    Step("The answer", "The refined poses, one for each person who stayed.", PAPER + "section III", poses=True),
)
