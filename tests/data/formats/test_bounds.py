"""Files from anybody that would fill the memory."""

import gzip

import pytest

from methods.data.formats.bounds import check_bounds
from methods.data.formats.files import Files
from methods.errors import DataError


@pytest.mark.parametrize(
    "contents",
    [
        {"a.json": b"[" + b"{}," * 100_000 + b"{}]"},
        {"a.json.gz": gzip.compress(b"[" + b"0," * 100_000 + b"0]")},
        {f"labels|{i}.txt": b"0 0.5 " * 3_000 for i in range(10)},
        {"a.txt": b"x" * 1_500_000},
        {"a.txt": b"0\x1c0\xc2\x85" * 5_000},
        {"labels|a.txt": b"0\t\n" * 3_000},
        {f"labels|{'n' * 3_000}.txt": b"0 1\n" * 400},
        {".hidden.txt": b"0 0.5 " * 30_000},
    ],
)
def test_what_would_fill_the_memory_is_refused_before_it_is_parsed(packed, contents) -> None:
    files = Files.open(packed(**contents))
    with pytest.raises(DataError, match=r"holds too many numbers and lists|MB together|MB; give|when unpacked"):
        check_bounds([files], 1_000_000, 1_000_000)
    check_bounds([files], 1_000_000_000, 1_000_000_000)


def test_files_are_summed() -> None:
    files = [Files.of_bytes(f"{i}.json", b"[" + b"0," * 900 + b"0]") for i in range(3)]
    check_bounds(files, 10_000, 200_000)
    with pytest.raises(DataError, match=r"The files have 0 MB together, images left aside; give at most 0 MB"):
        check_bounds(files, 4_000, 200_000)
    with pytest.raises(DataError, match=r"2\.json holds too many numbers and lists"):
        check_bounds(files, 10_000, 100_000)


def test_what_no_format_reads_is_not_weighed(packed) -> None:
    files = Files.open(packed(**{"labels.cache": bytes(range(256)) * 5_000, "a.png": b"x" * 900_000}))
    check_bounds([files], 1_000, 1_000)
