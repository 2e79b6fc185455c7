"""JSON in every encoding that programs save it in, and packed; bombs and damage are refused."""

import gzip
import json

import pytest

from methods.data.json_text import plain_json, read_json
from methods.errors import DataError

VALUE = {"file_name": "Müller 🤸.jpg", "numbers": [1.5, None]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_every_encoding_reads_alike(encoding, pack):
    content = pack(json.dumps(VALUE, ensure_ascii=False).encode(encoding))
    assert read_json(content, "a.json", "a value") == VALUE


def test_a_bomb_is_refused_before_it_is_whole():
    bomb = gzip.compress(bytes(5_000_000))
    with pytest.raises(DataError, match=r"a\.json has more than 1 MB when unpacked"):
        plain_json(bomb, "a.json", 1_000_000)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(gzip.compress(b"[1, 2]" * 100)[:-9], "whose end is missing", id="packed without its end"),
        (b"\x1f\x8bxx", "damaged gzip file"),
        (b"\xff\xfe\x00\xd8", r"is not JSON \(its letters are no utf-16\)"),
        (b"[1, 2", "is not JSON .*; give a value"),
        (b'{"a": "\xfc"}', "is not JSON"),
    ],
)
def test_damage_is_told(content, message):
    with pytest.raises(DataError, match=message):
        read_json(content, "a.json", "a value")
