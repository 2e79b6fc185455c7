"""How much memory JSON from anybody will take, told before it is parsed: 20 MB of `[{},{},...]` become 500 MB."""

from collections.abc import Sequence

from methods.errors import DataError

# Bytes that Python takes for a number with its place in a list, for a dictionary with its names, and for a list.
VALUE, DICTIONARY, LIST = 40, 250, 90


def check_json_size(files: Sequence[tuple[str, bytes]], limit: int) -> None:
    """Raise DataError where files of JSON (name, content) would take more than about `limit` bytes together."""
    sizes = [(memory_of(content), name) for name, content in files]
    total = sum(size for size, _ in sizes)
    if total > limit:
        _, largest = max(sizes)
        raise DataError(
            f"{largest} holds too many numbers and lists: about {total / 1e6:,.0f} MB of memory when read, with all"
            f" files; give at most {limit / 1e6:,.0f} MB, of fewer images or people."
        )


def memory_of(content: bytes) -> int:
    """About how many bytes a file of JSON takes when it is parsed."""
    # Marks within strings count too, which real files hardly have.
    return VALUE * content.count(b",") + DICTIONARY * content.count(b"{") + LIST * content.count(b"[")
