"""Writing a video whose frames keep their times."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from methods.video import VideoFrame
from methods.writing import write_whole

CLOCK = 90_000  # ticks a second, MPEG's own: finer than any camera's frames
QUALITY = {"crf": "20", "preset": "veryfast"}


def write_video(path: Path, frames: Iterable[VideoFrame]) -> None:
    """Write frames of one size as an MP4 (H.264), each at its own time, whole or not at all.

    An odd width or height, which H.264 does not know, loses its last pixel.
    """
    write_whole(path, lambda beside: _write(beside, frames))


def _write(path: Path, frames: Iterable[VideoFrame]) -> None:
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", options=QUALITY)
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = stream.time_base = Fraction(1, CLOCK)
        for number, each in enumerate(frames):
            height, width = (length - length % 2 for length in each.image.shape[:2])
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(each.image[:height, :width]), format="rgb24")
            frame.pts, frame.time_base = round(each.seconds * CLOCK), Fraction(1, CLOCK)
            if not number:
                stream.width, stream.height = width, height
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
