"""The start of a Space with ZeroGPU, with the real package `spaces`; the machine behind it is a stand-in."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.security.served import Server, until

pytest.importorskip(
    "spaces", reason="not installed: pip install --no-deps --target DIR spaces, then run this with PYTHONPATH=DIR"
)


@pytest.fixture
def device() -> Iterator[HTTPServer]:
    """What lends GPUs: agrees to everything, and notes in `asked` what it was asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            device.asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    device = HTTPServer(("127.0.0.1", 0), Handler)
    device.asked = []
    threading.Thread(target=device.serve_forever, daemon=True).start()
    yield device
    device.shutdown()
    device.server_close()


def test_the_page_starts_and_says_that_it_has_functions_for_a_gpu(device, tmp_path):
    """A Space whose code has no function with @spaces.GPU never reports its start, and is stopped."""
    server = Server(
        tmp_path,
        SPACE_ID="someone/pose-workbench",
        SPACES_ZERO_GPU="true",
        SPACES_ZERO_DEVICE_API_URL=f"http://127.0.0.1:{device.server_port}",
        ZEROGPU_OFFLOAD_DIR=str(tmp_path / "tensors"),
        HOME=str(tmp_path / "home"),
    )
    until(lambda: device.asked)
    assert device.asked == ["/startup-report"]
    assert "Traceback" not in server.log.read_text()
    server.stop()
