"""Scripts and styles are read once, and everybody gets them as they are."""

import pytest
from starlette.responses import FileResponse, PlainTextResponse
from starlette.testclient import TestClient

from app.server.kept_assets import KeptAssets

NAME = "/assets/index-DphvyggB.js"
SCRIPT = "const answer = 42;" * 100


@pytest.fixture
def server(tmp_path):
    """The middleware before an application that counts its requests."""
    file = tmp_path / "script.js"
    file.write_text(SCRIPT)
    asked = []

    async def app(scope, receive, send):
        asked.append(scope["path"])
        answer = FileResponse(file) if "missing" not in scope["path"] else PlainTextResponse("no", 404)
        await answer(scope, receive, send)

    return KeptAssets(app), asked


def get(app, path, **headers):
    """Asked from a thread of its own: a browser that an earlier test drove keeps a loop in this one."""
    return TestClient(app).get(path, headers=headers)


def test_an_asset_is_asked_for_once_and_the_same_for_everybody(server):
    app, asked = server
    answers = [get(app, NAME, **{"accept-encoding": "gzip, br"}) for _ in range(3)]
    assert asked == [NAME]
    for answer in answers:
        assert answer.text == SCRIPT
        assert answer.headers["content-encoding"] == "br"
        assert "javascript" in answer.headers["content-type"]
        assert int(answer.headers["content-length"]) < len(SCRIPT)
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (NAME, {"accept-encoding": "identity"}),
        (NAME, {"accept-encoding": "br", "range": "bytes=0-9"}),
        ("/assets/logo.svg", {"accept-encoding": "br"}),
        ("/config", {"accept-encoding": "br"}),
        ("/assets/../secret-DphvyggB.js", {"accept-encoding": "br"}),
    ],
)
def test_everything_else_goes_through(server, path, headers):
    app, asked = server
    for _ in range(2):
        assert get(app, path, **headers).status_code in (200, 206)
    assert len(asked) == 2


def test_what_is_not_there_is_not_kept(server):
    app, asked = server
    missing = "/assets/missing-DphvyggB.js"
    for _ in range(2):
        assert get(app, missing, **{"accept-encoding": "br"}).status_code == 404
    assert asked == [missing] * 2
