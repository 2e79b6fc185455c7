"""Frames of videos and animated GIFs."""

import struct

import cv2
import numpy as np
import pytest
from PIL import Image

from methods import video
from methods.errors import ImageError
from methods.video_writing import write_video


def read_frames(path, seconds, count, side):
    with path.open("rb") as file:
        return video.read_frames(file, path.name, seconds, count, side)


def shades(count, size=(80, 60)):
    """Frames that grow brighter, 10 levels each."""
    return [np.full((size[1], size[0], 3), 10 * index, np.uint8) for index in range(count)]


def write_gif(path, frames, milliseconds):
    first, *others = [Image.fromarray(frame) for frame in frames]
    first.save(path, save_all=True, append_images=others, duration=milliseconds)
    return path


def write_even(path, frames, rate, code="mp4v"):
    height, width = frames[0].shape[:2]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*code), rate, (width, height))
    for frame in frames:
        writer.write(cv2.cvtColor(frame, cv2.COLOR_RGB2BGR))
    writer.release()
    return path


def write_timed(path, frames, seconds, rotation=0):
    """An MP4 whose frames are shown at these times, and are to be turned by `rotation` degrees against the clock."""
    write_video(path, map(video.VideoFrame, seconds, frames))
    if rotation:
        content = path.read_bytes()
        place = content.index(b"tkhd") + 44  # of the matrix, in a header of version 0 (ISO 14496-12, 8.3.2)
        quarter = {90: (0, -1, 1, 0), 180: (-1, 0, 0, -1), 270: (0, 1, -1, 0)}[rotation]
        a, b, c, d = (number << 16 for number in quarter)
        matrix = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
        path.write_bytes(content[:place] + matrix + content[place + 36 :])
    return path


def levels(found):
    return [round(frame.image.mean() / 10) for frame in found]


def test_a_gif_gives_every_frame_at_its_time(tmp_path):
    found = read_frames(write_gif(tmp_path / "a.gif", shades(5), 200), seconds=10, count=100, side=640)
    assert levels(found) == [0, 1, 2, 3, 4]
    assert [frame.seconds for frame in found] == pytest.approx([0, 0.2, 0.4, 0.6, 0.8])
    assert found[0].image.shape == (60, 80, 3)


def test_a_video_is_cut_in_time_thinned_evenly_and_made_small(tmp_path):
    found = read_frames(write_even(tmp_path / "a.mp4", shades(25), 10), seconds=2, count=4, side=40)
    assert [frame.seconds for frame in found] == pytest.approx([0, 0.5, 1.0, 1.5])
    assert levels(found) == [0, 5, 10, 15]
    assert found[0].image.shape == (30, 40, 3)


@pytest.mark.parametrize(
    "content", [b"", b"#EXTM3U\nfile:///etc/passwd\n", b"ffconcat version 1.0\nfile /etc/passwd\n", b"\xff\xd8\xff" * 9]
)
def test_what_is_no_video_is_refused_in_one_sentence(tmp_path, content):
    path = tmp_path / "film.mp4"
    path.write_bytes(content)
    with pytest.raises(ImageError, match="is not an MP4"):
        read_frames(path, 10, 10, 640)


@pytest.mark.parametrize("head", [b"GIF89a", b"\x00\x00\x00\x18ftypmp42", b"\x1a\x45\xdf\xa3"])
def test_a_damaged_file_is_refused_in_one_sentence(tmp_path, head):
    path = tmp_path / "film.mp4"
    path.write_bytes(head + bytes(200))
    with pytest.raises(ImageError, match="damaged or unusual"):
        read_frames(path, 10, 10, 640)


def test_frames_of_too_many_pixels_are_refused(tmp_path):
    path = write_gif(tmp_path / "a.gif", shades(2, (4000, 2500)), 100)
    with pytest.raises(ImageError, match="4000 x 2500"):
        read_frames(path, 10, 10, 640)


UNEVEN = [*(i / 25 for i in range(25)), *(1 + i / 5 for i in range(5))]  # 25 frames in a second, then 5 in the next


def test_frames_have_the_times_that_the_file_gives_them(tmp_path):
    path = write_timed(tmp_path / "a.mp4", shades(25)[:25] + shades(5), UNEVEN)
    found = read_frames(path, seconds=10, count=250, side=640)
    assert [frame.seconds for frame in found] == pytest.approx(UNEVEN, abs=1e-4)
    every = list(video.every_frame(path))
    assert [frame.seconds for frame in every] == pytest.approx(UNEVEN, abs=1e-4)
    assert video.count_frames(path) == len(every) == 30


def test_a_pause_is_not_made_up_for_with_frames_that_follow_it_closely(tmp_path):
    path = write_timed(tmp_path / "a.mp4", shades(6), [0, 0.1, 5, 5.1, 5.2, 9])
    assert [round(frame.seconds, 1) for frame in read_frames(path, 10, 10, 640)] == [0, 5, 9]


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_frames_are_turned_as_the_file_says(tmp_path, rotation):
    image = np.zeros((60, 80, 3), np.uint8)
    image[:20, :20] = 255
    path = write_timed(tmp_path / "a.mp4", [image] * 3, [0, 0.5, 1], rotation)
    (found,) = read_frames(path, 1, 1, 640)
    expected = np.rot90(image, rotation // 90)
    assert found.image.shape == expected.shape
    assert np.abs(found.image.astype(int) - expected).mean() < 3
    assert next(video.every_frame(path)).image.shape == expected.shape


def test_what_cannot_be_read_frame_by_frame_is_one_sentence(tmp_path):
    path = tmp_path / "a.mp4"
    path.write_bytes(b"no video")
    for read in (video.count_frames, lambda path: next(video.every_frame(path))):
        with pytest.raises(ImageError, match="is not an MP4"):
            read(path)
        with pytest.raises(ImageError, match="cannot be opened"):
            read(tmp_path / "nowhere.mp4")
