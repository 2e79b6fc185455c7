"""Frames of videos and animated GIFs."""

import cv2
import numpy as np
import pytest
from PIL import Image

from methods import video
from methods.errors import ImageError


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


def write_video(path, frames, rate, code="mp4v"):
    height, width = frames[0].shape[:2]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*code), rate, (width, height))
    for frame in frames:
        writer.write(cv2.cvtColor(frame, cv2.COLOR_RGB2BGR))
    writer.release()
    return path


def levels(found):
    return [round(frame.image.mean() / 10) for frame in found]


def test_a_gif_gives_every_frame_at_its_time(tmp_path):
    found = read_frames(write_gif(tmp_path / "a.gif", shades(5), 200), seconds=10, count=100, side=640)
    assert levels(found) == [0, 1, 2, 3, 4]
    assert [frame.seconds for frame in found] == pytest.approx([0, 0.2, 0.4, 0.6, 0.8])
    assert found[0].image.shape == (60, 80, 3)


def test_a_video_is_cut_in_time_thinned_evenly_and_made_small(tmp_path):
    found = read_frames(write_video(tmp_path / "a.mp4", shades(25), 10), seconds=2, count=4, side=40)
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
