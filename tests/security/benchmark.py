"""Measures the page under attack against its bars; prints, asserts nothing: `python tests/security/benchmark.py`.

The server runs the published networks. Times depend on what else the machine does, so its load is printed beside them.
"""

import os
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.security.served import Server, Visitor
from tests.security.test_crowd import EVERY, soak

MOVES = 20  # of a slider, while somebody else floods the page


def report(what: str, value: str, bar: str) -> None:
    """Print a line."""
    print(f"{what:64} {value:>20}   bar: {bar:10} load {os.getloadavg()[0]:.1f}", flush=True)


def flood(visitor: Visitor, over: threading.Event) -> None:
    """Ask for as much as the page takes, as fast as it answers whether it takes it."""
    image = visitor.image()
    while not over.is_set():
        for name, given in (
            ("open_upload", {"image": image}),
            ("run_again", {}),
            ("show_when_run", {}),
            ("stress", {}),
        ):
            visitor.join(name, {**EVERY, **given})


def moves(server: Server) -> list[float]:
    """Seconds until each threshold change of a visitor is answered while another floods the page."""
    visitor, other, over = server.visitor().stay(), server.visitor().stay(), threading.Event()
    assert visitor.ask("open_sample", EVERY, event_data={"index": 0, "value": None}).success
    flooding = threading.Thread(target=flood, args=(other, over))
    flooding.start()
    seconds = []
    for _ in range(MOVES):
        started = time.monotonic()
        assert visitor.ask("show_when_run").success
        seconds.append(time.monotonic() - started)
    over.set()
    flooding.join()
    visitor.leave()
    other.leave()
    return seconds


def main() -> None:
    """Print every line."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        try:
            seconds = moves(server)
            shown = f"{statistics.median(seconds):.2f} s, {max(seconds):.2f} s"
            report("another's threshold change beside a flood, median and longest", shown, "2 s")
            early, late = soak(server, 9, lambda: server.memory)
            report("memory after 48 and after 480 actions", f"{early:.0f} MB, {late:.0f} MB", "+150 MB")
        finally:
            server.stop()


if __name__ == "__main__":
    main()
