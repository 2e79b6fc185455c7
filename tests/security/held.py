"""The page with two quick methods whose networks wait while a test says so: `python tests/security/held.py`.

In the folder HELD lie `hold`, while which no network ends, and `runs`, a line for each run of a network, the width of
the image. The address /alive tells what of visitors is in memory, and how many runs wait; /used how much memory is not
free again; /renew forgets everybody and takes other limits.
"""

import ctypes
import gc
import os
import runpy
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import numpy as np
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from app import limits  # noqa: E402
from app.server import own_folder  # noqa: E402

limits.SWEEP = 1  # other limits need not wait for the end of a minute
USUAL = {name: vars(limits)[name] for name in ("MEMORY", "SESSIONS", "IDLE", "LEFT", "FILE_AGE", "DISK")}
FOLDER = Path(os.environ.get("HELD", ""))
MARK = "visitor-4711"  # in the name of a test's image
FROZEN = gc.get_freeze_count()  # Python 3.12 starts with some things frozen


def alive() -> dict[str, int]:
    """How many of some kinds of things are in memory, how many texts that have MARK in them, and how many runs wait."""
    gc.collect()
    # Python before 3.12.6 ends where this module is asked what it holds (CPython's issue 122695).
    things = [each for each in gc.get_objects() if each is not sys.modules["_asyncio"]]
    kinds = [type(each).__name__ for each in things]
    # By type alone: a weak proxy whose object is gone cannot be asked what it is an instance of.
    texts = {id(text): text for each in things for text in gc.get_referents(each) if type(text) in (str, bytes)}
    marked = [text for text in texts.values() if (MARK if isinstance(text, str) else MARK.encode()) in text]
    return {
        **{kind: kinds.count(kind) for kind in ("PhotoSession", "Session", "DatasetUpload")},
        "marked": len(marked),
        "waiting": len(sys.modules["app.models"].NETWORKS._jobs),
    }


async def tell_alive(request: Request) -> JSONResponse:
    """Answer /alive; the first time nobody has come yet, and what is there then is looked through no more."""
    found = alive()
    if gc.get_freeze_count() == FROZEN:
        gc.freeze()
    return JSONResponse(found)


class Mallinfo2(ctypes.Structure):
    """What glibc's mallinfo2 answers, in bytes."""

    FIELDS = ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost")
    _fields_: ClassVar = [(name, ctypes.c_size_t) for name in FIELDS]


async def tell_used(request: Request) -> JSONResponse:
    """Answer /used: the bytes of images, arrays and all else that C code allocated and did not free."""
    gc.collect()
    mallinfo2 = ctypes.CDLL(None).mallinfo2
    mallinfo2.restype = Mallinfo2
    found = mallinfo2()
    return JSONResponse(found.uordblks + found.hblkhd)


async def renew(request: Request) -> Response:
    """Answer /renew: forget all sessions and files, and have these limits (JSON) from now on, else the usual ones."""
    from app.server import kept_files
    from app.state.store import STORE

    sessions = request.app.state_holder
    for session in [*sessions.session_data, *STORE.sessions()]:
        sessions.forget(session)
    kept_files.FILE_AGE = -1
    for folder in own_folder.FOLDERS:
        kept_files.sweep(folder)
    wanted = USUAL | await request.json()
    for module in (limits, kept_files, sys.modules["app.server.sessions"]):
        vars(module).update({name: value for name, value in wanted.items() if name in vars(module)})
    STORE._limit, sessions.capacity = wanted["MEMORY"], wanted["SESSIONS"]
    return Response()


def open_addresses() -> None:
    """Let the page answer /alive, /used and /renew, in the thread of its server, which then does nothing else."""
    from app import page

    forgetting = page.forgetting

    def and_more(stores):
        lifespan = forgetting(stores)

        @asynccontextmanager
        async def opened(app: Starlette) -> AsyncIterator[None]:
            app.router.routes[:0] = [
                Route("/alive", tell_alive),
                Route("/used", tell_used),
                Route("/renew", renew, methods=["POST"]),
            ]
            async with lifespan(app):
                yield

        return opened

    page.forgetting = and_more


def offer_held_methods() -> None:
    """Put the two methods in place of all those whose weights come with the workbench."""
    from app import models
    from tests.app.conftest import FakeMethod

    class HeldMethod(FakeMethod):
        """Waits before each answer."""

        def infer(self, images, *more, **named):
            with (FOLDER / "runs").open("a") as runs:
                runs.write(f"{images[0].shape[1]}\n")
            while (FOLDER / "hold").exists():
                time.sleep(0.01)
            return super().infer(images, *more, **named)

        def decode_outputs(self, outputs, frame, settings):
            """Each image has people of its own: further right by its width."""
            poses, nothing = super().decode_outputs(outputs, frame, settings)
            return replace(poses, keypoints=poses.keypoints + np.float32([frame.width, 0])), nothing

    methods = {name: HeldMethod(name) for name in ("movenet-multipose", "yolo11n-pose")}
    for method in methods.values():
        models.run_in_one_thread(method)
    models.offered = lambda: methods


if __name__ == "__main__":
    own = own_folder.claim()
    own_folder.claim = lambda: own  # app.py does as here: before Gradio is imported
    offer_held_methods()
    open_addresses()
    runpy.run_path(str(ROOT / "app.py"), run_name="__main__")
