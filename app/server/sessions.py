"""What Gradio keeps of each session, and when all that belongs to one is forgotten."""

import datetime
import threading
from collections.abc import Collection
from types import SimpleNamespace
from typing import Any, Protocol

import gradio as gr
from gradio.state_holder import SessionState, StateHolder

from app.limits import IDLE, LEFT, SESSIONS
from app.server import kept_files
from app.server.visitors import is_open


class Forgetful(Protocol):
    """Something that holds what sessions gave, and forgets it."""

    def sessions(self) -> set[str]: ...
    def forget(self, session: str) -> None: ...


class Session(SessionState):
    """A session as Gradio keeps it, without copies of all values that its page ever showed.

    Only links to a session would need those, and they are closed, see app.server.doors.
    """

    def __init__(self, page: gr.Blocks) -> None:
        # Gradio copies the values of all of a page's blocks, which takes longer than most answers.
        super().__init__(SimpleNamespace(default_config=page.default_config, blocks={}))  # type: ignore[arg-type]
        self._blocks = page.blocks

    def __setitem__(self, key: int, value: Any) -> None:
        own = self._blocks.get(key)
        if own is None:
            return  # Gradio keeps once more, under its new number, what an event put in a component's place
        super().__setitem__(key, value)
        self.config_values.clear()
        # What takes a component's place has to take values as the page's own does.
        if "preprocess" in vars(own):
            value.preprocess = own.preprocess  # type: ignore[attr-defined]

    def _update_config(self, key: int) -> None:
        pass

    def _update_value_in_config(self, key: int, value: Any) -> None:
        pass


class Sessions(StateHolder):
    """All sessions. Whoever holds nothing makes room first; what is forgotten is forgotten everywhere."""

    def __init__(self, page: gr.Blocks, stores: Collection[Forgetful]) -> None:
        super().__init__()
        self.set_blocks(page)
        self.capacity = SESSIONS
        self.lock = threading.RLock()  # type: ignore[assignment]
        self._stores = stores

    def __getitem__(self, session: str) -> SessionState:
        with self.lock:
            if session not in self.session_data:
                self.session_data[session] = Session(self.blocks)
                self._make_room(session)
            self.touch(session)
            return self.session_data[session]

    def touch(self, session: str) -> None:
        """Count the session as used now; one that holds nothing is not made."""
        with self.lock:
            if session in self.session_data:
                self.session_data.move_to_end(session)
                self.time_last_used[session] = datetime.datetime.now()

    def delete_all_expired_state(self) -> None:
        """Forget the sessions that are over; Gradio calls this every second."""
        for event in list(self.blocks._queue.event_ids_to_events.values()):
            self.touch(event.session_hash)  # who waits for an answer is still here
        for session, used in list(self.time_last_used.items()):
            if (datetime.datetime.now() - used).total_seconds() > (IDLE if is_open(session) else LEFT):
                self.forget(session)
        for session in self._holding() - self.session_data.keys():
            self.forget(session)  # what came after its visitor was forgotten

    def forget(self, session: str) -> None:
        """Forget a session and all that belongs to it: images, data, files, answers that nobody fetched."""
        with self.lock:
            self.session_data.pop(session, None)
            self.time_last_used.pop(session, None)
        for store in self._stores:
            store.forget(session)
        kept_files.forget(session)
        self.blocks._queue.pending_messages_per_session.pop(session, None)
        self.blocks._queue.pending_event_ids_session.pop(session, None)

    def _holding(self) -> set[str]:
        return set().union(*(store.sessions() for store in self._stores))

    def _make_room(self, new: str) -> None:
        while len(self.session_data) > self.capacity:
            others = [session for session in self.session_data if session != new]  # those used longest ago first
            holding = self._holding()
            self.forget(next((session for session in others if session not in holding), others[0]))
