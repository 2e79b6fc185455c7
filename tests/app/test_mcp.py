"""The page as a tool for language models, asked by a real client of their protocol."""

import asyncio
import base64
from typing import Any

import pytest

from methods.samples import samples

mcp = pytest.importorskip("mcp", reason="the package mcp is not installed; pip install -e '.[dev]' brings it")
from mcp.client.streamable_http import streamable_http_client  # noqa: E402

IMAGE = "data:image/jpeg;base64," + base64.b64encode(samples()[0].path.read_bytes()).decode("ascii")


def ask(url: str, **given: Any) -> tuple[Any, Any]:
    """The only tool, and what it answers."""

    async def session() -> tuple[Any, Any]:
        served = streamable_http_client(f"{url}/gradio_api/mcp/")
        async with served as (reading, writing, *_), mcp.ClientSession(reading, writing) as client:
            await client.initialize()
            (tool,) = (await client.list_tools()).tools
            return tool, await client.call_tool(tool.name, given)

    return asyncio.run(session())


def test_the_tool_is_typed_and_finds_people(page_url):
    settings = {"yolo11n-pose": {"pose_confidence": 0.3}}
    tool, answer = ask(page_url, image=IMAGE, methods=["yolo11n-pose"], settings=settings)
    properties = tool.inputSchema["properties"]
    assert {name: each["type"] for name, each in properties.items()} == {
        "image": "string", "methods": "array", "settings": "object",
    }  # fmt: skip
    assert properties["settings"]["properties"]["yolo11n-pose"]["properties"]["pose_confidence"]["maximum"] == 1.0
    assert all(each["description"] for each in properties.values())
    assert not answer.isError
    assert "'people': " in answer.content[0].text


def test_a_wrong_setting_is_answered_by_one_sentence(page_url):
    _, answer = ask(page_url, image=IMAGE, methods=["yolo11n-pose"], settings={"yolo11n-pose": {"courage": 1}})
    assert answer.isError
    assert "There is no setting 'courage'" in answer.content[0].text
