"""What one visitor has: what they set, and the keys of their image, video and data in the stores."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from app.messages import NOTHING_NEW
from app.state.controls import Controls
from app.state.photo_session import PhotoSession
from app.state.store import STORE
from methods.errors import WorkbenchError
from methods.settings import Settings

METHODS = ("", "methods")  # among `told`: which methods are shown
T = TypeVar("T")
_lock = threading.Lock()  # of all visitors: changes take microseconds, and a lock of its own cannot be copied


class StoppedError(WorkbenchError):
    """The visitor stopped what ran for them."""


@dataclass
class VisitorState:
    """One object for a page that is open, changed in place, so that two events at once lose nothing of each other.

    Each event that changes a control tells its own value alone. What was told holds. The rest is as the page began,
    until an image is opened: that tells all that the page shows, because a session may have been forgotten meanwhile,
    or the server started anew, under a page that still shows what its visitor set.
    """

    controls: Controls
    image: str | None = None
    video: str | None = None
    data: str | None = None
    dataset: str = ""  # the name of the data that was chosen last; "" until some is chosen
    stopping: bool = False  # the visitor does not want what runs for them any more
    tab: str = ""  # the name of the one that is open; "" until one is chosen
    _told: set[tuple[str, str]] = field(default_factory=set)  # (method, setting), or METHODS

    @property
    def session(self) -> PhotoSession | None:
        """The session of the image in Compare; None before one is opened, and once it was forgotten."""
        return STORE.get(self.image)

    def open(self, session: PhotoSession) -> None:
        """Take this image in place of the one before."""
        self.image = STORE.put(session, self.image)

    def forget(self) -> None:
        """Drop the image."""
        STORE.drop(self.image)
        self.image = None

    def until_stopped(self, steps: Iterable[T]) -> Iterator[T]:
        """The steps of a long run, the last of them that during which the visitor stopped it."""
        self.stopping = False
        for step in steps:
            yield step
            if self.stopping:
                return

    def stoppable(self, tell: Callable[..., Any]) -> Callable[..., None]:
        """What tells the progress of a long run; it raises StoppedError once the visitor stopped the run."""
        self.stopping = False

        def told(*progress: Any) -> None:
            if self.stopping:
                raise StoppedError(NOTHING_NEW)
            tell(*progress)

        return told

    def set(self, method: str, setting: str, value: Any) -> None:
        """Change one setting. Raises SettingsError for a value that it does not take."""
        with _lock:
            self.controls = self.controls.with_setting(method, setting, value)
            self._told.add((method, setting))

    def choose(self, methods: Iterable[str]) -> None:
        """Change which methods are shown."""
        with _lock:
            self.controls = replace(self.controls, methods=tuple(methods))
            self._told.add(METHODS)

    def draw(self, layers: Mapping[str, Sequence[str]]) -> None:
        """Change which layers of intermediate outputs are drawn."""
        with _lock:
            self.controls = replace(self.controls, layers=layers)

    def set_all(self, settings: Mapping[str, Settings], methods: Iterable[str] | None = None) -> None:
        """Change every setting, and which methods are shown where that is given."""
        with _lock:
            self.controls = replace(self.controls, settings=settings)
            self._told |= _fields(settings)
        if methods is not None:
            self.choose(methods)

    def learn(self, shown: Controls) -> None:
        """Take from what the page shows whatever no event has told yet."""
        with _lock:
            controls = self.controls if METHODS in self._told else replace(self.controls, methods=shown.methods)
            for method, setting in _fields(shown.settings) - self._told:
                controls = controls.with_setting(method, setting, getattr(shown.settings[method], setting))
            self.controls = controls


def _fields(settings: Mapping[str, Settings]) -> set[tuple[str, str]]:
    return {(method, name) for method, each in settings.items() for name in type(each).model_fields}
