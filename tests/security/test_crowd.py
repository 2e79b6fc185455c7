"""Many visitors at once: everybody has their own answer, and the server does not grow."""

import io
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from typing import Any

from PIL import Image

from methods.samples import samples
from tests.security.served import Server, Visitor

CLIENTS, PHOTOS = 16, 6
METHOD = "yolo11n-pose"
EVERY = {"methods": ["movenet-multipose", METHOD]}
GROWN = 150  # MB


def photo(number: int) -> bytes:
    """One of PHOTOS photos, small, each of another size."""
    picture = Image.open(samples()[number % len(samples())].path).convert("RGB")
    picture.thumbnail((320 + 10 * number, 320 + 10 * number))
    file = io.BytesIO()
    picture.save(file, "JPEG")
    return file.getvalue()


def compared(visitor: Visitor, number: int) -> Any:
    """The answer of the page's interface for programs, about a photo."""
    file = visitor.upload(f"{number}.jpg", photo(number))
    answer = visitor.ask("compare", {"photo": file, "methods": [METHOD], "Settings by method": {}})
    assert answer.success, answer
    found = answer.data[0]["methods"][METHOD]
    return {name: value for name, value in found.items() if name != "milliseconds"}


def test_of_sixteen_clients_each_has_its_own_answers(server):
    alone = [compared(server.visitor(), number) for number in range(PHOTOS)]
    assert len({str(answer) for answer in alone}) == PHOTOS

    def client(first: int) -> list[bool]:
        visitor = server.visitor().stay()
        right = [
            compared(visitor, number % PHOTOS) == alone[number % PHOTOS] for number in range(first, first + PHOTOS)
        ]
        visitor.leave()
        return right

    with ThreadPoolExecutor(CLIENTS) as pool:
        found = list(pool.map(client, range(CLIENTS)))
    assert found == [[True] * PHOTOS] * CLIENTS


def actions(visitor: Visitor, first: int) -> Iterator[Callable[[], Any]]:
    """What a visitor does, over and over, each time with another photo."""
    for turn in cycle(range(first, first + 40)):
        yield lambda turn=turn: visitor.ask("open_upload", {"photo": large(visitor, turn), **EVERY})
        yield lambda: visitor.ask("change_settings", EVERY)
        yield lambda: visitor.ask("stress", EVERY)
        yield lambda: visitor.ask("partial_3", EVERY)
        yield lambda turn=turn: visitor.ask("run_photos", {"batch": [large(visitor, turn + 7)], **EVERY})
        yield lambda: visitor.ask("show_1")


def large(visitor: Visitor, turn: int) -> dict[str, Any]:
    """A photo of 3 MB when decoded, that nobody gave before."""
    file = io.BytesIO()
    Image.new("RGB", (1200, 800 + turn), (turn % 256, 90, 90)).save(file, "PNG")
    return visitor.upload(f"{turn}.png", file.getvalue())


def act(server: Server, ways: list[Iterator[Callable[[], Any]]], count: int) -> float:
    """Let visitors act in turns; gives the server's memory in MB afterwards."""
    for way in islice(cycle(ways), count):
        answer = next(way)()
        assert answer.success, answer
    return server.memory


def test_five_hundred_actions_leave_the_server_as_large_as_fifty(held):
    """Row 19."""
    server = held(MEMORY=40_000_000)
    visitors = [server.visitor().stay() for _ in range(8)]
    ways = [actions(visitor, 100 * number) for number, visitor in enumerate(visitors)]
    early = act(server, ways, 50)
    late = act(server, ways, 450)
    assert late < early + GROWN
    for visitor in visitors:
        visitor.leave()
