"""What every answer tells the browser to refuse, and whom a page on one's own machine does not answer at all."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.limits import HOSTED, LOCAL

OWN_NAMES = {"127.0.0.1", "localhost", "::1"}
STRANGER = (
    "This page answers on this machine only, as 127.0.0.1 or localhost, and was asked as {name}. To serve it to others,"
    " start it with GRADIO_SERVER_NAME=0.0.0.0."
)
HUB = "https://huggingface.co"
# Gradio's page has its configuration in a script of its own, and makes functions of the scripts of components. Images
# are data and blobs. Spaces show the page in a frame, and a bar above it that asks the hub about the Space.
POLICY = {
    "default-src": "'self'",
    "script-src": "'self' 'unsafe-inline' 'unsafe-eval'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:" + (f" {HUB} https://*.huggingface.co" if HOSTED else ""),
    "media-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self' data: blob:" + (f" {HUB}" if HOSTED else ""),
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'self'" + (f" {HUB} https://*.huggingface.co https://*.hf.space" if HOSTED else ""),
}
SENT = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


class SafeHeaders:
    """Stands before Gradio's routes. A page on one's own machine is asked by its own names and pages only: any web site
    could else have its own name lead here, and read what a visitor's browser may."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(SENT)
            await send(message)

        stranger = _stranger(Headers(scope=scope)) if LOCAL else None
        answer = self.app if stranger is None else PlainTextResponse(STRANGER.format(name=stranger), 400)
        await answer(scope, receive, send_safely)


def _stranger(headers: Headers) -> str | None:
    """Under which name the machine is asked, or which site's page asks, where that is not its own; else None."""
    asked = [f"//{headers.get('host', '')}", *headers.getlist("origin")]
    for address in asked:
        try:
            name = urlsplit(address).hostname
        except ValueError:
            name = None
        if name not in OWN_NAMES:
            return (name or address.strip("/") or "nobody")[:100]
    return None
