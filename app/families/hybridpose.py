"""HybridPose: keypoints as they were regressed, and the visibility maps that say which of them are there."""

from collections.abc import Callable

import numpy as np

from app.outputs.bars import Chart, Row
from app.outputs.maps import Map, MapLayer, keypoint_channels, of_image
from app.outputs.marks import Layer, Mark, keypoint_name, keypoint_points
from app.outputs.step import Step
from methods import create
from methods.hybridpose.decode import HybridPoseIntermediate
from methods.hybridpose.distributions import drawn_maps
from methods.hybridpose.method import HybridPoseSmall
from methods.hybridpose.studies.visibility_maps import peak_distances
from methods.method import Method
from methods.types import Poses
from methods.weights import read_manifest, resolve

Maps = Callable[[HybridPoseIntermediate, Poses, np.ndarray], list[Map]]  # of a MapLayer
MOST_CELLS = 6.0  # that fill a bar; the paper's mean is 4.9 to 5.7 (Figure 6)


def keypoints(intermediate: HybridPoseIntermediate, poses: Poses, numbers: np.ndarray) -> list[Mark]:
    """A point for every keypoint of everybody, also those that were left out."""
    return keypoint_points(
        poses,
        numbers,
        intermediate.keypoints,
        intermediate.visibility,
        lambda i, k: [f"looked up where cells are {intermediate.strides[i]} px wide"],
    )


def maps_of(stride: int) -> Maps:
    """The visibility maps of one scale, the highest over its anchors."""

    def maps(intermediate: HybridPoseIntermediate, poses: Poses, numbers: np.ndarray) -> list[Map]:
        return of_image(intermediate.maps[stride].max(axis=0), stride, intermediate.frame)

    return maps


def plain_maps_of(stride: int) -> Maps:
    """The same of the network that was trained without the self-correlation loss."""

    def maps(intermediate: HybridPoseIntermediate, poses: Poses, numbers: np.ndarray) -> list[Map]:
        if intermediate.plain_maps is None:
            return []
        return of_image(intermediate.plain_maps[stride].max(axis=0), stride, intermediate.frame)

    return maps


def prepare(method: Method) -> None:
    """Let the published network that was trained without the self-correlation loss look too, where there is one."""
    name = f"{method.name}-plain"
    if isinstance(method, HybridPoseSmall) and name in read_manifest():
        plain = create(method.name, str(method.device), resolve(name), method.input_size)
        assert isinstance(plain, HybridPoseSmall)
        method.without_loss = plain


def drawn_of(stride: int) -> Maps:
    """The maps that equations 6 and 7 draw of the keypoints of the people whom this scale finds.

    The loss draws all that the network regresses, here it is the poses that are left of them.
    """

    def maps(intermediate: HybridPoseIntermediate, poses: Poses, numbers: np.ndarray) -> list[Map]:
        here = intermediate.strides == stride
        keypoints = intermediate.frame.to_input(intermediate.keypoints[here]) / stride
        drawn = drawn_maps(keypoints, poses.scores[here], intermediate.anchors[here], intermediate.maps[stride].shape)
        return of_image(drawn, stride, intermediate.frame)

    return maps


def peak_rows(intermediate: HybridPoseIntermediate, poses: Poses) -> list[Row]:
    """Figure 6 on one image: mean cells from each regressed keypoint to its map's peak, of those that are shown."""
    distances = np.array([peak_distances(intermediate, poses, i) for i in range(len(poses))])
    return _means(distances.reshape(poses.keypoints.shape[:2]), poses, MOST_CELLS, "{:.1f} cells")


def height_rows(intermediate: HybridPoseIntermediate, poses: Poses) -> list[Row]:
    """Figure 7 on one image: mean height of the map at each keypoint that is shown."""
    return _means(intermediate.visibility, poses, 1.0, "{:.2f}")


