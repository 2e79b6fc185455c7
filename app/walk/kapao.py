"""KAPAO's pipeline."""

from app.walk.step import Step

PAPER = "McNally et al., Rethinking Keypoint Representations (2022), "

STEPS = (
    Step(
        "People as objects",
        "One detector looks at the photo once. A whole person is one of its objects: a box that carries the place of"
        " all 17 joints with it. Such a pose object knows which joints belong together, but places each only roughly.",
        PAPER + "section 3: pose objects",
        ("Pose objects",),
    ),
    Step(
        "Joints as objects",
        "The same detector, in the same look, also finds single joints: each a small box whose middle is the joint."
        " Such a keypoint object is precise, but does not know whose joint it is.",
        PAPER + "section 3: keypoint objects",
        ("Keypoint objects",),
    ),
    Step(
        "Fusion",
        "A keypoint object that lies near enough to the same joint of a sure pose object takes its place. Each arrow is"
        " a joint that moved, from the rough place to the precise one. Only distances are compared, without a network.",
        PAPER + "section 3.3, Inference",
        ("Fusions",),
    ),
    Step(
        "The answer",
        "Pose objects with the joints that fusion replaced. What no keypoint object confirmed stays where the pose"
        " object had it.",
        PAPER + "section 3.3; its limits are in section 3.4",
        poses=True,
    ),
)
