"""A written video gives its frames back at their times, and is there whole or not at all."""

import numpy as np
import pytest

from methods.video import VideoFrame, every_frame
from methods.video_writing import write_video


def test_frames_keep_times_and_pixels_and_an_odd_side_loses_one(tmp_path):
    times, path = [0.0, 0.04, 1.5], tmp_path / "a.mp4"
    write_video(path, [VideoFrame(time, np.full((61, 81, 3), 60 * i, np.uint8)) for i, time in enumerate(times, 1)])
    found = list(every_frame(path))
    assert [frame.seconds for frame in found] == pytest.approx(times, abs=1e-4)
    assert [frame.image.shape for frame in found] == [(60, 80, 3)] * 3
    assert [frame.image.mean() for frame in found] == pytest.approx([60, 120, 180], abs=3)


def test_a_video_that_stops_half_way_is_not_there(tmp_path):
    def frames():
        yield VideoFrame(0.0, np.zeros((60, 80, 3), np.uint8))
        raise ValueError("stopped")

    with pytest.raises(ValueError, match="stopped"):
        write_video(tmp_path / "a.mp4", frames())
    assert list(tmp_path.iterdir()) == []
