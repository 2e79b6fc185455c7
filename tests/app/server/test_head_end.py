"""What is added to the head of every page."""

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, JSONResponse, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from app.server.head_end import HeadEnd

PAGE = "<html><head><title>a</title></head><body></head></body></html>"


@pytest.fixture(scope="module")
def client():
    async def parts():
        for part in (PAGE[:20], PAGE[20:]):
            yield part

    routes = [
        Route("/", lambda _: HTMLResponse(PAGE)),
        Route("/parts", lambda _: StreamingResponse(parts(), media_type="text/html")),
        Route("/none", lambda _: HTMLResponse("<p>no head")),
        Route("/data", lambda _: JSONResponse(PAGE)),
    ]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(HeadEnd, text="<b>ö</b>")]))


@pytest.mark.parametrize("path", ["/", "/parts"])
@pytest.mark.parametrize("encoding", ["br", "identity"])
def test_a_page_gets_it_once_packed_if_it_may_be(client, path, encoding):
    with client.stream("GET", path, headers={"accept-encoding": encoding}) as answer:
        sent = len(b"".join(answer.iter_raw()))
    assert int(answer.headers["content-length"]) == sent
    assert answer.headers.get("content-encoding", "identity") == encoding
    answer = client.get(path, headers={"accept-encoding": encoding})
    assert answer.text == "<html><head><title>a</title><b>ö</b></head><body></head></body></html>"


def test_a_page_without_a_head_and_anything_else_are_left_alone(client):
    assert client.get("/none").text == "<p>no head"
    assert client.get("/data").json() == PAGE
