"""The app as visitors reach it, on one's own machine and as a hosted page: one server of each for all these tests."""

from collections.abc import Iterator

import pytest

from tests.security.served import Server, Visitor


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The page on one's own machine."""
    server = Server(tmp_path_factory.mktemp("local"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def hosted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The page as a Space serves it to strangers."""
    server = Server(tmp_path_factory.mktemp("hosted"), SPACE_ID="someone/pose-workbench")
    yield server
    server.stop()


@pytest.fixture
def visitor(server: Server) -> Iterator[Visitor]:
    """Somebody at the local page, until the test ends."""
    visitor = server.visitor().stay()
    yield visitor
    visitor.leave()


@pytest.fixture
def stranger(hosted: Server) -> Iterator[Visitor]:
    """Somebody at the hosted page, until the test ends."""
    visitor = hosted.visitor().stay()
    yield visitor
    visitor.leave()
