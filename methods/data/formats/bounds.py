"""Memory that files from anybody will take, told before they are parsed: 20 MB of `[{},{},...]` become 500 MB."""

from collections.abc import Sequence

from methods.data.formats.files import TEXT, YAML, Files
from methods.data.json_text import plain_json
from methods.errors import DataError

# Bytes that Python takes for a number with its place in a list, for a dictionary with its names, and for a list.
VALUE, DICTIONARY, LIST = 40, 250, 90
LABEL = 2 * DICTIONARY  # for a line of labels: an annotation, its lists, and what it is called beside its file's name
NUMERIC = b"0123456789.+-eE"
# All that str.splitlines ends a line at, in UTF-8; the last stands for two of them, and for others that it does not.
LINE_ENDS = (b"\n", b"\r", b"\x0b", b"\x0c", b"\x1c", b"\x1d", b"\x1e", b"\xc2\x85", b"\xe2\x80")


def check_bounds(given: Sequence[Files], most: int, memory: int) -> None:
    """Raise DataError where files, images left aside, have more than `most` bytes together when unpacked, or would take
    more than about `memory` bytes when they are read. Nothing of them is parsed."""
    names = [(files, entry) for files in given for entry in files.texts]
    check_size(sum(files.size(entry) for files, entry in names), most)
    total = weight = 0
    for files, entry in names:
        content = files.read(entry, most)
        if not entry.lower().endswith((*TEXT, *YAML)):
            content = plain_json(content, files.called(entry), most)
        total += len(content)
        check_size(total, most)
        weight += memory_of(entry, content)
        if weight > memory:
            raise DataError(
                f"{files.called(entry)} holds too many numbers and lists: more than {memory / 1e6:,.0f} MB of memory"
                " when read, with the files before it; give fewer images or people."
            )


def check_size(total: int, most: int) -> None:
    """Raise DataError where files have `total` bytes together, and `most` are allowed."""
    if total > most:
        raise DataError(
            f"The files have {total / 1e6:.0f} MB together, images left aside; give at most {most / 1e6:.0f} MB, of"
            " fewer images or methods."
        )


def memory_of(entry: str, content: bytes) -> int:
    """About how many bytes a file of that name takes when it is read."""
    if entry.lower().endswith(YAML):
        return len(content)  # methods.data.yaml_text bounds what it stands for
    # Marks within strings count too, which real files hardly have.
    values = VALUE * content.count(b",") + DICTIONARY * content.count(b"{") + LIST * content.count(b"[")
    if not entry.lower().endswith(TEXT):
        return values
    lines = 1 + sum(content.count(end) for end in LINE_ENDS)
    labels = VALUE * len(content.translate(None, NUMERIC)) + (LABEL + len(entry)) * lines
    return max(values, labels)  # one that is given alone may be of JSON, whatever it is called
