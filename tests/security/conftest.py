"""The app as visitors reach it on one's own machine: one server for all these tests, for a start costs 12 s."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.security.served import PATIENCE, Server, Visitor, until


class Held(Server):
    """The page with two methods whose networks wait while `hold` is there, see held.py."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.hold = folder / "hold"
        # What a page that was killed leaves: its folder, which nobody has locked any more.
        self.left = folder / "uploads" / "page-killed" / "uploads" / "left.png"
        self.left.parent.mkdir(parents=True)
        self.left.touch()
        super().__init__(folder, ("tests/security/held.py",), HELD=str(folder), PYTHONFAULTHANDLER="1")
        assert self.alive()["PhotoSession"] == 0

    def runs(self) -> list[int]:
        """The width of the image of each run of a network so far."""
        runs = self.folder / "runs"
        return [int(line) for line in runs.read_text().split()] if runs.exists() else []

    def alive(self) -> dict[str, int]:
        """What of visitors is still in the server's memory, and how many runs of networks wait."""
        return httpx.get(f"{self.url}/alive", timeout=PATIENCE).raise_for_status().json()

    def used(self) -> float:
        """The memory in MB that is not free again: unlike `memory`, without the gaps that come and go."""
        return httpx.get(f"{self.url}/used", timeout=PATIENCE).raise_for_status().json() / 1e6

    def renew(self, **limits: float) -> None:
        """Let the page forget everybody, and have these limits other than the usual."""
        httpx.post(f"{self.url}/renew", json=limits, timeout=PATIENCE).raise_for_status()

    def rest(self) -> None:
        """Let the networks go, wait until nothing is asked any more, and forget the runs."""
        self.hold.unlink(missing_ok=True)
        status = f"{self.url}/gradio_api/queue/status"
        until(lambda: httpx.get(status, timeout=PATIENCE).json()["queue_size"] == 0)
        (self.folder / "runs").unlink(missing_ok=True)


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    """The page that `held` gives; it ends as when its terminal is closed."""
    server = Held(tmp_path_factory.mktemp("held"))
    yield server
    server.stop(signal.SIGHUP)


@pytest.fixture
def held(started: Held) -> Iterator[Callable[..., Held]]:
    """Gives that page with these limits other than the usual; its networks wait for nothing, and have not run, and its
    log is empty."""

    def give(**limits: float) -> Held:
        started.renew(**limits)
        started.log.write_text("")  # what it said to others; it goes on at the file's end
        return started

    yield give
    assert started.process.poll() is None, f"the app stopped:\n{started.log.read_text()}"
    started.rest()


@pytest.fixture
def server(held: Callable[..., Held]) -> Held:
    """That page with the usual limits."""
    return held()


@pytest.fixture
def visitor(server: Held) -> Iterator[Visitor]:
    """Somebody at that page, until the test ends."""
    visitor = server.visitor().stay()
    yield visitor
    visitor.leave()
