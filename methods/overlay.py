"""People's keypoints over an image as SVG, for notebooks: sharp at any zoom, and nothing but text."""

import base64
import io
from html import escape

import numpy as np
from PIL import Image

from methods.skeletons import Skeleton

SIDE = 1024  # px; the longer side of the image that is shown
LEFT, RIGHT, MIDDLE = "#56b4e9", "#f08c14", "#f0e442"  # the person's own sides, as in drawn images


def to_svg(image: np.ndarray, keypoints: np.ndarray, skeleton: Skeleton) -> str:
    """An RGB uint8 image [H, W, 3] under the keypoints [N, K, 2] of N people in its pixels; NaN is left out."""
    height, width = image.shape[:2]
    stroke = max(1.5, 0.004 * max(height, width))
    colours = [MIDDLE] * len(skeleton)
    for left, right in skeleton.pairs:
        colours[left], colours[right] = LEFT, RIGHT
    drawn = "".join(_person(each.astype(float).round(1), skeleton, colours, stroke) for each in keypoints)
    return (
        f'<svg viewBox="0 0 {width} {height}" style="max-width: 100%; max-height: 640px" role="img">'
        f'<image href="{_data_url(image)}" width="{width}" height="{height}"/>{drawn}</svg>'
    )


def _person(points: np.ndarray, skeleton: Skeleton, colours: list[str], stroke: float) -> str:
    there = np.isfinite(points).all(axis=1)
    limbs = [
        f'<path d="M{points[a][0]} {points[a][1]}L{points[b][0]} {points[b][1]}"'
        f' stroke="{colours[a] if colours[a] == colours[b] else MIDDLE}" stroke-width="{stroke:.1f}"/>'
        for a, b in skeleton.limbs
        if there[a] and there[b]
    ]
    discs = [
        f'<circle cx="{x}" cy="{y}" r="{stroke:.1f}" fill="{colours[i]}">'
        f"<title>{escape(skeleton.keypoints[i])}</title></circle>"
        for i, (x, y) in enumerate(points)
        if there[i]
    ]
    return f"<g>{''.join(limbs + discs)}</g>"


def _data_url(image: np.ndarray) -> str:
    shown = Image.fromarray(image)
    shown.thumbnail((SIDE, SIDE))
    file = io.BytesIO()
    shown.save(file, "JPEG", quality=85)
    return f"data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode('ascii')}"
