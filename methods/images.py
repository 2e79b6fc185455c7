"""Reading an image from a file or bytes, once, for everybody: web page, command line and library."""

import io
import math
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageFile
from pillow_heif import register_heif_opener

from methods.errors import ImageError

FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "HEIF", "GIF")
FORMATS_TEXT = "JPEG, PNG, WebP, BMP, TIFF, HEIC or GIF"
# For walking through folders only; a file that is named itself is read whatever its name.
SUFFIXES = {".jpg", ".jpeg", ".jpe", ".png", ".webp", ".bmp", ".tif", ".tiff", ".heic", ".heif", ".gif"}

MAX_BYTES = 100_000_000  # a 200-megapixel JPEG of a phone is about 60 MB; an upload larger than that is no image
MAX_PIXELS = 50_000_000  # 48-megapixel phone images pass; Pillow needs 4 bytes a pixel, so decoding takes 200 MB
MAX_PIXELS_WEBP = 16_000_000  # libwebp and Pillow hold four copies; 36 bytes of WebP can say 50 megapixels
MAX_PIXELS_JPEG = 200_000_000  # baseline only: libjpeg shrinks while decoding and never holds the whole image
WORKING_PIXELS = 25_000_000  # a 24-megapixel camera image stays whole; above, images are shrunk while read
MAX_SIDE = 65_535  # JPEG's own limit; a longer image is no image
MAX_SCANS = 64  # a progressive JPEG has about 10; each further one costs 30 ms and need not be longer than 73 bytes
BACKGROUND = (255, 255, 255)  # what shows through transparent pixels: white, as on most web pages

END_OF_JPEG = b"\xff\xd9"
LAST_ROWS = 18  # of pixels, which libjpeg holds back until it has seen the end: one of blocks, and two for smoothing
STRIP_PIXELS = 1_000_000  # converted at a time, so that no second copy of a large image is ever held
REDUCED_RESOLUTION = 1  # bit of TIFF's NewSubfileType (tag 254): this page is only a preview
ORIENTATION, NEW_SUBFILE_TYPE, BITS_PER_SAMPLE, PHOTOMETRIC = 274, 254, 258, 262  # TIFF and EXIF tags

# EXIF orientation to the turn that undoes it (CIPA DC-008, 4.6.5.1.5, "Orientation").
TURNS: dict[int, Callable[[np.ndarray], np.ndarray]] = {
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.transpose(1, 0, 2),
    6: lambda a: np.rot90(a, -1),
    7: lambda a: a[::-1, ::-1].transpose(1, 0, 2),
    8: lambda a: np.rot90(a),
}
TURNED_ASIDE = (5, 6, 7, 8)  # of these, those that make width of height

register_heif_opener()
Image.init()


@dataclass(frozen=True)
class Pixels:
    """Which pixels of a file are wanted: turned `upright` as its EXIF tag says; `whole`, without shrinking any."""

    upright: bool = True
    whole: bool = False


FOR_LOOKING = Pixels()


def read_image(
    source: str | Path | bytes | BinaryIO, name: str = "The image", pixels: Pixels = FOR_LOOKING
) -> np.ndarray:
    """The image in a file, open or not, or in its bytes as RGB uint8 [H, W, 3], upright, at most 25 megapixels.

    The format (JPEG, PNG, WebP, BMP, TIFF, HEIC, GIF) is told by content, never by name; of several frames or
    pages the first counts. Up to 50 megapixels are read (WebP: 16, JPEG in one scan: 200); above 25 the image
    is shrunk by a whole number, and everything found in it is in the smaller image's pixels; `pixels` may ask for
    others, up to 50 megapixels. A JPEG that lacks only the mark at its end is read like others. Transparency shows
    white, 16 bits are scaled to 8, and greyscale of 32 bits is stretched from its darkest to its brightest pixel
    unless it is float in 0..1. Colour profiles are not applied. Takes less than 300 MB of
    memory; progressive JPEG, HEIC and turned TIFF near 50 megapixels take up to 430 MB.

    Raises ImageError, one sentence, for anything that cannot or must not be read, and for damaged files; what is open
    or bytes already is called `name` in it.
    """
    if isinstance(source, bytes):
        return _read(io.BytesIO(source), name, len(source), pixels)
    if not isinstance(source, str | Path):
        size = source.seek(0, io.SEEK_END)
        source.seek(0)
        return _read(source, name, size, pixels)
    path = Path(source)
    if not path.is_file():
        raise ImageError(f"There is no image file at {path}; check the path.")
    try:
        with path.open("rb") as file:
            return _read(file, path.name, path.stat().st_size, pixels)
    except OSError as error:
        raise ImageError(f"{path} cannot be opened ({error.strerror}); check the permissions.") from None


