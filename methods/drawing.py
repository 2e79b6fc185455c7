"""Poses drawn onto an image: limbs by body side or one colour a person, keypoints by visibility."""

from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image, ImageDraw

from methods.skeletons import Skeleton
from methods.types import VISIBILITY_STATES, Poses

Colour = tuple[int, int, int]

# Okabe & Ito, "Color Universal Design" (2008), without black, two of them lightened to stand out from dark images;
# white comes last. Told apart with every common kind of colour blindness.
PERSON_COLOURS: tuple[Colour, ...] = (
    (86, 180, 233), (230, 159, 0), (0, 178, 130), (240, 228, 66),
    (213, 94, 0), (204, 121, 167), (30, 100, 220), (255, 255, 255),
)  # fmt: skip
LEFT, RIGHT, MIDDLE = (86, 180, 233), (240, 140, 20), (240, 228, 66)  # the person's own left and right
CASING: Colour = (16, 20, 24)  # dark edge that keeps every colour readable on a bright image

FINEST, WIDEST = 1.5, 0.006  # width of a limb: at least pixels, at most this share of the image's longer side
LIMB_SHARE = 0.016  # width of a limb as a share of the person's longer extent
SUPERSAMPLE = 3  # shapes are drawn this many times finer and averaged, which smooths their edges


def draw_poses(
    image: np.ndarray,
    poses: Poses,
    numbers: Sequence[int] | np.ndarray | None = None,
    colour: Colour | None = None,
    misplaced: np.ndarray | None = None,
) -> np.ndarray:
    """A copy of an RGB uint8 image [H, W, 3] with N people drawn on it, the best on top.

    Limbs are coloured by body side (left blue, right orange, across yellow); with `numbers` [N] person i has the one
    colour PERSON_COLOURS[numbers[i]], counted round; else with `colour` everybody has that. A visible keypoint, or one
    whose visibility the method does not give, is a disc; an occluded one is a ring; an absent one is a small cross
    without limbs; one that is `misplaced`, bool [N, K], a triangle. A NaN keypoint is left out.

    Raises ValueError where `numbers` does not fit `poses`.
    """
    skeleton = poses.skeleton
    if numbers is not None and len(numbers) != len(poses):
        raise ValueError(f"numbers has {len(numbers)} entries for {len(poses)} people")
    canvas = Image.fromarray(image).copy()
    for person in reversed(range(len(poses))):
        own = colour if numbers is None else PERSON_COLOURS[int(numbers[person]) % len(PERSON_COLOURS)]
        keypoint_colours, limb_colours = _colours(skeleton, own)
        states = _states(poses, person)
        if misplaced is not None:
            states = [
                state and ("misplaced" if wrong else state)
                for state, wrong in zip(states, misplaced[person], strict=True)
            ]
        _draw_person(canvas, poses.keypoints[person], states, skeleton, keypoint_colours, limb_colours)
    return np.asarray(canvas)


def _colours(skeleton: Skeleton, colour: Colour | None) -> tuple[list[Colour], list[Colour]]:
    """Colours of keypoints and of limbs: one for all, or by body side."""
    if colour is not None:
        return [colour] * len(skeleton), [colour] * len(skeleton.limbs)
    keypoints = [MIDDLE] * len(skeleton)
    for left, right in skeleton.pairs:
        keypoints[left], keypoints[right] = LEFT, RIGHT
    # A limb between the nose and one eye belongs to the eye's side; one from left to right to neither.
    ends = [{keypoints[a], keypoints[b]} - {MIDDLE} for a, b in skeleton.limbs]
    return keypoints, [end.pop() if len(end) == 1 else MIDDLE for end in ends]


def _states(poses: Poses, person: int) -> list[str | None]:
    """For each keypoint absent, occluded or visible; visible where the method says nothing; None where it is NaN."""
    there = np.isfinite(poses.keypoints[person]).all(axis=1)
    if poses.visibility is None:
        flags = np.full(len(there), VISIBILITY_STATES.index("visible"))
    else:
        flags = poses.visibility[person].argmax(axis=1)
    return [VISIBILITY_STATES[flag] if known else None for flag, known in zip(flags, there, strict=True)]


