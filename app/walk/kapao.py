"""KAPAO's pipeline."""

from app.walk.step import Step

PAPER = "McNally et al., Rethinking Keypoint Representations (2022), "

STEPS = (
    Step(
        "People as objects",
        "One detector looks at the image once. A whole person is one of its objects: a box that carries the places of"
        " all 17 keypoints with it. Such a pose object knows which keypoints belong together.",
        PAPER + "section 3: pose objects",
        ("Pose objects",),
    ),
    Step(
        "Keypoints as objects",
        "The same head, in the same look, also finds single keypoints: each a small box whose middle is the keypoint."
        " Such a keypoint object looks at that place alone, but does not know whose keypoint it is.",
        PAPER + "section 3: keypoint objects",
        ("Keypoint objects",),
    ),
    Step(
        "Fusion",
        "A keypoint object that lies near enough to the same keypoint of a confident pose object takes its place. Each"
        " arrow is a keypoint that moved. Only distances are compared, without a network.",
        PAPER + "section 3.3, Inference",
        ("Fusions",),
        study="fusion",
    ),
    Step(
        "The answer",
        "Pose objects with the keypoints that fusion replaced. A keypoint near which no keypoint object lies stays"
        " where the pose object had it.",
        PAPER + "section 3.3; its limits are in section 3.4",
        poses=True,
    ),
)