def image_size(source: Path | bytes, name: str = "The image") -> tuple[int, int]:
    """Width and height in pixels of the upright image in a file or its bytes, from the header alone.

    Raises ImageError where it is no image that `read_image` knows.
    """
    try:
        with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
            kind = _format(file)
            if kind is None:
                raise ImageError(f"{name} is not a {FORMATS_TEXT} file, whatever its name says; leave it out.")
            image = Image.OPEN[kind][0](file, "")
            width, height = image.size
            # Of a TIFF Pillow gives the upright size by itself.
            turned = kind != "TIFF" and _orientation(image) in TURNED_ASIDE
            return (height, width) if turned else (width, height)
    except ImageError:
        raise
    except Exception:  # as in `_read`
        raise ImageError(f"{name} is a damaged or unusual image file; save or download it again.") from None


def _read(file: BinaryIO, name: str, size: int, pixels: Pixels) -> np.ndarray:
    if not size:
        raise ImageError(f"{name} is empty (0 bytes); give a {FORMATS_TEXT} file.")
    if size > MAX_BYTES:
        raise ImageError(f"{name} has {size / 1e6:.0f} MB; give a file of at most {MAX_BYTES / 1e6:.0f} MB.")
    kind = _format(file)
    if kind is None:
        raise ImageError(f"{name} is not a {FORMATS_TEXT} file, whatever its name says; convert it to one of these.")
    try:
        # Image.open would add Pillow's own pixel limit, whose warning and error come before ours.
        image = Image.OPEN[kind][0](file, "")
        _check_size(image, kind, file, name)
        if pixels.whole and image.width * image.height > MAX_PIXELS:
            raise ImageError(
                f"{name} has {image.width} x {image.height} pixels; without shrinking it at most"
                f" {MAX_PIXELS / 1e6:.0f} million are read: make it smaller, and what is annotated in it."
            )
        if kind == "JPEG" and (ended := _with_end(file, image)):
            image = Image.OPEN[kind][0](ended, "")
        return _decode(image, pixels)
    except ImageError:
        raise
    except Exception:  # Decoders answer a hostile file with almost any exception, in words for programmers.
        raise ImageError(f"{name} is a damaged or unusual {kind} file; save or download it again.") from None


def _format(file: BinaryIO) -> str | None:
    prefix = file.read(16)
    file.seek(0)
    return next((kind for kind in FORMATS if (accept := Image.OPEN[kind][1]) and accept(prefix)), None)


def _check_size(image: ImageFile.ImageFile, kind: str, file: BinaryIO, name: str) -> None:
    """Raise ImageError from what the header says, before any pixel is decoded."""
    cap = MAX_PIXELS_WEBP if kind == "WEBP" else MAX_PIXELS
    if kind == "JPEG":
        if _is_one_scan(file, len(image.getbands())):
            cap = MAX_PIXELS_JPEG
        elif _count_scans(file) > MAX_SCANS:
            raise ImageError(f"{name} is a JPEG of more than {MAX_SCANS} scans, which no camera writes; save it again.")
    width, height = image.size
    if width * height > cap:
        raise ImageError(
            f"{name} has {width} x {height} pixels ({width * height / 1e6:.0f} million); {kind} files are read up to"
            f" {cap / 1e6:.0f} million: make it smaller."
        )
    if max(width, height) > MAX_SIDE:
        raise ImageError(f"{name} has {width} x {height} pixels; make its longer side {MAX_SIDE} or less.")
    tags = getattr(image, "tag_v2", {})
    if tags.get(NEW_SUBFILE_TYPE, 0) & REDUCED_RESOLUTION:
        raise ImageError(f"{name} is a camera's raw file, of which only a preview can be read; export it as JPEG.")


def _is_one_scan(file: BinaryIO, bands: int) -> bool:
    """Whether a JPEG's first scan holds all its bands, so that libjpeg need not keep the image's coefficients."""
    position = file.tell()
    file.seek(2)
    try:
        while True:
            marker, length = struct.unpack(">HH", file.read(4))
            if marker == 0xFFDA:
                return file.read(1)[0] == bands
            # Progressive frames (SOF2, 6, 10, 14) need many scans; other codes are not segments with a length.
            if marker in (0xFFC2, 0xFFC6, 0xFFCA, 0xFFCE) or not (
                0xFFC0 <= marker <= 0xFFCF or 0xFFDB <= marker < 0xFFFF
            ):
                return False
            file.seek(length - 2, io.SEEK_CUR)
    except (struct.error, IndexError):
        return False
    finally:
        file.seek(position)


