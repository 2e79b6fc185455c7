"""A link that brings a sample, the chosen methods and their settings back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from app.samples import Offer, find_offer, offers
from methods.errors import CatalogError, SettingsError
from methods.method import Method
from methods.settings import Settings


@dataclass(frozen=True)
class Linked:
    """What a link asks for; `methods` is None where it names none."""

    offer: Offer | None
    methods: list[str] | None
    settings: dict[str, Settings]


def to_query(
    sample: str, methods: Sequence[str], settings: Mapping[str, Settings], view: Mapping[str, str] | None = None
) -> str:
    """The link's query: `sample`, `methods`, and METHOD.SETTING for each setting that differs from the demo preset.

    `view` is what the open tab adds: its name and its controls', see app.views. An image of the visitor's own (`sample`
    is "") is in no link.
    """
    changed = {
        f"{name}.{key}": value
        for name in methods
        if name in settings
        for key, value in settings[name].model_dump().items()
        if value != getattr(type(settings[name]).demo(), key)
    }
    query = {"sample": sample, "methods": ",".join(methods), **changed, **(view or {})}
    return "?" + urlencode({key: value for key, value in query.items() if value != ""})


def from_query(query: Mapping[str, str], offered: Mapping[str, Method]) -> Linked:
    """Read a link's query; what belongs to neither sample, methods nor settings is left to others.

    Raises CatalogError for an unknown sample or method, SettingsError for a setting that is none.
    """
    sample = query.get("sample")
    offer = find_offer(sample) if sample else None
    if sample and offer is None:
        names = ", ".join(each.name for each in offers())
        raise CatalogError(f"The link names the sample {sample!r}, which is not here; choose from: {names}.")
    methods = query["methods"].split(",") if query.get("methods") else None
    for name in methods or ():
        if name not in offered:
            raise CatalogError(
                f"The link names the method {name!r}, which is not here; there are {', '.join(offered)}."
            )
    given: dict[str, dict[str, Any]] = {name: {} for name in offered}
    for key, value in query.items():
        name, dot, setting = key.rpartition(".")
        if not dot:
            continue
        if name not in offered:
            raise SettingsError(f"The link sets {key}, but there is no method {name!r} here.")
        given[name][setting] = value
    return Linked(offer, methods, {name: method.Settings(**given[name]) for name, method in offered.items()})
