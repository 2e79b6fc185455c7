"""How events of the page are queued.

Gradio drops an event that comes while the same one is being answered, unless its `trigger_mode` is "always_last".
That is right for a button, and wrong for a choice: the page would show one thing and the answer another.
"""

from typing import Any

from app.limits import DECODERS, NETWORKERS

# Answers from what is known already: they come in milliseconds and do not wait for networks.
DECODING: dict[str, Any] = {
    "concurrency_id": "decoding",
    "concurrency_limit": DECODERS,
    "api_visibility": "private",
    "show_progress": "hidden",
    "trigger_mode": "always_last",
}
# Networks run one after another, see app.models; several visitors' events may have runs there, so that a long one of
# many images lets others pass between two: for programs, for a button, for a choice.
GATE: dict[str, Any] = {"concurrency_id": "networks", "concurrency_limit": NETWORKERS}
NETWORK: dict[str, Any] = GATE | {"api_visibility": "private"}
CHOICE: dict[str, Any] = NETWORK | {"trigger_mode": "always_last"}
MEASURING: dict[str, Any] = CHOICE | {"show_progress": "hidden"}  # nobody waits for it: what is known is shown
