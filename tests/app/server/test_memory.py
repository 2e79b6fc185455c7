"""Threads of the page share glibc's heaps."""

import platform
import re
import subprocess
import sys

import pytest

# Sixteen threads that allocate at the same time; then glibc says how many heaps there are.
ALLOCATE = """
import ctypes, threading
if {few}:
    from app.server.memory import use_few_arenas
    use_few_arenas()
together = threading.Barrier(16)
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
def allocate():
    together.wait()
    for _ in range(100):
        libc.malloc(1000)
    together.wait()
threads = [threading.Thread(target=allocate) for _ in range(16)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
libc.malloc_stats()
"""

# Gaps between blocks that stay: freed, but the heap keeps them until they are given back.
FREE = """
import ctypes
from app.server.memory import give_back
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.free.argtypes = [ctypes.c_void_p]
def resident():
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmRSS")).split()[1])
blocks = [libc.malloc(100_000) for _ in range(1000)]
for block in blocks:
    ctypes.memset(block, 1, 100_000)
for block in blocks[::2]:
    libc.free(block)
before = resident()
give_back()
print(before - resident())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc gives each thread a heap of its own")
def test_sixteen_threads_share_two_heaps():
    def heaps(few: bool) -> int:
        done = subprocess.run(
            [sys.executable, "-c", ALLOCATE.format(few=few)], capture_output=True, text=True, check=True
        )
        return len(re.findall(r"^Arena \d+:", done.stderr, re.MULTILINE))

    assert heaps(few=False) > 2
    assert heaps(few=True) == 2


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps what was freed")
def test_what_was_freed_between_used_blocks_is_given_back():
    done = subprocess.run([sys.executable, "-c", FREE], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 40_000  # kB, of 50 MB that were freed
