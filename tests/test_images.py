"""Every kind of picture that users send becomes its right pixels, RGB uint8."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from methods import images
from methods.errors import ImageError
from methods.images import read_image

# Four flat quarters: red, green / blue, white. Large enough that lossy formats keep the quarters' middles.
QUARTERS = np.zeros((48, 64, 3), np.uint8)
QUARTERS[:24, :32] = (255, 0, 0)
QUARTERS[:24, 32:] = (0, 255, 0)
QUARTERS[24:, :32] = (0, 0, 255)
QUARTERS[24:, 32:] = (255, 255, 255)


def encode(picture: Image.Image, kind: str, **options) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def noise(height: int = 40, width: int = 56, *channels: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, *channels), dtype=np.uint8)


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "GIF", "WEBP"])
def test_lossless_formats_give_their_very_pixels(kind, tmp_path):
    picture = Image.fromarray(QUARTERS)
    data = encode(picture, kind, **({"lossless": True} if kind == "WEBP" else {}))
    image = read_image(data)
    assert image.dtype == np.uint8
    assert image.flags.c_contiguous
    np.testing.assert_array_equal(image, QUARTERS)
    path = tmp_path / "picture.anything"
    path.write_bytes(data)
    np.testing.assert_array_equal(read_image(path), QUARTERS)
    np.testing.assert_array_equal(read_image(str(path)), QUARTERS)


@pytest.mark.parametrize("kind", ["JPEG", "HEIF"])
def test_lossy_formats_come_close(kind):
    image = read_image(encode(Image.fromarray(QUARTERS), kind, quality=95))
    assert image.shape == QUARTERS.shape
    for y, x in [(12, 16), (12, 48), (36, 16), (36, 48)]:
        np.testing.assert_allclose(image[y, x].astype(int), QUARTERS[y, x], atol=6)


def test_progressive_jpeg_is_read():
    smooth = Image.fromarray(QUARTERS)
    progressive = read_image(encode(smooth, "JPEG", progressive=True, quality=95))
    np.testing.assert_array_equal(progressive, read_image(encode(smooth, "JPEG", quality=95)))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_exif_orientation_is_undone(kind, orientation):
    """EXIF says where the stored row 0 and column 0 belong; `stored` is made from that table, not by a library."""
    upright = QUARTERS
    swapped = upright.transpose(1, 0, 2)
    stored = {
        1: upright,  # row 0 top, column 0 left
        2: upright[:, ::-1],  # top, right
        3: upright[::-1, ::-1],  # bottom, right
        4: upright[::-1],  # bottom, left
        5: swapped,  # left, top
        6: swapped[::-1],  # right, top
        7: swapped[::-1, ::-1],  # right, bottom
        8: swapped[:, ::-1],  # left, bottom
    }[orientation]
    exif = Image.Exif()
    exif[images.ORIENTATION] = orientation
    options = {"lossless": True} if kind == "WEBP" else {"quality": 95} if kind == "JPEG" else {}
    content = encode(Image.fromarray(np.ascontiguousarray(stored)), kind, exif=exif, **options)
    image = read_image(content)
    assert image.shape == upright.shape
    assert images.image_size(content) == (64, 48)
    for y, x in [(12, 16), (12, 48), (36, 16), (36, 48)]:
        np.testing.assert_allclose(image[y, x].astype(int), upright[y, x], atol=6)


def test_the_size_of_what_is_no_image():
    with pytest.raises(ImageError, match=r"a\.png is not a JPEG, PNG"):
        images.image_size(b"not an image at all", "a.png")
    with pytest.raises(ImageError, match=r"a\.png is a damaged"):
        images.image_size(encode(Image.fromarray(QUARTERS), "PNG")[:20], "a.png")


def test_heic_is_turned_once():
    exif = Image.Exif()
    exif[images.ORIENTATION] = 6
    stored = Image.fromarray(np.ascontiguousarray(QUARTERS.transpose(1, 0, 2)[::-1]))
    image = read_image(encode(stored, "HEIF", quality=95, exif=exif.tobytes()))
    assert image.shape == QUARTERS.shape
    np.testing.assert_allclose(image[12, 48].astype(int), (0, 255, 0), atol=6)


def test_broken_exif_does_not_lose_the_picture():
    exif = Image.Exif()
    exif[images.ORIENTATION] = 1
    data = encode(Image.fromarray(QUARTERS), "JPEG", exif=exif, quality=95)
    broken = data.replace(b"Exif\x00\x00MM\x00*", b"Exif\x00\x00XX\x00*").replace(
        b"Exif\x00\x00II*", b"Exif\x00\x00XX*"
    )
    assert broken != data
    assert read_image(broken).shape == QUARTERS.shape


def test_cmyk_becomes_rgb():
    cmyk = Image.fromarray(QUARTERS).convert("CMYK")
    np.testing.assert_array_equal(read_image(encode(cmyk, "TIFF")), QUARTERS)
    jpeg = encode(cmyk, "JPEG", quality=98)
    assert b"Adobe" in jpeg  # Adobe stores the inks inverted; Pillow writes it so too
    np.testing.assert_allclose(read_image(jpeg)[12, 16].astype(int), (255, 0, 0), atol=8)


def test_16_bit_grey_is_scaled_not_clipped():
    levels = np.array([[0, 128, 257, 32768, 65278, 65535]], np.uint16)
    expected = np.array([0, 0, 1, 128, 254, 255])
    for kind in ("PNG", "TIFF"):
        image = read_image(encode(Image.fromarray(levels), kind))
        np.testing.assert_array_equal(image[0], np.repeat(expected[:, None], 3, axis=1))


def test_16_bit_colour_is_scaled():
    rows = b"".join(b"\x00" + struct.pack(">6H", 0, 32896, 65535, 65535, 257, 0) for _ in range(2))
    header = struct.pack(">IIBBBBB", 2, 2, 16, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    data = b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(kind, body) for kind, body in chunks)
    np.testing.assert_array_equal(read_image(data)[0], [(0, 128, 255), (255, 1, 0)])


def tiff(values: np.ndarray, bits: int, sample_format: int, photometric: int) -> bytes:
    """An uncompressed little-endian greyscale TIFF of one strip."""
    height, width = values.shape
    entries = [
        (256, 4, width), (257, 4, height), (258, 3, bits), (259, 3, 1), (262, 3, photometric),
        (273, 4, 8 + 2 + 12 * 10 + 4), (277, 3, 1), (278, 4, height), (279, 4, values.nbytes), (339, 3, sample_format),
    ]  # fmt: skip
    directory = struct.pack("<H", len(entries))
    directory += b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries)
    return struct.pack("<2sHI", b"II", 42, 8) + directory + struct.pack("<I", 0) + values.tobytes()


@pytest.mark.parametrize(
    ("values", "bits", "sample_format", "photometric", "expected"),
    [
        (np.array([[0, 65535]], np.uint16), 16, 1, 0, [255, 0]),  # 0 is white
        (np.array([[0.0, 0.5, 1.0]], np.float32), 32, 3, 1, [0, 128, 255]),  # floats in 0..1 as they are
        (np.array([[0.25, 0.5]], np.float32), 32, 3, 1, [64, 128]),
        (np.array([[-10.0, 0.0, 10.0]], np.float32), 32, 3, 1, [0, 128, 255]),  # stretched
        (np.array([[np.nan, 0.0, 1.0]], np.float32), 32, 3, 1, [0, 0, 255]),
        (np.array([[5, 5]], np.int32), 32, 2, 1, [0, 0]),  # flat: no division by zero
        (np.array([[-1000, 1000]], np.int32), 32, 2, 1, [0, 255]),
        (np.array([[-32768, 32767]], np.int16), 16, 2, 1, [0, 255]),
    ],
)
def test_deep_greyscale_tiff(values, bits, sample_format, photometric, expected):
    image = read_image(tiff(values, bits, sample_format, photometric))
    np.testing.assert_array_equal(image[0, :, 0], expected)


def test_12_bit_tiff_uses_its_own_white():
    packed = np.frombuffer(bytes([0x00, 0x0F, 0xFF]), np.uint8)[None]  # two pixels: 0x000, 0xFFF
    data = bytearray(tiff(packed, 12, 1, 1))
    data[8 + 2 + 8 : 8 + 2 + 12] = struct.pack("<I", 2)  # two pixels wide, in three bytes
    np.testing.assert_array_equal(read_image(bytes(data))[0, :, 0], [0, 255])


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA"])
def test_every_mode_becomes_rgb(mode):
    picture = Image.fromarray(QUARTERS).convert(mode)
    np.testing.assert_array_equal(read_image(encode(picture, "PNG")), np.asarray(picture.convert("RGB")))


def test_transparency_shows_white():
    colours = np.zeros((1, 3, 4), np.uint8)
    colours[0] = [(255, 0, 0, 255), (255, 0, 0, 0), (0, 0, 0, 128)]
    expected = [(255, 0, 0), (255, 255, 255), (127, 127, 127)]
    np.testing.assert_array_equal(read_image(encode(Image.fromarray(colours), "PNG"))[0], expected)
    grey = Image.fromarray(colours[..., [0, 3]], "LA")
    np.testing.assert_array_equal(read_image(encode(grey, "PNG"))[0, :, 0], [255, 255, 127])
    palette = Image.new("P", (2, 1))
    palette.putpalette([10, 20, 30, 40, 50, 60])
    palette.putpixel((1, 0), 1)
    for transparency in (1, b"\xff\x00"):  # one index, and an alpha for every index
        data = encode(palette, "PNG", transparency=transparency)
        np.testing.assert_array_equal(read_image(data)[0], [(10, 20, 30), (255, 255, 255)])
    keyed = encode(Image.fromarray(QUARTERS), "PNG", transparency=(0, 0, 255))
    np.testing.assert_array_equal(read_image(keyed)[36, 16], (255, 255, 255))


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "TIFF", "PNG"])
def test_first_of_several_frames(kind):
    frames = [Image.new("RGB", (32, 24), colour) for colour in ("red", "blue")]
    options = {"lossless": True} if kind == "WEBP" else {}
    image = read_image(encode(frames[0], kind, save_all=True, append_images=frames[1:], **options))
    assert image.shape == (24, 32, 3)
    assert (image == (255, 0, 0)).all()


def test_animated_gif_with_transparency():
    frames = [Image.new("P", (8, 8)) for _ in range(2)]
    for frame, index in zip(frames, (0, 1), strict=True):
        frame.putpalette([200, 0, 0, 0, 0, 200])
        frame.paste(index, (0, 0, 8, 4))
        frame.paste(1 - index, (0, 4, 8, 8))
    data = encode(frames[0], "GIF", save_all=True, append_images=frames[1:], transparency=1, disposal=2)
    image = read_image(data)
    np.testing.assert_array_equal(image[0, 0], (200, 0, 0))
    np.testing.assert_array_equal(image[7, 0], (255, 255, 255))


@pytest.mark.parametrize(("width", "height"), [(1, 1), (30_000, 10), (10, 30_000), (1, 65_535)])
def test_odd_shapes_keep_their_pixels(width, height):
    pixels = noise(height, width, 3)
    np.testing.assert_array_equal(read_image(encode(Image.fromarray(pixels), "PNG")), pixels)


def test_strips_and_shrinking_leave_no_seam(monkeypatch):
    pixels = noise(50, 70, 3)
    monkeypatch.setattr(images, "STRIP_PIXELS", 500)
    data = encode(Image.fromarray(pixels), "PNG")
    np.testing.assert_array_equal(read_image(data), pixels)
    monkeypatch.setattr(images, "WORKING_PIXELS", 900)  # 3500 / 900 asks for half the size
    np.testing.assert_array_equal(read_image(data), np.asarray(Image.fromarray(pixels).reduce(2)))
    monkeypatch.setattr(images, "WORKING_PIXELS", 400)  # a third, which divides neither side
    np.testing.assert_array_equal(read_image(data), np.asarray(Image.fromarray(pixels).reduce(3)))


def test_large_jpeg_is_shrunk_not_refused():
    """80 megapixels are above the limit of other formats; red left, blue right must stay where they were."""
    picture = Image.new("RGB", (10_000, 8_000), "red")
    picture.paste("blue", (5_000, 0, 10_000, 8_000))
    image = read_image(encode(picture, "JPEG"))
    assert image.shape == (4_000, 5_000, 3)
    np.testing.assert_allclose(image[2_000, [0, 2_400, 2_600, 4_999]].astype(int)[:, 0], [254, 254, 0, 0], atol=2)
