"""What HybridPose's visibility maps know: the measurements of section 4.4 (Figures 6 and 7) on annotated images.

People: every annotated person with a labelled keypoint, crowds apart, is paired one to one with a pose that the method
finds at the given settings, by the largest sum of box IoUs (Hungarian algorithm); pairs of an IoU below 0.5 do not
count. Boxes, because what is measured is about keypoints. A keypoint is labelled where its flag is above 0.

Distance (Figure 6), of labelled keypoints only: from where the keypoint is regressed to the centre of the highest cell
of the map that belongs to the pose's scale, anchor and keypoint, in cells of that map. The highest cell is sought among
those within the pose's own box and the six cells around the regressed keypoint, because a map holds several people;
where it is 0, there is no peak and no distance.

Visibility scores (Figure 7): the map's value at each keypoint, as decoding looks it up. The area under the ROC curve is
the probability that a labelled keypoint has a higher score than one without a label, over all pairs of such keypoints.
"""

from collections.abc import Callable

import numpy as np

from methods.data.coco import AnnotatedImage, CocoKeypoints
from methods.errors import DataError
from methods.hybridpose.decode import HybridPoseIntermediate
from methods.method import Method
from methods.metrics.box_pairs import paired
from methods.metrics.labelled_keypoints import LabelledPredictions, VisibilityMaps, summarise_maps
from methods.ops.letterbox import Frame
from methods.settings import Settings
from methods.types import Poses, Prediction

AROUND = 3  # cells in each direction, the reach of a keypoint's distribution in training


def measure_visibility_maps(
    method: Method,
    data: CocoKeypoints,
    settings: Settings | None = None,
    progress: Callable[[int], None] | None = None,
    weights: str | None = None,
    command: str | None = None,
) -> VisibilityMaps:
    """See the module; `settings` defaults to the demo preset. `progress` is called with the number of images done.

    Raises DataError where the method has no visibility maps or nobody is found.
    """
    settings = settings or method.Settings.demo()
    judged = []
    for done, image in enumerate(data, 1):
        found = method.decode(method.infer([image.read()])[0], settings)
        if not isinstance(found.intermediate, HybridPoseIntermediate):
            raise DataError(f"{method.name} has no visibility maps; give a variant of HybridPose.")
        judged.append(judge_image(image, found))
        if progress:
            progress(done)
    return summarise_maps(method, data, settings, LabelledPredictions.joined(judged), weights, command)


def judge_image(image: AnnotatedImage, found: Prediction) -> LabelledPredictions:
    """The keypoints of one image, whose position is 0."""
    people = image.people[image.people.labelled]
    person, pose = paired(people, found.poses)
    seen = found.intermediate if isinstance(found.intermediate, HybridPoseIntermediate) else None
    scores = (seen.visibility if seen else found.poses.keypoint_scores)[pose]
    distances = np.full(scores.shape, np.nan)
    if seen:
        for row, i in enumerate(pose):
            distances[row] = peak_distances(seen, found.poses, i)
    return LabelledPredictions(people.visibility[person] > 0, scores, distances, np.zeros(len(pose), dtype=int))


def peak_distances(intermediate: HybridPoseIntermediate, poses: Poses, pose: int) -> np.ndarray:
    """Of each keypoint of one pose [K]: from where it is regressed to its map's peak, in cells; NaN without a peak."""
    stride, frame = int(intermediate.strides[pose]), intermediate.frame
    maps = intermediate.maps[stride][intermediate.anchors[pose]]  # [K, h, w]
    keypoints = in_cells(intermediate.keypoints[pose], frame, stride)  # [K, 2]
    x1, y1, x2, y2 = in_cells(poses.boxes[pose].reshape(2, 2), frame, stride).ravel()
    v, u = np.meshgrid(np.arange(maps.shape[1]) + 0.5, np.arange(maps.shape[2]) + 0.5, indexing="ij")
    in_box = (u >= x1) & (u <= x2) & (v >= y1) & (v <= y2)
    found = np.full(len(keypoints), np.nan)
    for k, (x, y) in enumerate(keypoints):
        searched = in_box | ((abs(u - x) <= AROUND) & (abs(v - y) <= AROUND))
        values = np.where(searched, maps[k], 0)
        if values.any():
            row, column = np.unravel_index(values.argmax(), values.shape)
            found[k] = np.hypot(column + 0.5 - x, row + 0.5 - y)
    return found


def in_cells(points: np.ndarray, frame: Frame, stride: int) -> np.ndarray:
    """Points [..., 2] in pixels of the original image to cells of the maps of `stride`."""
    return (points * [frame.scale_x, frame.scale_y] + [frame.left, frame.top]) / stride
