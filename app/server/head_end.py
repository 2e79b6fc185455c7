"""What a page has at the end of its head: Gradio adds its own `head` only once its scripts run, which is too late."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.server.packing import packed, unpacks

END = b"</head>"
QUALITY = 3  # of 11: an eighth of the page's size for 6 ms


class HeadEnd:
    """Stands before Gradio's routes, adds `text` to every page, and packs it for those who can unpack it."""

    def __init__(self, app: ASGIApp, text: str) -> None:
        self.app = app
        self.end = text.encode() + END

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        started: list[Message] = []
        body = bytearray()

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                started.append(message)
                return
            if not started:
                await send(message)
                return
            body.extend(message.get("body", b""))
            if message.get("more_body"):
                return
            whole = bytes(body).replace(END, self.end, 1)
            MutableHeaders(scope=started[0])["content-length"] = str(len(whole))
            answer = [started[0], {"type": "http.response.body", "body": whole}]
            for each in packed(started[0], whole, QUALITY) if unpacks(scope) else answer:
                await send(each)

        await self.app(scope, receive, add)


def _is_page(start: Message) -> bool:
    return MutableHeaders(scope=start).get("content-type", "").startswith("text/html")
