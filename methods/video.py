"""Frames of a short video or animated picture."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageSequence

from methods.errors import ImageError

FORMATS_TEXT = "MP4, MOV, WebM, MKV, AVI or GIF"
MAX_BYTES = 100_000_000  # ten seconds of a phone's 4K video are about 60 MB
MAX_PIXELS = 9_000_000  # a frame; 4K has 8.3 million
MAX_FRAMES_PER_SECOND = 240  # what phones call slow motion; a file that claims more is not believed


@dataclass(frozen=True, eq=False)
class VideoFrame:
    """One frame, RGB uint8 [H, W, 3], and when it is shown, in seconds from the start."""

    seconds: float
    image: np.ndarray


def read_frames(path: Path, seconds: float, count: int, side: int) -> list[VideoFrame]:
    """At most `count` frames, evenly spread over the first `seconds`, with at most `side` pixels to a side.

    The format is told by content, never by name: playlists, which could name other files, are no video here.
    Raises ImageError, one sentence, for anything that is not a readable video.
    """
    size = path.stat().st_size if path.is_file() else 0
    if size > MAX_BYTES:
        raise ImageError(f"{path.name} has {size / 1e6:.0f} MB; give a video of at most {MAX_BYTES / 1e6:.0f} MB.")
    kind = _kind(path) if size else None
    if kind is None:
        raise ImageError(f"{path.name} is not an {FORMATS_TEXT} file, whatever its name says; convert it to one.")
    every = seconds / count
    found: list[VideoFrame] = []
    for frame in _gif(path) if kind == "GIF" else _video(path):
        if frame.seconds >= seconds or len(found) == count:
            break
        if frame.seconds >= len(found) * every - 1e-6:
            found.append(VideoFrame(frame.seconds, _shrink(frame.image, side)))
    if not found:
        raise ImageError(f"{path.name} is a damaged or unusual video; save it again as MP4.")
    return found


def _kind(path: Path) -> str | None:
    with path.open("rb") as file:
        head = file.read(16)
    if head[:4] == b"GIF8":
        return "GIF"
    is_video = head[4:8] == b"ftyp" or head[:4] == b"\x1a\x45\xdf\xa3" or (head[:4], head[8:12]) == (b"RIFF", b"AVI ")
    return "video" if is_video else None


def _gif(path: Path) -> Iterator[VideoFrame]:
    try:
        with Image.open(path, formats=["GIF"]) as picture:
            _check_size(path, *picture.size)
            start = 0.0
            for frame in ImageSequence.Iterator(picture):
                yield VideoFrame(start, np.asarray(frame.convert("RGB")))
                start += max(frame.info.get("duration", 100), 10) / 1000  # browsers do not believe less than 10 ms
    except ImageError:
        raise
    except Exception:  # Pillow answers a hostile file with almost any exception, in words for programmers.
        return


def _video(path: Path) -> Iterator[VideoFrame]:
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    try:
        _check_size(path, int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)), int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT)))
        rate = capture.get(cv2.CAP_PROP_FPS)
        rate = rate if 0 < rate <= MAX_FRAMES_PER_SECOND else 30.0
        index = 0
        while capture.isOpened() and capture.grab():
            read, image = capture.retrieve()
            if read and image is not None:
                yield VideoFrame(index / rate, cv2.cvtColor(image, cv2.COLOR_BGR2RGB))
            index += 1
    finally:
        capture.release()


def _check_size(path: Path, width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise ImageError(
            f"{path.name} has frames of {width} x {height} px; give a video of at most {MAX_PIXELS / 1e6:.0f} million"
            " pixels a frame."
        )


def _shrink(image: np.ndarray, side: int) -> np.ndarray:
    scale = side / max(image.shape[:2])
    if scale >= 1:
        return image
    height, width = (max(1, round(length * scale)) for length in image.shape[:2])
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
