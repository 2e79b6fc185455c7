"""Answers packed for those who can unpack them."""

import brotli
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Scope


def unpacks(scope: Scope) -> bool:
    """Whether a request is by somebody who can unpack."""
    return scope["type"] == "http" and "br" in Headers(scope=scope).get("accept-encoding", "")


def packed(start: Message, body: bytes, quality: int) -> list[Message]:
    """An answer of this start and body as two messages, its body packed by Brotli; `quality` is 0 to 11."""
    small = brotli.compress(body, mode=brotli.MODE_TEXT, quality=quality)
    start = {**start, "headers": list(start["headers"])}
    headers = MutableHeaders(scope=start)
    headers.update({"content-encoding": "br", "content-length": str(len(small))})
    headers.add_vary_header("Accept-Encoding")
    return [start, {"type": "http.response.body", "body": small}]
