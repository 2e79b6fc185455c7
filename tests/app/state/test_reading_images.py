"""Images within the page's limits."""

import numpy as np
import pytest
from PIL import Image

from app.server.gate import Upload
from app.state import uploads
from methods.errors import ImageError


def test_a_image_of_too_many_pixels_is_refused_by_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(uploads, "PIXELS", 2_000_000)
    path = tmp_path / "large.png"
    Image.new("RGB", (2000, 1000)).save(path)
    assert uploads.read_image_upload(Upload(path)).shape == (1000, 2000, 3)
    Image.fromarray(np.zeros((1001, 2000, 3), np.uint8)).save(path)
    with pytest.raises(ImageError, match=r"large.png has 2000 x 1001 pixels; this page takes 2 million"):
        uploads.read_image_upload(Upload(path))
