"""Hundreds of events with values of the wrong kind: each is answered, nothing goes wrong inside."""

import json
import random
from typing import Any

from tests.security.served import Visitor

SEED, PAYLOADS = 14, 500
KEPT = 0.9  # of an event's up to 36 values that share stays as the page sends it, so that some get past the first check
EVERY = {"methods": ["movenet-multipose", "yolo11n-pose"]}
ODD: list[Any] = [
    *(None, True, 0, -1, 1.5, 10**30, -1e308, float("nan"), float("inf"), "", "7", "\x00", "é" * 5000),
    *("../../etc/passwd", [], [None], [[[]]], ["no-such-method"], [["yolo11n-pose"]], [1, "a", {}], list(range(3000))),
    *({}, {"": ""}, {"path": "/etc/passwd"}, {"path": None}, {"path": 3, "meta": []}, {"meta": {"_type": 4}}),
    *({"__type__": "update", "value": 1}, {"index": -1}, {"index": [10**12, 0]}, {"layers": [1]}, {"box": "a"}),
    *({"value": {"value": {"value": None}}}, {"row": 1e99, "name": 5, "card": [], "selected": "x"}),
]  # fmt: skip


def odd_body(visitor: Visitor, chance: random.Random) -> dict[str, Any]:
    """The body of some event, some of whose values nobody's page would send."""
    body = visitor.body(chance.choice(sorted(visitor.server.events)))
    body["data"] = [value if chance.random() < KEPT else chance.choice(ODD) for value in body["data"]]
    if chance.random() < 0.05:
        body["data"] = chance.choice([[], body["data"][1:], [*body["data"], 1], {"a": 1}, None, "text"])
    body["event_data"] = chance.choice(ODD)
    body["trigger_id"] = chance.choice(ODD) if chance.random() < 0.05 else chance.randrange(100)
    return body


def test_hundreds_of_payloads_of_wrong_types(held):
    server = held()
    visitor = server.visitor().stay()
    assert visitor.ask("open_sample", EVERY, event_data={"index": 0, "value": None}).success
    chance = random.Random(SEED)
    said = server.log.read_text()
    answered = 0
    for _ in range(PAYLOADS):
        body = odd_body(visitor, chance)
        headers = {"Content-Type": "application/json"}
        joined = visitor.client.post("/queue/join", content=json.dumps(body), headers=headers)
        assert joined.status_code < 500 or joined.status_code == 503, (body, joined.text)
        if joined.status_code == 200:
            answer = visitor.answer(joined.json()["event_id"])
            assert "Traceback" not in answer.text, body
            assert answer.success or answer.output.get("error"), (body, answer)  # a sentence, not only "Error"
            answered += 1
        if server.log.stat().st_size > len(said.encode()):
            said, before = server.log.read_text(), said
            assert "Traceback" not in said.removeprefix(before), body
    assert answered > PAYLOADS / 4
    for name in ("open_sample", "measure"):  # as the page does
        assert visitor.ask(name, EVERY if name == "open_sample" else None, event_data={"index": 0}).success
    assert "panels" in visitor.ask("show_when_run").text
    visitor.leave()
