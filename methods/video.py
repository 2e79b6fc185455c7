"""Frames of a short video or animated image."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import av
import cv2
import numpy as np
from PIL import Image, ImageSequence

from methods.errors import ImageError

FORMATS_TEXT = "MP4, MOV, WebM, MKV, AVI or GIF"
SUFFIXES = {".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi"}  # of files that hold nothing but videos
MAX_BYTES = 100_000_000  # ten seconds of a phone's 4K video are about 60 MB
MAX_PIXELS = 9_000_000  # a frame; 4K has 8.3 million
MAX_FRAMES_PER_SECOND = 240  # what phones call slow motion; a file that claims more is not believed
# Of all frames up to the last one that is shown, which all have to be decoded: ten seconds of 4K at 30 frames a second,
# decoded in about 10 s; a GIF takes as long for a tenth of that, which is 100 frames as large as a small screen.
MAX_DECODED = {"GIF": 250_000_000, "video": 2_500_000_000}

NO_VIDEO = f"{{name}} is not an {FORMATS_TEXT} file, whatever its name says; convert it to one."
DAMAGED = (
    f"{{name}} is a damaged or unusual video, or its frames have more than {MAX_PIXELS / 1e6:.0f} million pixels; save"
    " it again as MP4."
)


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

    Times are those that the file gives its frames, whatever its rate, and begin with 0; of each of `count` parts of the
    time the first frame counts. Frames are turned as the file says.
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
        raise ImageError(NO_VIDEO.format(name=name))
    allowed = MAX_DECODED["GIF" if form == "gif" else "video"]
    decoded, last = 0, -1
    every = seconds / count
    found: list[VideoFrame] = []
    for frame in _decoded(file, name, form):
        if frame.seconds >= seconds or len(found) == count:
            break
        decoded += frame.pixels
        if decoded > allowed:
            raise ImageError(
                f"{name} has more than {allowed / 1e6:,.0f} million pixels in its first {seconds:g} s; give a video of"
                " smaller or fewer frames."
            )
        part = int((frame.seconds + 1e-6) / every)
        if part > last:
            found.append(VideoFrame(frame.seconds, frame.image(side)))
            last = part
    if not found:
        raise ImageError(DAMAGED.format(name=name))
    return found


def every_frame(path: Path) -> Iterator[VideoFrame]:
    """Every frame of a video of any length, whole and upright, at its own time in seconds from the first.

    Raises ImageError for what is no video, and for frames of more than MAX_PIXELS.
    """
    with _opened(path) as (file, form):
        found = False
        for frame in _decoded(file, path.name, form):
            found = True
            yield VideoFrame(frame.seconds, frame.image(max(frame.frame.width, frame.frame.height)))
        if not found:
            raise ImageError(DAMAGED.format(name=path.name))


def count_frames(path: Path) -> int:
    """How many frames a video says that it has, without decoding one; raises ImageError for what is no video."""
    with _opened(path) as (file, form):
        if form == "gif":
            return len(list(_gif(file, path.name)))
        try:
            with av.open(file, "r", format=form, metadata_errors="ignore") as container:
                return sum(1 for packet in container.demux(video=0) if packet.size)
        except (av.FFmpegError, IndexError):
            raise ImageError(DAMAGED.format(name=path.name)) from None


@contextmanager
def _opened(path: Path) -> Iterator[tuple[BinaryIO, str]]:
    """The open file and its format."""
    try:
        with path.open("rb") as file:
            form = _format(file)
            if form is None:
                raise ImageError(NO_VIDEO.format(name=path.name))
            yield file, form
    except OSError as error:
        raise ImageError(f"{path} cannot be opened ({error.strerror}); check the path.") from None


def _decoded(file: BinaryIO, name: str, form: str) -> Iterator[_Decoded]:
    return _gif(file, name) if form == "gif" else _video(file, name, form)


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
            start, last = None, -1 / rate
            for frame in container.decode(stream):
                # Some old files say no times; then frames follow one another at the file's rate, as after a wrong one.
                start = frame.time if start is None else start
                said = last if frame.time is None or start is None else frame.time - start
                last = said if said > last else last + 1 / rate
                yield _Decoded(last, frame)
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
