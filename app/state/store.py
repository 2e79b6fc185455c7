"""What all visitors gave, within a fixed amount of memory."""

import threading
import uuid
from collections import Counter, OrderedDict
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from app.limits import MEMORY
from app.server.memory import give_back
from app.server.visitors import Visitor, current
from app.state.photo_session import PhotoSession


class Sized(Protocol):
    """Anything that knows about how many bytes it takes."""

    @property
    def nbytes(self) -> int: ...


T = TypeVar("T", bound=Sized)


@dataclass(frozen=True)
class Kept(Generic[T]):
    """A thing with whose it is."""

    thing: T
    holder: Visitor


class Store(Generic[T]):
    """Image sessions or the like by key; where they outgrow `limit` bytes, whoever holds most loses their oldest."""

    def __init__(self, limit: int = MEMORY) -> None:
        self._limit = limit
        self._things: OrderedDict[str, Kept[T]] = OrderedDict()  # those untouched longest first
        self._lock = threading.Lock()

    def put(self, thing: T, key: str | None = None) -> str:
        """Keep a thing of the current visitor, in place of the one under `key` if given; returns the key."""
        with self._lock:
            key = key or uuid.uuid4().hex
            self._things[key] = Kept(thing, current())
            self._things.move_to_end(key)
            self._make_room(key)
        give_back()  # what was in its place, and what networks needed to get here
        return key

    def get(self, key: str | None) -> T | None:
        """The thing under a key; None where there is none or it was forgotten."""
        with self._lock:
            if key is None or key not in self._things:
                return None
            self._things.move_to_end(key)
            return self._things[key].thing

    def drop(self, key: str | None) -> None:
        """Forget a thing."""
        with self._lock:
            self._things.pop(key or "", None)

    def forget(self, session: str) -> None:
        """Forget all that a session put here."""
        with self._lock:
            for key in [key for key, kept in self._things.items() if kept.holder.session == session]:
                del self._things[key]

    def sessions(self) -> set[str]:
        """The sessions that have something here."""
        with self._lock:
            return {kept.holder.session for kept in self._things.values()}

    def __len__(self) -> int:
        return len(self._things)

    def _make_room(self, new: str) -> None:
        """Forget others than the new one: of the address that holds most, its visitor who does, their oldest."""
        sizes = {key: kept.thing.nbytes for key, kept in self._things.items()}
        while len(sizes) > 1 and sum(sizes.values()) > self._limit:
            by_address: Counter[str] = Counter()
            by_visitor: Counter[Visitor] = Counter()
            holders = {key: self._things[key].holder.counted for key in sizes}
            for key, holder in holders.items():
                by_address[holder.address] += sizes[key]
                by_visitor[holder] += sizes[key]
            heaviest = {key: (by_address[holder.address], by_visitor[holder]) for key, holder in holders.items()}
            forgotten = max((key for key in sizes if key != new), key=heaviest.__getitem__)  # the first is the oldest
            del sizes[forgotten], self._things[forgotten]


STORE: Store[PhotoSession] = Store()
