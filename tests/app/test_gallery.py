"""A gallery: a page for each sample and a list of them, without a server."""

import re

from huggingface_hub import RepoCard

from app import gallery
from app.state.photo_session import PhotoSession


def test_every_session_has_a_page_and_a_place_in_the_list(tmp_path, fakes, image):
    sessions = [(title, PhotoSession(image, f"{name}.png", "by <me>", name)) for title, name in TITLES]
    gallery.write(tmp_path, iter(sessions), fakes)
    index = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'href="([^"]*)"', index) == ["bus.html", "crowd.html"]
    assert "A &lt;dense&gt; crowd" in index
    assert "by &lt;me&gt;" in index
    assert not re.search(r"https?:", index)
    for _, name in TITLES:
        assert "mountViewer" in (tmp_path / f"{name}.html").read_text(encoding="utf-8")
        assert (tmp_path / f"{name}.jpg").stat().st_size > 0
    assert RepoCard.load(tmp_path / "README.md").data.sdk == "static"


TITLES = [("A bus", "bus"), ("A <dense> crowd", "crowd")]
