"""Fair turns: of those who wait, it is the turn of whoever has waited longest since their last one."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any, TypeVar

from app.server.visitors import Visitor, current

REMEMBERED = 1000  # visitors whose last turn is remembered; more than can wait at once
T = TypeVar("T")


class Turns:
    """Who had a turn last: addresses have turns, and visitors of one address have its turns in turns."""

    def __init__(self) -> None:
        self._last: OrderedDict[Visitor, int] = OrderedDict()
        self._given = 0

    def next(self, waiting: Iterable[T], whose: Callable[[T], Visitor]) -> T:
        """That of `waiting` (at least one, in the order in which they came) whose turn it is; they have it now."""
        chosen = min(waiting, key=lambda each: self._had(whose(each)))
        visitor = whose(chosen)
        self._given += 1
        for one in (Visitor(visitor.address, ""), visitor):
            self._last[one] = self._given
            self._last.move_to_end(one)
        while len(self._last) > REMEMBERED:
            self._last.popitem(last=False)
        return chosen

    def _had(self, visitor: Visitor) -> tuple[int, int]:
        return self._last.get(Visitor(visitor.address, ""), 0), self._last.get(visitor, 0)


class FairThread:
    """One thread that runs one job at a time; visitors whose jobs wait have turns."""

    def __init__(self, name: str) -> None:
        self._jobs: list[tuple[Visitor, Future[Any], Callable[[], Any]]] = []
        self._turns = Turns()
        self._waiting = threading.Condition()
        # A daemon, so that a page that is closed does not run what is still waiting.
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def submit(self, function: Callable[..., T], *given: Any, **named: Any) -> "Future[T]":
        """Have the function called when it is the current visitor's turn."""
        future: Future[T] = Future()
        with self._waiting:
            self._jobs.append((current(), future, lambda: function(*given, **named)))
            self._waiting.notify()
        return future

    def _run(self) -> None:
        while True:
            with self._waiting:
                self._waiting.wait_for(lambda: self._jobs)
                job = self._turns.next(self._jobs, lambda job: job[0].counted)
                self._jobs.remove(job)
            _, future, function = job
            try:
                future.set_result(function())
            except BaseException as error:
                future.set_exception(error)
            del job, future, function  # while nobody asks, the last image is not held
