"""What all visitors gave, within a fixed amount of memory."""

import threading
import uuid
from collections import OrderedDict
from typing import Generic, Protocol, TypeVar

from app.limits import MEMORY
from app.session.visit import Visit


class Sized(Protocol):
    """Anything that knows about how many bytes it takes."""

    @property
    def nbytes(self) -> int: ...


T = TypeVar("T", bound=Sized)


class Store(Generic[T]):
    """Visits, or other things, by key; where they outgrow `limit` bytes, those longest untouched are forgotten."""

    def __init__(self, limit: int = MEMORY) -> None:
        self._limit = limit
        self._visits: OrderedDict[str, T] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, visit: T, key: str | None = None) -> str:
        """Keep a visit, in place of the one under `key` if given; returns the key."""
        with self._lock:
            key = key or uuid.uuid4().hex
            self._visits[key] = visit
            self._visits.move_to_end(key)
            while len(self._visits) > 1 and sum(each.nbytes for each in self._visits.values()) > self._limit:
                self._visits.popitem(last=False)
            return key

    def get(self, key: str | None) -> T | None:
        """The visit under a key; None where there is none or it was forgotten."""
        with self._lock:
            if key is None or key not in self._visits:
                return None
            self._visits.move_to_end(key)
            return self._visits[key]

    def drop(self, key: str | None) -> None:
        """Forget a visit."""
        with self._lock:
            self._visits.pop(key or "", None)

    def __len__(self) -> int:
        return len(self._visits)


STORE: Store[Visit] = Store()
