"""What answers tell the browser to refuse, and under which names a page on one's own machine answers.

Those of a hosted page are in tests/test_wheel.py, which starts one."""

import httpx
import pytest

from tests.security.served import policy

PLACES = ("/", "/config", "/gradio_api/info", "/theme.css", "/static/img/logo.svg", "/no/such/page")


@pytest.mark.parametrize("place", PLACES)
def test_every_answer_has_a_policy(server, place):
    """Nothing from elsewhere is loaded, asked or sent to, and no other site shows the page in a frame."""
    found = policy(server.url, place)
    assert found["default-src"] == ["'self'"]
    assert found["frame-ancestors"] == ["'self'"]
    assert found["object-src"] == ["'none'"]
    assert not any("http" in value or "*" in value for values in found.values() for value in values)


@pytest.mark.parametrize("name", ["evil.example", "evil.example:7860", "127.0.0.1.evil.example", "localhost.", "", "["])
def test_a_local_page_answers_under_its_own_names_only(server, name):
    """A web site whose name was made to lead to this machine (DNS rebinding)."""
    for place in ("/", "/config", "/gradio_api/info"):
        answer = httpx.get(f"{server.url}{place}", headers={"host": name}, timeout=300)
        assert answer.status_code == 400, (place, answer.text[:200])
    assert "as 127.0.0.1 or localhost" in answer.text or answer.text == "Invalid HTTP request received."


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST:1234", "[::1]:7860"])
def test_it_answers_under_those(server, name):
    assert httpx.get(f"{server.url}/config", headers={"host": name}, timeout=300).status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "file://"])
def test_other_sites_pages_cannot_give_a_local_page_files(server, origin):
    """A browser sends forms from anywhere, with the site that they come from."""
    files = {"files": ("a.png", b"x")}
    answer = httpx.post(f"{server.url}/gradio_api/upload", files=files, headers={"origin": origin}, timeout=300)
    assert answer.status_code == 400
    assert httpx.post(f"{server.url}/gradio_api/upload", files=files, headers={"origin": server.url}).status_code == 200