def _count_scans(file: BinaryIO) -> int:
    position = file.tell()
    file.seek(0)
    count = file.read().count(b"\xff\xda")
    file.seek(position)
    return count


def _with_end(file: BinaryIO, image: ImageFile.ImageFile) -> BinaryIO | None:
    """A JPEG in one scan that lacks nothing but the mark at its end, with that; None for all others.

    What can be decoded without the mark shows whether more is missing: all rows but those of the last blocks.
    """
    position = file.tell()
    file.seek(-len(END_OF_JPEG), io.SEEK_END)
    lacks_nothing = file.read() == END_OF_JPEG
    file.seek(0)
    content = b"" if lacks_nothing or image.width * image.height > WORKING_PIXELS else file.read()
    file.seek(position)
    if not content:
        return None
    cut_off, ended = (Image.OPEN["JPEG"][0](io.BytesIO(each), "") for each in (content, content + END_OF_JPEG))
    with suppress(OSError):
        cut_off.load()
    cut_off.tile = []  # what is decoded by now is all that there is
    rows = max(0, image.height - LAST_ROWS)
    complete = np.array_equal(np.asarray(cut_off)[:rows], np.asarray(ended)[:rows])
    return io.BytesIO(content + END_OF_JPEG) if complete else None


def _decode(decoded: ImageFile.ImageFile, pixels: Pixels) -> np.ndarray:
    most = MAX_PIXELS if pixels.whole else WORKING_PIXELS
    shrink = math.ceil(math.sqrt(decoded.width * decoded.height / most))
    if shrink > 1:
        # In effect only JPEG can; it halves once, twice or thrice, and what is left to do is done below.
        decoded.draft(None, (decoded.width // shrink, decoded.height // shrink))
    decoded.load()
    shrink = math.ceil(math.sqrt(decoded.width * decoded.height / most))
    grey_range = _grey_range(decoded)
    image = np.empty((math.ceil(decoded.height / shrink), math.ceil(decoded.width / shrink), 3), np.uint8)
    row = 0
    for strip in _strips(decoded, shrink):
        rgb = _to_rgb(strip, grey_range).reduce(shrink)
        image[row : row + rgb.height] = np.asarray(rgb)
        row += rgb.height
    turn = TURNS.get(_orientation(decoded)) if pixels.upright else None
    decoded.close()
    return np.ascontiguousarray(turn(image)) if turn else image


def _strips(image: Image.Image, multiple: int = 1) -> Iterator[Image.Image]:
    """Full-width pieces from top to bottom, each but the last a `multiple` of rows high."""
    rows = max(1, STRIP_PIXELS // image.width // multiple) * multiple
    for top in range(0, image.height, rows):
        yield image.crop((0, top, image.width, min(top + rows, image.height)))


def _to_rgb(strip: Image.Image, grey_range: tuple[float, float] | None) -> Image.Image:
    if grey_range is not None:
        black, white = grey_range
        levels = (_numbers(strip) - black) * (255 / (white - black))
        return Image.fromarray(levels.round().clip(0, 255).astype(np.uint8)).convert("RGB")
    if strip.has_transparency_data:
        background = Image.new("RGBA", strip.size, BACKGROUND)
        return Image.alpha_composite(background, strip.convert("RGBA")).convert("RGB")
    return strip.convert("RGB")


def _grey_range(image: Image.Image) -> tuple[float, float] | None:
    """What is black and white in greyscale of more than 8 bits; None for every other image."""
    tags = getattr(image, "tag_v2", {})
    if image.mode.startswith("I;16"):
        low, high = 0.0, 2.0 ** tags.get(BITS_PER_SAMPLE, (16,))[0] - 1  # TIFF may hold 12 bits in 16
    elif image.mode in ("I", "F"):
        extremes = [(numbers.min(), numbers.max()) for numbers in map(_numbers, _strips(image))]
        low, high = float(min(low for low, _ in extremes)), float(max(high for _, high in extremes))
        if image.mode == "F" and low >= 0 and high <= 1:
            low, high = 0.0, 1.0
        high = max(high, low + 1)
    else:
        return None
    # Pillow leaves it to us to turn round a TIFF in which 0 is white, at these depths.
    return (high, low) if tags.get(PHOTOMETRIC) == 0 else (low, high)


def _numbers(strip: Image.Image) -> np.ndarray:
    return np.nan_to_num(np.asarray(strip, dtype=np.float64), nan=0.0, posinf=0.0, neginf=0.0)


def _orientation(image: Image.Image) -> int:
    try:
        return image.getexif().get(ORIENTATION, 1)
    except Exception:  # A broken EXIF block says nothing about the pixels, which are good.
        return 1
