"""Gradio's queue, in which visitors have turns and nobody takes more than a share of it."""

from collections import Counter
from typing import Any

import gradio as gr
from gradio.data_classes import PredictBodyInternal
from gradio.queueing import Event, Queue
from gradio.server_messages import EventMessage, ProcessCompletedMessage
from starlette.requests import Request

from app.limits import DECODERS, QUEUE, SHARE, WAITING
from app.server import kept_files
from app.server.turns import Turns
from app.server.visitors import Visitor, visitor_of

YOURS = f"{WAITING} of your requests are waiting already; the next is taken when one of them is answered."
FULL = "The page has as many requests as it can answer; try again in a moment."


class FairQueue(Queue):
    """Queues a page's events; in every group of them (by concurrency_id) a visitor has SHARE of the places."""

    def __init__(self, page: gr.Blocks) -> None:
        super().__init__(
            live_updates=True,
            concurrency_count=page.max_threads,
            update_intervals=1,
            max_size=None,  # `push` decides itself
            blocks=page,
            default_concurrency_limit=DECODERS,
        )
        self._turns: dict[str, Turns] = {}
        self.ANALYTICS_MAX_EVENTS = 1  # nobody looks at them
        # Gradio looks for work a thousand times a second, which takes 6% of a core while nobody asks for anything.
        self.sleep_when_free, self.progress_update_sleep_when_free = 0.01, 0.1  # s

    async def push(self, body: PredictBodyInternal, request: Any, username: str | None) -> tuple[bool, Any, Any]:
        """Queue an event; refused are a visitor's next beyond WAITING, and in a full queue those of the greediest."""
        visitor = visitor_of(request, body.session_hash).counted
        waiting = Counter(_whose(event) for event in self._queued())
        if waiting[visitor] >= WAITING:
            return False, YOURS, "queue_full"
        if waiting.total() >= QUEUE:
            greediest, count = waiting.most_common(1)[0]
            if count <= waiting[visitor] + 1:
                return False, FULL, "queue_full"
            self._send_away([event for event in self._queued() if _whose(event) == greediest][-1])
        pushed = await super().push(body, request, username)
        kept_files.hold(body.session_hash or "", body.data)
        return pushed

    def get_events(self) -> tuple[list[Event], bool, str] | None:
        """The event whose turn it is, in Gradio's form: a list of one, that it is no batch, and its concurrency_id."""
        for name, group in self.event_queue_per_concurrency_id.items():
            if group.concurrency_limit is not None and group.current_concurrency >= group.concurrency_limit:
                continue
            running = Counter(
                _whose(event) for job in self.active_jobs for event in job or () if event.concurrency_id == name
            )
            ready = [event for event in group.queue if running[_whose(event)] < SHARE]
            if ready:
                event = self._turns.setdefault(name, Turns()).next(ready, _whose)
                group.queue.remove(event)
                return [event], False, name
        return None

    def send_message(self, event: Event, event_message: EventMessage) -> None:
        """As Gradio's; images that were written for an answer belong to its visitor."""
        if isinstance(event_message, ProcessCompletedMessage) and any(
            isinstance(block, gr.Gallery) for block in event.fn.outputs
        ):
            kept_files.hold(event.session_hash, event_message.output.get("data"))
        super().send_message(event, event_message)

    async def process_events(self, events: list[Event], *more: Any, **named: Any) -> None:
        """As Gradio's, whose loops keep the last event until they see another: nothing of its visitor stays in it."""
        try:
            await super().process_events(events, *more, **named)
        finally:
            for event in events:
                event.data, event.request = None, Request({"type": "http"})

    def compute_analytics_summary(self, records: Any) -> dict[str, Any]:
        """Nothing: Gradio would go through all events after each, for a page of numbers that is closed."""
        return {}

    def _queued(self) -> list[Event]:
        """All events that wait, by when they came."""
        queued = [event for group in self.event_queue_per_concurrency_id.values() for event in group.queue]
        return sorted(queued, key=lambda event: event.enqueue_time)

    def _send_away(self, event: Event) -> None:
        self.event_queue_per_concurrency_id[event.concurrency_id].queue.remove(event)
        self.event_ids_to_events.pop(event._id, None)
        self.send_message(event, ProcessCompletedMessage(output={"error": FULL}, success=False))


def _whose(event: Event) -> Visitor:
    return visitor_of(event.request, event.session_hash).counted
