"""Who is at the page: every page that is open in a browser, and all else that comes from one address together.

A program can call itself by any number of sessions; only that which keeps a page open counts as a visitor of its own.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from gradio.context import LocalContext

from app.limits import HOSTED

_open: Counter[str] = Counter()  # open pages by session; looked at and changed by one thread, Gradio's event loop


class Visitor(NamedTuple):
    """Somebody who asks: from where, and by which session, "" for none."""

    address: str
    session: str

    @property
    def counted(self) -> "Visitor":
        """As whom to count what they take: sessions without an open page are one visitor of their address."""
        return self if self.session in _open else Visitor(self.address, "")


@contextmanager
def page_open(session: str) -> Iterator[None]:
    """While a browser keeps the session's page open."""
    _open[session] += 1
    try:
        yield
    finally:
        _open[session] -= 1
        if not _open[session]:
            del _open[session]


def is_open(session: str) -> bool:
    """Whether the session's page is open in a browser."""
    return session in _open


def visitor_of(request: Any, session: str | None) -> Visitor:
    """Who sent a request of Starlette's or Gradio's."""
    passed_on = request.headers.get("x-forwarded-for") if HOSTED else None
    # A Space is reached through a proxy alone, which adds the sender as the last; those before may be invented.
    address = passed_on.rpartition(",")[2].strip() if passed_on else request.client.host if request.client else ""
    return Visitor(address, session or "")


def current() -> Visitor:
    """Whose event the calling thread is answering; nobody's where it answers none."""
    request = LocalContext.request.get(None)
    return Visitor("", "") if request is None else visitor_of(request, request.session_hash)
