"""Why the second image of each quiz is harder, and why not equally for every method: two sentences and the paper."""

from typing import NamedTuple


class Reason(NamedTuple):
    """Two sentences, and where a paper says so."""

    text: str
    source: str


REASONS = {
    "box": Reason(
        "A network gives every person all keypoints, so that the hidden wrist lands on the edge of the box. Its score "
        "says how good the place would be, not whether the keypoint is there, which takes an output of its own.",
        "visibility metamodel, Section 1",
    ),
    "back": Reason(
        "Hands behind the back leave nothing to see, so that their place is guessed from the elbows. A method guesses "
        "well if it learned with keypoints covered on purpose.",
        "DetPoseNet, Section III-C",
    ),
    "together": Reason(
        "Two people stand in one another's boxes, and two right shoulders lie within reach of the same person. "
        "Keypoint objects are fused with a pose by distance alone, so that a neighbour's may come nearest.",
        "KAPAO, Section 3.3",
    ),
    "leave": Reason(
        "Half of the person is outside of the image, and what is left may score too low to be shown. Whoever is shown "
        "gets keypoints beyond the border as well, unless visibility maps filter them.",
        "HybridPose, Section 4.3",
    ),
    "turn": Reason(
        "From behind the outline is the same while left and right have changed sides, and no face tells which is "
        "which. A keypoint object sees little more than its own patch of the image, a pose object the whole person.",
        "KAPAO, Section 3.1",
    ),
    "counter": Reason(
        "The legs are hidden, and still most methods place all keypoints, some of them on the counter. Visibility maps "
        "tell where a keypoint can be seen and take out the others, which are then left out rather than wrong.",
        "HybridPose, Section 4.3",
    ),
    "dark": Reason(
        "In poor light edges fade, and with them what tells one keypoint's place from the next pixel's. Training "
        "changes the images' colours and brightness, so that methods bear more of it than one expects.",
        "KAPAO, Section 4.1",
    ),
    "far": Reason(
        "Each person is a few pixels tall, for which only the finest of a network's output grids is made. What it "
        "finds there scores low, so that it depends on a method's threshold whether anybody is shown.",
        "KAPAO, Section 3.1",
    ),
    "cross": Reason(
        "One person hides most of the other, and NMS by the boxes' IoU takes the second for a duplicate of the first. "
        "OKS compares keypoints instead and keeps both, though the hidden one's are then easily wrong.",
        "PoseDet, Section 3.2",
    ),
    "lie": Reason(
        "People in training images mostly stand or sit, so that a lying one has the wrong proportions for what was "
        "learned. A pose embedding is read at the coarse keypoints, and where these are wrong the score falls as well.",
        "PoseDet, Section 3.1",
    ),
    "roll": Reason(
        "Training moves, scales and mirrors images and hardly turns them, so that a body on its side looks new. What a "
        "network knows of a pattern does not hold for the pattern turned, and each network loses something else of it.",
        "KAPAO, Section 4.1",
    ),
    "fence": Reason(
        "Slats cut the legs into pieces, too small to tell a knee by its own patch of the image. Fewer keypoint "
        "objects are found there, and without them a pose keeps the coarser places that its pose object gave.",
        "KAPAO, Section 3.3",
    ),
}
