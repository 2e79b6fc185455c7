"""What an event tells beside its inputs, such as what was clicked: anybody can send anything, so it is checked here.

Each function raises gr.Error for what the page itself never sends.
"""

from collections.abc import Collection
from typing import Any

import gradio as gr

from app.server.values import is_finite, refusal


def whole(event: gr.EventData, field: str, below: int) -> int:
    """A whole number from 0 to `below`, less one."""
    given = _get(event, field)
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given < below:
        raise _wrong(given, f"a whole number below {below}")
    return given


def share(event: gr.EventData, field: str) -> float:
    """A number from 0 to 1."""
    given = _get(event, field)
    if not is_finite(given) or not 0 <= given <= 1:
        raise _wrong(given, "a number from 0 to 1")
    return float(given)


def one_of(event: gr.EventData, field: str, known: Collection[str]) -> str | None:
    """A name that is among those known; None for another."""
    given = _get(event, field)
    return given if isinstance(given, str) and given in known else None


def corners(event: gr.EventData, field: str) -> list[float]:
    """Four finite numbers."""
    given = _get(event, field)
    if not isinstance(given, list) or len(given) != 4 or not all(map(is_finite, given)):
        raise _wrong(given, "four numbers")
    return [float(number) for number in given]


def names_of(event: gr.EventData, field: str, known: Collection[str]) -> list[str]:
    """Those of the known names that are told, in the order of the known; others are dropped."""
    given = _get(event, field)
    if not isinstance(given, list):
        raise _wrong(given, "names")
    told = {name for name in given if isinstance(name, str)}
    return [name for name in known if name in told]


def names_by(event: gr.EventData, field: str, keys: Collection[str], known: Collection[str]) -> dict[str, list[str]]:
    """For each key those of the known names that are told for it; others are dropped."""
    given = _get(event, field)
    if not isinstance(given, dict):
        raise _wrong(given, "names by method")
    told = {key: given.get(key) or () for key in keys}
    if not all(isinstance(each, list | tuple) for each in told.values()):
        raise _wrong(given, "lists of names")
    wanted = {key: {name for name in names if isinstance(name, str)} for key, names in told.items()}
    return {key: [name for name in known if name in wanted[key]] for key in keys}


def _get(event: gr.EventData, field: str) -> Any:
    return getattr(event, field, None)


def _wrong(given: Any, wanted: str) -> gr.Error:
    return refusal(given, "it", wanted)
