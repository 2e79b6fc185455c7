"""PoseDet's pipeline."""

from app.walk.step import Step

PAPER = "Tian et al., PoseDet: Fast Multi-Person Pose Estimation Using Pose Embedding (2021), "

STEPS = (
    Step(
        "A coarse pose",
        "From a point in the middle of a person the network regresses all keypoints at once, without any box.",
        PAPER + "section 3.2, Joint Localization",
        ("Coarse poses",),
    ),
    Step(
        "Looking where the keypoints are",
        "Now a deformable convolution samples the features at just those places: each arrow leads from the candidate's"
        " point to a coarse keypoint, where it looks. What it collects is the pose embedding.",
        PAPER + "section 3.1, Keypoint-Aware Pose Embedding",
        ("From candidate to coarse joints",),
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
    Step("The answer", "The refined poses that stay.", PAPER + "section 3.2", poses=True),
)
