"""The visibility metamodel's pipeline."""

from app.walk.step import Step

PAPER = "Guesdon et al., Multitask Metamodel for Keypoint Visibility Prediction in Human Pose Estimation, "

STEPS = (
    Step(
        "One person at a time",
        "The metamodel is added to a network that looks at one person in a crop. The boxes come from another method,"
        " so it can stand behind any of them.",
        PAPER + "section 3.1, Metamodel",
        ("Crops",),
    ),
    Step(
        "Place and state of each joint",
        "From the same features one branch paints a heat map for each joint, whose highest place is the joint, and a"
        " second branch says whether the joint is absent, occluded or visible. Point at a joint to read the chances.",
        PAPER + "sections 3.1 and 3.2, Visibility branch",
        ("Joints and their states",),
    ),
    Step(
        "The answer",
        "Joints judged absent are left out. That makes what is shown more precise, and loses joints that were right: in"
        " the paper's Table 3 precision rises and recall falls.",
        PAPER + "section 5.2",
        poses=True,
    ),
)
