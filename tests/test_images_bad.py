"""Files that cannot or must not be read give one clear sentence, quickly and within bounded memory."""

import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, TiffImagePlugin

from methods import images
from methods.errors import ImageError
from methods.images import read_image

ROOT = Path(__file__).resolve().parents[1]
MEMORY_LIMIT = 300  # MB beyond what the interpreter and the libraries take by themselves
KINDS = ["JPEG", "PNG", "BMP", "TIFF", "GIF", "WEBP", "HEIF"]
FLAT = np.full((48, 64, 3), 200, np.uint8)


def noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


def encode(picture: Image.Image, kind: str, **options) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG of 8-bit RGB that claims a size and holds no pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def sentence(source) -> str:
    with pytest.raises(ImageError) as caught:
        read_image(source)
    message = str(caught.value)
    assert "\n" not in message
    assert message.endswith(".")
    assert len(message) < 300
    return message


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_truncated_file_is_an_error_never_a_half_grey_picture(kind, share):
    data = encode(Image.fromarray(noise(200, 300)), kind)
    assert f"damaged or unusual {kind} file" in sentence(data[: int(len(data) * share)])


@pytest.mark.parametrize("cut", [1, 2])
@pytest.mark.parametrize("options", [{}, {"subsampling": 0}, {"quality": 95, "optimize": True}])
def test_a_jpeg_that_lacks_only_the_mark_at_its_end_is_read(cut, options):
    data = encode(Image.fromarray(noise(200, 300)), "JPEG", **options)
    assert np.array_equal(read_image(data[:-cut]), read_image(data))
    assert "damaged or unusual JPEG file" in sentence(data[: int(len(data) * 0.85)])


def test_names_do_not_matter(tmp_path):
    text = tmp_path / "image.png"
    text.write_text("This is no picture.\n" * 20)
    assert sentence(text).startswith("image.png is not a JPEG, PNG")
    other = tmp_path / "image.jpg"
    other.write_bytes(encode(Image.fromarray(FLAT), "PPM"))  # a picture, but of a format not on the list
    assert sentence(other).startswith("image.jpg is not a JPEG, PNG")
    assert sentence(b"\x89PNG\r\n\x1a\n" + b"garbage" * 30).startswith("The image is a damaged or unusual PNG file")


def test_missing_empty_and_oversized_files(tmp_path, monkeypatch):
    assert "There is no image file at" in sentence(tmp_path / "nowhere.jpg")
    assert "There is no image file at" in sentence(tmp_path)
    (tmp_path / "empty.jpg").touch()
    assert sentence(tmp_path / "empty.jpg").startswith("empty.jpg is empty (0 bytes)")
    assert sentence(b"").startswith("The image is empty")
    monkeypatch.setattr(images, "MAX_BYTES", 2_000_000)
    assert sentence(b"x" * 3_000_000) == "The image has 3 MB; give a file of at most 2 MB."


def test_sides_are_bounded():
    assert "60000 x 60000 pixels (3600 million); PNG files are read up to 50 million" in sentence(
        png_header(60_000, 60_000)
    )
    assert "make its longer side 65535 or less" in sentence(png_header(65_536, 1))
    assert "WEBP files are read up to 16 million" in sentence(
        encode(Image.new("RGB", (5_000, 4_000)), "WEBP", method=0)
    )


def test_raw_camera_file_is_not_mistaken_for_its_preview():
    preview = TiffImagePlugin.ImageFileDirectory_v2()
    preview[images.NEW_SUBFILE_TYPE] = images.REDUCED_RESOLUTION
    assert "raw file" in sentence(encode(Image.fromarray(FLAT), "TIFF", tiffinfo=preview))


def test_jpeg_of_countless_scans_is_refused():
    data = encode(Image.fromarray(FLAT), "JPEG", progressive=True)
    last = data[data.rfind(b"\xff\xda") : -2]
    assert read_image(data[:-2] + last * 3 + data[-2:]).shape == FLAT.shape
    assert "more than 64 scans" in sentence(data[:-2] + last * 100 + data[-2:])


def test_pillows_own_switches_do_not_interfere(monkeypatch):
    data = encode(Image.new("RGB", (1_600, 2_000), "blue"), "PNG")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1_000_000)  # Image.open raises at twice that
    assert (read_image(data) == (0, 0, 255)).all()
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)
    assert "read up to 50 million" in sentence(png_header(60_000, 60_000))


MEASURE = """
import resource, sys
from methods.errors import ImageError
from methods.images import read_image
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
before = peak()
try:
    answer = "x".join(map(str, read_image(sys.argv[1]).shape))
except ImageError as error:
    answer = str(error)
print(peak() - before, answer)
"""


def measure(path: Path) -> tuple[int, str]:
    """Megabytes that reading takes at its peak, and its answer."""
    command = [sys.executable, "-c", MEASURE, str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert not done.stderr, "warnings would reach the user"
    memory, answer = done.stdout.strip().split(" ", 1)
    return int(memory), answer


@pytest.mark.parametrize(
    ("name", "make", "expected"),
    [
        ("header.png", lambda: png_header(60_000, 60_000), "3600 million"),
        ("solid.png", lambda: encode(Image.new("1", (13_000, 13_000)), "PNG"), "169 million"),
        ("solid.gif", lambda: encode(Image.new("P", (13_000, 13_000)), "GIF"), "169 million"),
        ("solid.tif", lambda: encode(Image.new("1", (13_000, 13_000)), "TIFF", compression="group4"), "169 million"),
        ("solid.webp", lambda: encode(Image.new("RGB", (7_000, 7_000)), "WEBP", lossless=True, method=0), "49 million"),
        ("progressive.jpg", lambda: encode(Image.new("L", (13_000, 13_000)), "JPEG", progressive=True), "169 million"),
        ("baseline.jpg", lambda: encode(Image.new("L", (13_000, 13_000)), "JPEG"), "3250x3250x3"),
        ("largest.png", lambda: encode(Image.new("RGB", (7_000, 7_000)), "PNG", compress_level=1), "3500x3500x3"),
        ("largest.webp", lambda: encode(Image.new("RGB", (4_000, 4_000)), "WEBP", method=0), "4000x4000x3"),
        ("lying.png", lambda: png_header(8_000, 6_000), "damaged"),
    ],
)  # fmt: skip
def test_memory_stays_bounded(name, make, expected, tmp_path):
    path = tmp_path / name
    path.write_bytes(make())
    memory, answer = measure(path)
    assert expected in answer
    assert memory < MEMORY_LIMIT


@pytest.mark.parametrize("kind", KINDS)
def test_random_damage_gives_a_picture_or_a_sentence(kind):
    good = np.frombuffer(encode(Image.fromarray(noise(60, 80)), kind), np.uint8)
    random = np.random.default_rng(0)
    for _ in range(60):
        data = good.copy()
        data[random.integers(0, min(len(data), 300), 3)] = random.integers(0, 256, 3)
        try:
            image = read_image(data.tobytes())
        except ImageError:
            continue
        assert image.dtype == np.uint8
        assert image.shape[2:] == (3,)
