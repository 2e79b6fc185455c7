"""The viewer as one HTML file."""

import json
import re

import numpy as np

from app import standalone
from app.state.photo_session import PhotoSession


def test_it_holds_everything_and_asks_nobody(fakes):
    visit = PhotoSession(np.full((240, 900, 3), 127, np.uint8), "</title><script>alert(1)</script>.png")
    visit.infer(fakes)
    found = visit.decode(fakes, {name: method.Settings() for name, method in fakes.items()})
    page = standalone.to_html(visit, found).decode()
    assert "<script>alert" not in page
    assert not re.search(r"""(src|href)=["']?https?:|@import|url\(["']?http""", page)
    data = json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL).group(1))
    assert [panel["name"] for panel in data["value"]["panels"]] == ["first", "second"]
    assert data["image"]["src"].startswith("data:image/jpeg;base64,")
    assert data["image"]["id"] == data["value"]["image"]
