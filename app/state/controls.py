"""All that a visitor can set about the methods, as one value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from methods.method import Method
from methods.settings import Settings


@dataclass(frozen=True)
class Controls:
    """The methods that are shown, the settings of every offered method, and the layers that are drawn of each."""

    methods: tuple[str, ...]
    settings: Mapping[str, Settings]
    layers: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def initial(cls, methods: Mapping[str, Method]) -> "Controls":
        """What the page shows before anybody changes it: every method with its demo preset."""
        return cls(tuple(methods), {name: method.Settings.demo() for name, method in methods.items()})

    def with_setting(self, method: str, setting: str, value: Any) -> "Controls":
        """The same but for one method's setting. Raises SettingsError for a value that it does not take."""
        before = self.settings[method]
        after = type(before)(**{**before.model_dump(), setting: value})
        return replace(self, settings={**self.settings, method: after})