def _means(values: np.ndarray, poses: Poses, most: float, told: str) -> list[Row]:
    """A row for each keypoint that is shown of anybody: the mean of values [N, K], NaN for none; `most` fills a bar."""
    values = np.where(np.isnan(poses.keypoints).any(axis=2), np.nan, values)
    rows: list[Row] = []
    for k in np.flatnonzero(~np.isnan(values).all(axis=0)).tolist():
        mean = float(np.nanmean(values[:, k]))
        name, share = keypoint_name(k, poses.skeleton), round(min(mean / most, 1.0), 3)
        rows.append({"name": name, "share": share, "told": told.format(mean)})
    return rows


SIZES = {8: "smallest", 16: "small", 32: "large", 64: "largest"}  # of the people whom a scale finds


def each_scale(name: str, meaning: str, maps: Callable[[int], Maps]) -> tuple[MapLayer, ...]:
    """A layer for each scale, with the `size` of its people and its `stride` put into the words; `maps` takes the
    stride."""
    return tuple(
        MapLayer(name.format(size=size), meaning.format(size=size, stride=stride), keypoint_channels, maps(stride))
        for stride, size in SIZES.items()
    )


MAPS = each_scale(
    "Map of the {size} people",
    "Where keypoints of the {size} people are to be seen, in cells of {stride} px.",
    maps_of,
)
PLAIN = each_scale(
    "Map of the {size} people, without the loss",
    "The same map of a network that was trained without self-correlation, in cells of {stride} px.",
    plain_maps_of,
)
DRAWN = each_scale(
    "Keypoints of the {size} people, drawn",
    "Where poses of the {size} people have their keypoints, drawn in cells of {stride} px, as high as the pose is"
    " confident.",
    drawn_of,
)

INTERMEDIATE = HybridPoseIntermediate
LAYERS = (
    Layer(
        "Keypoints and their visibility",
        "Every keypoint of everybody, as strong as its visibility map is there; dashed ones were left out.",
        keypoints,
    ),
    *DRAWN,
    *MAPS,
    *PLAIN,
)

PAPER = "Kim et al., Hybrid model for Single-Stage Multi-Person Pose Estimation, "

STEPS = (
    Step(
        "Every keypoint of everybody",
        "A detector regresses, with each person's box, the places of all keypoints. It has to name a place for each,"
        " even for one that is hidden or outside the image. Dashed points are those that the next steps remove.",
        PAPER + "section 3.1, Architecture",
        ("Keypoints and their visibility",),
    ),
    Step(
        "Keypoints, drawn",
        "While the network learns, each regressed keypoint is drawn as a small bell, as high as its pose is confident."
        " Compare these maps with the next ones: the self-correlation loss is 1 less their squared correlation, so it"
        " teaches the visibility maps to be high where the poses put their keypoints.",
        PAPER + "section 3.2: keypoint distribution maps, equations 6 and 7; self-correlation, equation 8",
        tuple(layer.name for layer in DRAWN),
    ),
    Step(
        "Visibility maps",
        "Beside the poses the network paints a map for each keypoint: how visible is such a keypoint here? Each scale"
        " of people has maps of its own. In the paper the"
        " self-correlation loss brings their peaks from 5.7 to 4.9 cells from the keypoints (Figure 6) and their height"
        " at visible keypoints from 0.433 to 0.729 (Figure 7).",
        PAPER + "section 3.1: visibility maps, equation 4; section 4.4: what self-correlation brings",
        tuple(layer.name for layer in MAPS),
        charts=(
            Chart("Here: from a keypoint to its map's peak (Figure 6)", peak_rows),
            Chart("Here: height of the map at a keypoint (Figure 7)", height_rows),
        ),
    ),
    Step(
        "The same maps, trained without self-correlation",
        "A twin of the network was trained as long on the same images, but without the loss. Compare its maps with"
        " those of the step before: where are they higher, and where do they stray from the keypoints?",
        PAPER + "section 4.4: what self-correlation brings, Figures 6 and 7",
        tuple(layer.name for layer in PLAIN),
        study="self-correlation",
    ),
    Step(
        "The result",
        "Each keypoint is looked up on the map of its scale. Where the map is low, the keypoint is left out; this is"
        " how the method says that it is not there. The threshold is yours to move in the tab Compare.",
        PAPER + "section 3.1, equation 5",
        poses=True,
        study="visibility-maps",
    ),
)