def _draw_person(
    canvas: Image.Image,
    keypoints: np.ndarray,
    states: list[str | None],
    skeleton: Skeleton,
    keypoint_colours: list[Colour],
    limb_colours: list[Colour],
) -> None:
    there = keypoints[[state is not None for state in states]]
    if not len(there):
        return
    extent = float(np.ptp(there, axis=0).max())
    width = max(FINEST, min(LIMB_SHARE * extent, WIDEST * max(canvas.size)))
    edge = max(1.0, width / 3)
    limbs = [
        (keypoints[a], keypoints[b], colour)
        for (a, b), colour in zip(skeleton.limbs, limb_colours, strict=True)
        if not {states[a], states[b]} & {"absent", None}
    ]
    for a, b, _ in limbs:
        _line(canvas, a, b, width + 2 * edge, CASING)
    for a, b, colour in limbs:
        _line(canvas, a, b, width, colour)
    for point, state, colour in zip(keypoints, states, keypoint_colours, strict=True):
        if state is not None:
            _keypoint(canvas, point, state, width, edge, colour)


def _keypoint(canvas: Image.Image, point: np.ndarray, state: str, width: float, edge: float, colour: Colour) -> None:
    radius = 1.1 * width
    if state == "absent":
        strokes = [np.array([radius, radius]), np.array([radius, -radius])]
        for thickness, shade in ((width / 2 + 2 * edge, CASING), (width / 2, colour)):
            for stroke in strokes:
                _line(canvas, point - stroke, point + stroke, thickness, shade)
        return
    if state == "misplaced":
        _triangle(canvas, point, 1.3 * radius + 2 * edge, CASING)
        _triangle(canvas, point, 1.3 * radius, colour)
        return
    _disc(canvas, point, radius + edge, CASING)
    _disc(canvas, point, radius, colour)
    if state == "occluded":
        _disc(canvas, point, 0.65 * radius, CASING)


def _disc(canvas: Image.Image, centre: np.ndarray, radius: float, colour: Colour) -> None:
    def shape(pen: ImageDraw.ImageDraw, origin: np.ndarray) -> None:
        x, y = (centre - origin) * SUPERSAMPLE
        pen.circle((x, y), radius * SUPERSAMPLE, fill=255)

    _paint(canvas, np.stack([centre, centre]), radius, shape, colour)


def _triangle(canvas: Image.Image, centre: np.ndarray, radius: float, colour: Colour) -> None:
    """Upright and equilateral, its corners `radius` from the centre."""

    def shape(pen: ImageDraw.ImageDraw, origin: np.ndarray) -> None:
        x, y = (centre - origin) * SUPERSAMPLE
        pen.regular_polygon((float(x), float(y), radius * SUPERSAMPLE), 3, fill=255)

    _paint(canvas, np.stack([centre, centre]), radius, shape, colour)


def _line(canvas: Image.Image, start: np.ndarray, end: np.ndarray, width: float, colour: Colour) -> None:
    def shape(pen: ImageDraw.ImageDraw, origin: np.ndarray) -> None:
        ends = [tuple((point - origin) * SUPERSAMPLE) for point in (start, end)]
        pen.line(ends, fill=255, width=round(width * SUPERSAMPLE))
        for point in ends:
            pen.circle(point, width / 2 * SUPERSAMPLE, fill=255)

    _paint(canvas, np.stack([start, end]), width / 2, shape, colour)


def _paint(
    canvas: Image.Image,
    points: np.ndarray,
    margin: float,
    shape: Callable[[ImageDraw.ImageDraw, np.ndarray], None],
    colour: Colour,
) -> None:
    """Colour what `shape` covers, on a finer mask of just the region around `points` that lies on the canvas."""
    low = np.maximum(np.floor(points.min(axis=0) - margin - 1), 0)
    high = np.minimum(np.ceil(points.max(axis=0) + margin + 1), canvas.size)
    if (low >= high).any():
        return
    left, top, right, bottom = (int(edge) for edge in (*low, *high))
    mask = Image.new("L", ((right - left) * SUPERSAMPLE, (bottom - top) * SUPERSAMPLE))
    shape(ImageDraw.Draw(mask), low)
    canvas.paste(colour, (left, top, right, bottom), mask.reduce(SUPERSAMPLE))
