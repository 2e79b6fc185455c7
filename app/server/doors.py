"""What of Gradio's server is open: its addresses that write or keep what nobody here asks for answer 404."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from gradio.routes import API_PREFIX, App
from gradio.utils import get_upload_folder
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.limits import SWEEP
from app.server import kept_files, own_folder
from app.server.sessions import Forgetful, Sessions
from app.server.visitors import page_open

# A link to a session writes all that its page shows to the disk; a recording leaves its video there; Gradio's editor
# and its proxy are for other pages.
CLOSED = tuple(f"{API_PREFIX}/{each}" for each in ("deep_link", "process_recording", "vibe", "undo-vibe", "proxy="))
HEARTBEAT, UPLOAD = f"{API_PREFIX}/heartbeat/", f"{API_PREFIX}/upload"
OTHER_FORM = "The request has not the form that this address takes; load the page again."
NO_ROOM = "The page holds as many files as it can; try again in a few minutes."


class Doors:
    """Stands before Gradio's routes: closes some, notes who keeps the page open, refuses uploads beyond the disk's."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._coming = 0  # bytes of uploads that are under way

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        path = scope.get("path", "")
        if path.startswith(CLOSED):
            await PlainTextResponse("Not found.", 404)(scope, receive, send)
        elif path.startswith(HEARTBEAT):
            session = path.removeprefix(HEARTBEAT)
            with page_open(session):
                await self.app(scope, receive, send)
            scope["app"].state_holder.touch(session)
        elif path.rstrip("/") == UPLOAD:
            await self._upload(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _upload(self, scope: Scope, receive: Receive, send: Send) -> None:
        length = dict(scope["headers"]).get(b"content-length", b"")
        if not length.isdigit():
            await PlainTextResponse("Say how long the upload is (Content-Length).", 411)(scope, receive, send)
            return
        size = int(length)
        self._coming += size
        try:
            if kept_files.make_room(Path(get_upload_folder()), self._coming):
                await self.app(scope, receive, send)
            else:
                await PlainTextResponse(NO_ROOM, 503)(scope, receive, send)
        finally:
            self._coming -= size


async def refuse(request: Request, error: Exception) -> Response:
    """Answer a request of another form than its address takes, without what it said, which may be no valid JSON."""
    return PlainTextResponse(OTHER_FORM, 422)


def forgetting(stores: Collection[Forgetful]) -> Callable[[App], AbstractAsyncContextManager[None]]:
    """The lifespan of a server that forgets sessions, what `stores` hold of them, and files in time."""

    @asynccontextmanager
    async def lifespan(app: App) -> AsyncIterator[None]:
        app.state_holder = Sessions(app.get_blocks(), stores)
        kept_files.keep(Path(get_upload_folder()))
        kept_files.note_no_names(app.get_blocks())
        task = asyncio.create_task(_sweep())
        yield
        task.cancel()

    return lifespan


async def _sweep() -> None:
    while True:
        await asyncio.sleep(SWEEP)
        for folder in own_folder.FOLDERS:
            await asyncio.to_thread(kept_files.sweep, folder)
