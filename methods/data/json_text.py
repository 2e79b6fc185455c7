"""JSON files as anybody saves them: in any of Unicode's encodings, with a mark in front, packed by gzip."""

import json
import zlib
from typing import Any

from pydantic_core import from_json

from methods.errors import DataError

MAX_UNPACKED = 2_000_000_000  # bytes; a gzip file of 2 MB can stand for that much
_GZIP = b"\x1f\x8b"
_GZIP_WINDOW = 31  # zlib's way of saying "gzip, of any window"


def plain_json(content: bytes, name: str, most: int = MAX_UNPACKED) -> bytes:
    """The text of a JSON file called `name` as UTF-8 without a mark in front.

    Raises DataError where it is damaged, or has more than `most` bytes when unpacked.
    """
    if content.startswith(_GZIP):
        content = _unpacked(content, name, most)
    encoding = json.detect_encoding(content)
    if encoding == "utf-8":
        return content
    try:
        return content.decode(encoding).encode()
    except UnicodeError:
        raise DataError(f"{name} is not JSON (its letters are no {encoding}); save it as UTF-8.") from None


def read_json(content: bytes, name: str, expected: str) -> Any:
    """The value in a JSON file; raises DataError that asks for what was `expected` where it is none."""
    try:
        return from_json(plain_json(content, name))
    except DataError:
        raise
    except ValueError as error:
        raise DataError(f"{name} is not JSON ({error}); give {expected}.") from None


def _unpacked(content: bytes, name: str, most: int) -> bytes:
    unpacker = zlib.decompressobj(_GZIP_WINDOW)
    try:
        found = unpacker.decompress(content, most + 1)
    except zlib.error:
        raise DataError(f"{name} is a damaged gzip file; pack it again.") from None
    if len(found) > most:
        raise DataError(f"{name} has more than {most / 1e6:,.0f} MB when unpacked; give fewer images or people.")
    if not unpacker.eof:
        raise DataError(f"{name} is a gzip file whose end is missing; pack or copy it again.")
    return found
