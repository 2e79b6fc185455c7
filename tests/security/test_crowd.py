"""Many visitors at once: everybody has their own answer, and the server does not grow."""

import io
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import cycle, islice
from typing import Any

import pytest
from PIL import Image

from app.server.memory import GLIBC
from methods.samples import samples
from tests.security.served import Server, Visitor

CLIENTS, IMAGES, EACH = 16, 6, 3
METHOD = "yolo11n-pose"
EVERY = {"methods": ["movenet-multipose", METHOD]}
ROUND = 48  # actions: each of 8 clients' six
GROWN = 10  # MB, of which a tenth was seen; if each image of a round stayed once, it would be five times that


@cache
def image(number: int) -> bytes:
    """One of IMAGES images, small, each of another size."""
    picture = Image.open(samples()[number % len(samples())].path).convert("RGB")
    picture.thumbnail((320 + 10 * number, 320 + 10 * number))
    file = io.BytesIO()
    picture.save(file, "JPEG")
    return file.getvalue()


def compared(visitor: Visitor, number: int) -> Any:
    """The answer of the page's interface for programs, about an image."""
    file = visitor.upload(f"{number}.jpg", image(number))
    answer = visitor.ask("compare", {"image": file, "methods": [METHOD], "Settings by method": {}})
    assert answer.success, answer
    return answer.data[0]["methods"][METHOD]


def test_of_sixteen_clients_each_has_its_own_answers(server):
    alone = [compared(server.visitor(), number) for number in range(IMAGES)]
    assert len({str(answer) for answer in alone}) == IMAGES

    def client(first: int) -> list[bool]:
        visitor = server.visitor().stay()
        right = [compared(visitor, number % IMAGES) == alone[number % IMAGES] for number in range(first, first + EACH)]
        visitor.leave()
        return right

    with ThreadPoolExecutor(CLIENTS) as pool:
        found = list(pool.map(client, range(CLIENTS)))
    assert found == [[True] * EACH] * CLIENTS


def actions(visitor: Visitor, first: int) -> Iterator[Callable[[], Any]]:
    """What a visitor does, over and over, each time with another image."""
    for turn in cycle(range(first, first + 40)):
        yield lambda turn=turn: visitor.ask("open_upload", {"image": large(visitor, turn), **EVERY})
        yield lambda: visitor.ask("show_when_run")
        yield lambda: visitor.ask("stress")
        yield lambda: visitor.ask("export_CSV")
        yield lambda turn=turn: visitor.ask("run_images", {"batch": [large(visitor, turn + 7)], **EVERY})
        yield lambda: visitor.ask("show_1")


def large(visitor: Visitor, turn: int) -> dict[str, Any]:
    """An image of 3 MB when decoded, that nobody gave before."""
    file = io.BytesIO()
    Image.new("RGB", (1200, 800 + turn), (turn % 256, 90, 90)).save(file, "PNG")
    return visitor.upload(f"{turn}.png", file.getvalue())


def soak(server: Server, more: int, size: Callable[[], float]) -> tuple[float, float]:
    """The server's size in MB after a round of mixed actions of 8 clients, and after `more` rounds, each with other
    images."""
    visitors = [server.visitor().stay() for _ in range(8)]
    ways = cycle([actions(visitor, 100 * number) for number, visitor in enumerate(visitors)])
    sizes = []
    for count in (ROUND, more * ROUND):
        for way in islice(ways, count):
            answer = next(way)()
            assert answer.success, answer
        sizes.append(size())
    for visitor in visitors:
        visitor.leave()
    return sizes[0], sizes[1]


@pytest.mark.skipif(not GLIBC, reason="only glibc tells how much memory is not free again")
def test_three_rounds_of_actions_leave_as_much_in_use_as_one(held):
    """Row 19; `benchmark.py` goes on to ten, and measures what the system has given."""
    server = held(MEMORY=40_000_000)
    early, late = soak(server, 2, server.used)
    assert late < early + GROWN
