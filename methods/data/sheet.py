"""A sheet of training images with their labels drawn, to check by eye what a network is taught."""

from collections.abc import Sequence

import cv2
import numpy as np

from methods.data.labels import Labels
from methods.skeletons import Skeleton

LEFT, RIGHT, MIDDLE = (60, 140, 255), (255, 140, 0), (240, 240, 240)  # RGB by side of the body
PERSON, IGNORED = (80, 220, 80), (230, 60, 60)
ZOOM = 2  # labels are drawn on enlarged images, so that lines do not hide small people
GAP = 4  # px between images


def draw_labels(image: np.ndarray, labels: Labels, skeleton: Skeleton) -> np.ndarray:
    """`image` RGB uint8 [H, W, 3] twice as large, with its labels.

    Keypoints: filled disc visible, ring occluded, both smaller the less they weigh; blue is the person's left, orange
    the right. Boxes: green person, crossed red ignore region.
    """
    drawn = cv2.resize(image, None, fx=ZOOM, fy=ZOOM, interpolation=cv2.INTER_NEAREST)
    side = {keypoint: colour for left, right in skeleton.pairs for keypoint, colour in ((left, LEFT), (right, RIGHT))}
    for i in range(len(labels)):
        x1, y1, x2, y2 = (int(value) for value in labels.boxes[i] * ZOOM)
        if labels.ignore[i]:
            cv2.rectangle(drawn, (x1, y1), (x2, y2), IGNORED, 1)
            cv2.line(drawn, (x1, y1), (x2, y2), IGNORED, 1, cv2.LINE_AA)
            cv2.line(drawn, (x1, y2), (x2, y1), IGNORED, 1, cv2.LINE_AA)
            continue
        cv2.rectangle(drawn, (x1, y1), (x2, y2), PERSON, 1)
        points = [(int(x), int(y)) for x, y in labels.keypoints[i] * ZOOM]
        seen = labels.visibility[i] > 0
        for a, b in skeleton.limbs:
            if seen[a] and seen[b]:
                colour = side.get(a, MIDDLE) if side.get(a) == side.get(b) else MIDDLE
                cv2.line(drawn, points[a], points[b], colour, 1, cv2.LINE_AA)
        for keypoint in np.flatnonzero(seen):
            radius = 1 + round(3 * float(labels.keypoint_weights[i, keypoint]))
            thickness = cv2.FILLED if labels.visibility[i, keypoint] >= 2 else 1
            cv2.circle(drawn, points[keypoint], radius, side.get(int(keypoint), MIDDLE), thickness, cv2.LINE_AA)
    return drawn


def contact_sheet(samples: Sequence[tuple[np.ndarray, Labels]], skeleton: Skeleton, columns: int = 6) -> np.ndarray:
    """Samples of one size, labels drawn, row by row on one RGB uint8 image; at least one sample."""
    drawn = [draw_labels(image, labels, skeleton) for image, labels in samples]
    height, width = drawn[0].shape[:2]
    rows = -(-len(drawn) // columns)
    sheet = np.zeros((rows * (height + GAP) - GAP, columns * (width + GAP) - GAP, 3), dtype=np.uint8)
    for number, image in enumerate(drawn):
        y, x = (number // columns) * (height + GAP), (number % columns) * (width + GAP)
        sheet[y : y + height, x : x + width] = image
    return sheet
