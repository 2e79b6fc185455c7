"""What is no whole person: animals and single hands."""

from methods.skeletons.skeleton import Skeleton

# The names are those of AP-10K's own files.
AP10K17 = Skeleton(
    name="AP-10K-17",
    keypoints=(
        "left_eye", "right_eye", "nose", "neck", "root_of_tail", "left_shoulder", "left_elbow", "left_front_paw",
        "right_shoulder", "right_elbow", "right_front_paw", "left_hip", "left_knee", "left_back_paw", "right_hip",
        "right_knee", "right_back_paw",
    ),
    pairs=(
        (0, 1), (5, 8), (6, 9), (7, 10), (11, 14), (12, 15), (13, 16),
    ),
    limbs=(
        (0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (3, 5), (5, 6), (6, 7), (3, 8), (8, 9), (9, 10), (4, 11), (11, 12),
        (12, 13), (4, 14), (14, 15), (15, 16),
    ),
    # mmpose, configs/_base_/datasets/ap10k.py.
    sigmas=(
        0.025, 0.025, 0.026, 0.035, 0.035, 0.079, 0.072, 0.062, 0.079, 0.072, 0.062, 0.107, 0.087, 0.089, 0.107,
        0.087, 0.089,
    ),
)  # fmt: skip

HAND21 = Skeleton(
    name="Hand-21",
    keypoints=(
        "wrist", "thumb1", "thumb2", "thumb3", "thumb4", "forefinger1", "forefinger2", "forefinger3", "forefinger4",
        "middle_finger1", "middle_finger2", "middle_finger3", "middle_finger4", "ring_finger1", "ring_finger2",
        "ring_finger3", "ring_finger4", "pinky_finger1", "pinky_finger2", "pinky_finger3", "pinky_finger4",
    ),
    pairs=(),
    limbs=(
        (0, 1), (1, 2), (2, 3), (3, 4), (0, 5), (5, 6), (6, 7), (7, 8), (0, 9), (9, 10), (10, 11), (11, 12), (0, 13),
        (13, 14), (14, 15), (15, 16), (0, 17), (17, 18), (18, 19), (19, 20),
    ),
    # xtcocotools, as COCO-WholeBody scores a hand; mmpose, configs/_base_/datasets/coco_wholebody_hand.py.
    sigmas=(
        0.029, 0.022, 0.035, 0.037, 0.047, 0.026, 0.025, 0.024, 0.035, 0.018, 0.024, 0.022, 0.026, 0.017, 0.021,
        0.021, 0.032, 0.02, 0.019, 0.022, 0.031,
    ),
)  # fmt: skip
