"""Visitors of the page, who see what its events change."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest

from methods.samples import samples
from tests.security.served import PATIENCE, Visitor


class Page:
    """What a browser knows of the served page: its components by number, and its events by name."""

    def __init__(self, url: str) -> None:
        self.url = url
        config = httpx.get(f"{url}/config", timeout=PATIENCE).json()
        self.components = {each["id"]: each for each in config["components"]}
        self.events = {each["api_name"]: each for each in config["dependencies"]}

    def name(self, component: int) -> str:
        """A component's elem_id, else its label, else its type."""
        found = self.components[component]
        return found["props"].get("elem_id") or found["props"].get("label") or found["type"]


class Guest(Visitor):
    """Somebody at the page, whom the tests of the tabs ask what they see."""

    server: Page

    def see(self, event: str, given: Mapping[str, Any] | None = None, **more: Any) -> dict[str, dict[str, Any]]:
        """What an event changes: new properties of components by name; what is left alone or unseen is not there."""
        return self.seen(event, self.ask(event, given, **more).output)

    def seen(self, event: str, output: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """The same of an event's answer."""
        assert "data" in output, f"{event}: {output}"
        pairs = zip(self.server.events[event]["outputs"], map(changed, output["data"]), strict=True)
        return {
            self.server.name(each): new
            for each, new in pairs
            if new and self.server.components[each]["type"] != "state"
        }

    def choose(self, index: int, methods: list[str]) -> dict[str, Any]:
        """Click on a sample; what the viewer gets."""
        return self.see("open_sample", {"methods": methods}, event_data={"index": index, "value": None})["viewer"]


def changed(value: Any) -> dict[str, Any]:
    """The properties that an output sets: none where the event leaves it alone; a viewer's value is read."""
    if not isinstance(value, dict) or value.get("__type__") != "update":
        return {"value": read(value)}
    changes = value | value.get("props", {})  # an update of gr.HTML has its own properties apart
    return {name: read(content) for name, content in changes.items() if name not in ("__type__", "props")}


def read(content: Any) -> Any:
    """What a viewer is sent is text."""
    return json.loads(content) if isinstance(content, str) and content.startswith('{"image":') else content


@pytest.fixture(scope="session")
def served(page_url: str) -> Page:
    """The page."""
    return Page(page_url)


@pytest.fixture
def visitor(served: Page) -> Iterator[Guest]:
    """Somebody who keeps the page open until the test ends."""
    visitor = Guest(served).stay()
    yield visitor
    visitor.leave()


@pytest.fixture(scope="session")
def bus() -> int:
    """The place among the samples of an image with several people."""
    return [sample.name for sample in samples()].index("bus")
