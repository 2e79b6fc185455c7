"""PoseDet's pipeline."""

from app.walk.step import Step

PAPER = "Tian et al., PoseDet: Fast Multi-Person Pose Estimation Using Pose Embedding (2021), "

STEPS = (
    Step(
        "A coarse pose",
        "From a point in the middle of a person the network guesses all joints at once, without any box. The further"
        " a joint is from the point, the rougher the guess.",
        PAPER + "section 3.2, Joint Localization",
        ("Coarse poses",),
    ),
    Step(
        "Looking where the joints are",
        "Now a deformable convolution samples the features at just those places: each arrow leads from the candidate's"
        " point to a coarse joint, where it looks. What it collects is the pose embedding.",
        PAPER + "section 3.1, Keypoint-Aware Pose Embedding",
        ("From candidate to coarse joints",),
    ),
    Step(
        "Refinement",
        "From the pose embedding come a displacement for each joint, drawn as arrows, and a score for the whole pose.",
        PAPER + "section 3.2, equation 3",
        ("Displacements",),
    ),
    Step(
        "Many candidates",
        "Several points of one person each gave a pose. Of poses that resemble each other by OKS, rather than by the"
        " overlap of boxes, the best stays; dashed ones are left out.",
        PAPER + "section 3.2, Training and Inference; its effect is in Table 5",
        ("Candidates before suppression",),
    ),
    Step("The answer", "The refined poses that stay.", PAPER + "section 3.2", poses=True),
)
