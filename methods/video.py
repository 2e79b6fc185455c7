"""Frames of a short video or animated image."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import av
import cv2
import numpy as np
from PIL import Image, ImageSequence

from methods.errors import ImageError

FORMATS_TEXT = "MP4, MOV, WebM, MKV, AVI or GIF"
MAX_BYTES = 100_000_000  # ten seconds of a phone's 4K video are about 60 MB
MAX_PIXELS = 9_000_000  # a frame; 4K has 8.3 million
MAX_FRAMES_PER_SECOND = 240  # what phones call slow motion; a file that claims more is not believed
# Of all frames up to the last one that is shown, which all have to be decoded: ten seconds of 4K at 30 frames a second,
# decoded in about 10 s; a GIF takes as long for a tenth of that, which is 100 frames as large as a small screen.
MAX_DECODED = {"GIF": 250_000_000, "video": 2_500_000_000}


@dataclass(frozen=True, eq=False)
class VideoFrame:
    """One frame, RGB uint8 [H, W, 3], and when it is shown, in seconds from the start."""

    seconds: float
    image: np.ndarray


@dataclass(frozen=True)
class _Decoded:
    """A frame as its library has it; only those that are wanted are made into pixels."""

    seconds: float
    frame: av.VideoFrame | Image.Image

    @property
    def pixels(self) -> int:
        return self.frame.width * self.frame.height

    def image(self, side: int) -> np.ndarray:
        """RGB uint8 [H, W, 3], upright, at most `side` pixels long."""
        if isinstance(self.frame, Image.Image):
            return _shrink(np.asarray(self.frame.convert("RGB")), side)
        small = _shrink(self.frame.to_ndarray(format="rgb24"), side)
        return np.ascontiguousarray(np.rot90(small, round(self.frame.rotation / 90)))


def read_frames(file: BinaryIO, name: str, seconds: float, count: int, side: int) -> list[VideoFrame]:
    """At most `count` frames, evenly spread over the first `seconds`, with at most `side` pixels to a side.

    The format of the open file, called `name`, is told by content: playlists, which could name other files, are no
    video here. Frames larger than MAX_PIXELS are never decoded, whatever size the file states.
    Raises ImageError, one sentence, for anything that is not a readable video, and for what would take too long.
    """
    size = file.seek(0, 2)
    file.seek(0)
    if size > MAX_BYTES:
        raise ImageError(f"{name} has {size / 1e6:.0f} MB; give a video of at most {MAX_BYTES / 1e6:.0f} MB.")
    form = _format(file)
    if form is None:
        raise ImageError(f"{name} is not an {FORMATS_TEXT} file, whatever its name says; convert it to one.")
    allowed = MAX_DECODED["GIF" if form == "gif" else "video"]
    decoded = 0
    every = seconds / count
    found: list[VideoFrame] = []
    for frame in _gif(file, name) if form == "gif" else _video(file, name, form):
        if frame.seconds >= seconds or len(found) == count:
            break
        decoded += frame.pixels
        if decoded > allowed:
            raise ImageError(
                f"{name} has more than {allowed / 1e6:,.0f} million pixels in its first {seconds:g} s; give a video of"
                " smaller or fewer frames."
            )
        if frame.seconds >= len(found) * every - 1e-6:
            found.append(VideoFrame(frame.seconds, frame.image(side)))
    if not found:
        raise ImageError(
            f"{name} is a damaged or unusual video, or its frames have more than {MAX_PIXELS / 1e6:.0f} million pixels;"
            " save it again as MP4."
        )
    return found


def _format(file: BinaryIO) -> str | None:
    """What FFmpeg, or Pillow, calls the format."""
    head = file.read(16)
    file.seek(0)
    if head[:4] == b"GIF8":
        return "gif"
    if head[4:8] == b"ftyp":
        return "mp4"
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return "matroska"
    return "avi" if (head[:4], head[8:12]) == (b"RIFF", b"AVI ") else None


def _gif(file: BinaryIO, name: str) -> Iterator[_Decoded]:
    try:
        with Image.open(file, formats=["GIF"]) as image:
            _check_size(name, *image.size)
            start = 0.0
            for frame in ImageSequence.Iterator(image):
                yield _Decoded(start, frame)
                start += max(frame.info.get("duration", 100), 10) / 1000  # browsers do not believe less than 10 ms
    except ImageError:
        raise
    except Exception:  # Pillow answers a hostile file with almost any exception, in words for programmers.
        return


def _video(file: BinaryIO, name: str, form: str) -> Iterator[_Decoded]:
    limit = {"max_pixels": str(MAX_PIXELS)}  # of any frame, which need not have the size that the file states
    try:
        with av.open(file, "r", format=form, options=limit, metadata_errors="ignore") as container:
            stream = container.streams.video[0]
            _check_size(name, stream.width, stream.height)
            stream.codec_context.options = limit
            stream.codec_context.thread_count = 1  # each further thread holds frames of its own
            rate = float(stream.average_rate or 0)
            rate = rate if 0 < rate <= MAX_FRAMES_PER_SECOND else 30.0
            for index, frame in enumerate(container.decode(stream)):
                yield _Decoded(index / rate, frame)
    except (av.FFmpegError, IndexError):  # damaged, larger than it says, or without images: what came before counts
        return


def _check_size(name: str, width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise ImageError(
            f"{name} has frames of {width} x {height} px; give a video of at most {MAX_PIXELS / 1e6:.0f} million"
            " pixels a frame."
        )


def _shrink(image: np.ndarray, side: int) -> np.ndarray:
    scale = side / max(image.shape[:2])
    if scale >= 1:
        return image
    height, width = (max(1, round(length * scale)) for length in image.shape[:2])
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
