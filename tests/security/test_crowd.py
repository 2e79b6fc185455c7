"""Many visitors at once: everybody has their own answer, and the server does not grow."""

import io
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import cycle, islice
from typing import Any

from PIL import Image

from methods.samples import samples
from tests.security.served import Server, Visitor

CLIENTS, IMAGES, EACH = 16, 6, 3
METHOD = "yolo11n-pose"
EVERY = {"methods": ["movenet-multipose", METHOD]}
ROUND = 48  # actions: each of 8 clients' six; memory goes up and down by 100 MB within one
GROWN = 45  # MB; if each image given after the first round stayed once, it would be twice that


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


def soak(server: Server, more: int) -> tuple[float, float]:
    """The server's memory in MB after a round of mixed actions of 8 clients, and after `more` rounds, each with other
    images."""
    visitors = [server.visitor().stay() for _ in range(8)]
    ways = cycle([actions(visitor, 100 * number) for number, visitor in enumerate(visitors)])
    memory = []
    for count in (ROUND, more * ROUND):
        for way in islice(ways, count):
            answer = next(way)()
            assert answer.success, answer
        memory.append(server.memory)
    for visitor in visitors:
        visitor.leave()
    return memory[0], memory[1]


def test_three_rounds_of_actions_leave_the_server_as_large_as_one(held):
    """Row 19; `benchmark.py` goes on to ten."""
    early, late = soak(held(MEMORY=40_000_000), 2)
    assert late < early + GROWN
