"""Fair turns: one visitor takes no more than a share of the page, and no network runs outside the queue."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image

from app.limits import QUEUE, WAITING
from app.messages import NO_IMAGE
from tests.security.served import Server, Visitor, until

EVERY = {"methods": ["movenet-multipose", "yolo11n-pose"]}
NONE: dict[str, Any] = {"methods": []}
MINE, THEIRS = 111, 222  # px; by the width of an image a test knows whose network ran


def image(visitor: Visitor, width: int, height: int = 60) -> dict[str, Any]:
    """A grey image of that size, uploaded."""
    picture = io.BytesIO()
    Image.new("RGB", (width, height), (127, width % 256, 127)).save(picture, "PNG")
    return visitor.upload(f"grey-{width}.png", picture.getvalue())


def opened(server: Server, width: int, methods: dict[str, Any] = EVERY, height: int = 60) -> Visitor:
    """A visitor who stays at the page, with an image of that size."""
    visitor = server.visitor().stay()
    answer = visitor.ask("open_upload", {"image": image(visitor, width, height), **methods})
    assert answer.success, answer
    return visitor


def has_a_image(visitor: Visitor) -> bool:
    """Whether the visitor's image is not forgotten."""
    return NO_IMAGE not in visitor.ask("show_when_run").text


def test_no_decoding_event_runs_a_network(held):
    """Row 7: an image that was opened with no method ticked, then thresholds, presets and layers."""
    server = held()
    visitor = opened(server, MINE, NONE)
    server.hold.touch()
    ticked = visitor.join("change_methods", EVERY).json()["event_id"]
    until(lambda: server.runs() == [MINE])
    names = (
        "show_when_run",
        "change_yolo11n-pose_pose_confidence",
        "change_to_demo",
        "change_to_evaluation",
        "change_layers",
        "change_confidence",
        "send_candidates",
    )
    told = {"layers": {}, "confidence": 0.3, "methods": ["yolo11n-pose"]}
    asked = [visitor.join(name, event_data=told).json()["event_id"] for name in names]
    answered = answers(visitor)
    assert {next(answered) for _ in asked} == set(asked)  # while the networks wait
    server.hold.unlink()
    assert next(answered) == ticked
    assert server.runs() == [MINE, MINE]
    assert "panels" in visitor.ask("show_when_run").text


def answers(visitor: Visitor) -> Iterator[str]:
    """The events of a visitor as they are answered: whoever leaves the stream gives up what is not answered yet."""
    with visitor.client.stream("GET", "/queue/data", params={"session_hash": visitor.session}) as stream:
        for line in stream.iter_lines():
            message = json.loads(line.removeprefix("data: ")) if line.startswith("data: ") else {}
            if message.get("msg") == "process_completed":
                assert message["success"], message
                yield message["event_id"]


def test_nothing_goes_past_the_queue(held):
    server = held()
    visitor = opened(server, MINE)
    for name, event in server.events.items():
        assert event["queue"], name
        assert visitor.direct(name).status == 404, name


def test_a_threshold_is_answered_while_others_networks_run_and_wait(held):
    """Row 7: somebody asks for all they can, somebody else moves a slider."""
    server = held()
    mine, theirs = opened(server, MINE), opened(server, THEIRS)
    server.hold.touch()
    for name in ("run_again", "show_when_run"):
        assert {theirs.join(name).status_code for _ in range(3 * WAITING)} <= {200, 503}
    assert mine.ask("show_when_run").success
    assert server.hold.exists()


def test_between_two_images_of_a_batch_anothers_networks_have_their_turn(held):
    """Row 10: a long event holds nobody up."""
    server = held()
    mine, theirs = opened(server, MINE), server.visitor().stay()
    (server.folder / "runs").unlink()
    batch = [image(theirs, THEIRS, 60 + number) for number in range(6)]
    server.hold.touch()
    assert theirs.join("run_images", {"batch": batch, **EVERY}).status_code == 200
    until(lambda: server.runs() == [THEIRS])
    asked = mine.join("run_again").json()["event_id"]
    until(lambda: server.alive()["waiting"] == 1)
    server.hold.unlink()
    assert mine.answer(asked).success
    until(lambda: server.runs().count(THEIRS) == 12)
    assert server.runs()[1] == MINE
    assert server.runs()[-1] == THEIRS  # both of mine came before the last of theirs


@pytest.mark.parametrize("invented", [False, True], ids=["one page", "invented sessions"])
def test_one_visitor_has_a_share_of_the_queue_and_the_next_turn_is_anothers(held, invented):
    """Row 10: more of the same than anybody needs, of one session, or of as many as it likes."""
    server = held()
    mine, theirs = opened(server, MINE), server.visitor().stay()
    (server.folder / "runs").unlink()
    given = {"image": image(theirs, THEIRS), **EVERY}
    server.hold.touch()
    more = [{"session_hash": f"invented-{number}"} if invented else {} for number in range(3 * WAITING)]
    joined = [theirs.join("open_upload", given, **each) for each in more]
    taken = [reply.status_code for reply in joined].count(200)
    assert WAITING <= taken <= WAITING + 1  # one of them runs
    assert f"{WAITING} of your requests are waiting" in joined[-1].text
    asked = mine.join("run_again").json()["event_id"]
    until(lambda: server.alive()["waiting"] == 1)
    server.hold.unlink()
    assert mine.answer(asked).success
    assert MINE in server.runs()[:2]


def test_in_a_full_queue_the_greediest_make_room(held):
    server = held()
    greedy = [opened(server, THEIRS) for _ in range(QUEUE // WAITING + 1)]
    server.hold.touch()
    taken = [visitor.join("run_again").status_code for visitor in greedy for _ in range(WAITING + 1)]
    assert taken.count(503) > 0
    newcomer = server.visitor().stay()
    asked = newcomer.join("open_upload", {"image": image(newcomer, MINE), **EVERY})
    assert asked.status_code == 200
    server.hold.unlink()
    assert newcomer.answer(asked.json()["event_id"]).success


def test_sessions_without_a_image_take_nobodys_place(held):
    """Row 9: more requests with invented sessions than there are places."""
    server = held(SESSIONS=8)
    visitor = opened(server, MINE)
    for _ in range(16):
        other = Visitor(server)
        assert other.ask("show_when_run").success
        other.leave()
    assert has_a_image(visitor)


@pytest.mark.parametrize("stays", [True, False], ids=["pages", "invented sessions"])
def test_whoever_holds_most_loses_images_first(held, stays):
    """Row 9: twelve large images, and seven visitors with small ones."""
    server = held(MEMORY=10_000_000)
    visitors = [opened(server, 200, NONE, 150) for _ in range(7)]
    for number in range(12):
        other = server.visitor()
        if stays:
            other.stay()
        assert other.ask("open_upload", {"image": image(other, 1000, 750 + number), **NONE}).success
    assert [has_a_image(visitor) for visitor in visitors] == [True] * 7
    assert server.alive()["PhotoSession"] < 7 + 12
