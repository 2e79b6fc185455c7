"""The app as a server of its own, and visitors who speak HTTP with it, as an attacker's program does."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from methods.samples import samples

ROOT = Path(__file__).resolve().parents[2]
# Waiting costs nothing where all is well; a busy machine may take minutes.
START_SECONDS, PATIENCE = 300, 300


class Server:
    """`python app.py`, or another `command`, on a free port; uploads, temporary files and log lie below `folder`."""

    def __init__(self, folder: Path, command: tuple[str, ...] = ("app.py",), **environment: str) -> None:
        self.uploads, self.temporary, self.log = folder / "uploads", folder / "temporary", folder / "app.log"
        self.temporary.mkdir(parents=True, exist_ok=True)
        port = str(free_port())
        self.url = f"http://127.0.0.1:{port}"
        with self.log.open("a") as output:
            self.process = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env={
                    **os.environ,
                    "OMP_NUM_THREADS": "1",
                    "GRADIO_SERVER_PORT": port,
                    "GRADIO_TEMP_DIR": str(self.uploads),
                    "TMPDIR": str(self.temporary),
                    **environment,
                },
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            self._wait()
        except AssertionError:
            self.process.kill()
            raise
        self._own: set[Path] = set()
        self._own = set(self.files())
        config = httpx.get(f"{self.url}/config", timeout=PATIENCE).json()
        self.components = {each["id"]: each for each in config["components"]}
        self.events = {each["api_name"]: each for each in config["dependencies"]}

    def _wait(self) -> None:
        started = time.monotonic()
        while time.monotonic() - started < START_SECONDS:
            assert self.process.poll() is None, f"the app stopped:\n{self.log.read_text()}"
            try:
                httpx.get(self.url, timeout=5)
                return
            except httpx.TransportError:
                time.sleep(0.3)
        raise AssertionError(f"no page at {self.url} within {START_SECONDS} s:\n{self.log.read_text()}")

    def visitor(self) -> "Visitor":
        """Somebody who opens the page."""
        return Visitor(self)

    @property
    def memory(self) -> float:
        """Resident memory in MB, as Linux counts it."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024

    def files(self) -> list[Path]:
        """Everything among uploads and temporary files that was not there when the page opened."""
        found = [path for folder in (self.uploads, self.temporary) for path in folder.rglob("*")]
        return [path for path in found if path.is_file() and path not in self._own]

    def stop(self, ending: signal.Signals = signal.SIGTERM) -> None:
        """End the server, usually as the system does when it shuts down; nothing that visitors gave stays."""
        self.process.send_signal(ending)
        self.process.wait(timeout=PATIENCE)
        assert self.files() == []


@dataclass(frozen=True)
class Answer:
    """What came back: the status of HTTP, whether it went well, and the event's values or its error."""

    status: int
    success: bool
    output: Mapping[str, Any]

    @property
    def data(self) -> list[Any]:
        """The values of the event's outputs."""
        return self.output["data"]

    @property
    def text(self) -> str:
        """Everything that came back, to look for what must not."""
        return json.dumps(self.output)


class Visitor:
    """One open page. Asks one thing at a time: answers of a session come in one stream."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.session = uuid.uuid4().hex
        self.client = httpx.Client(base_url=f"{server.url}/gradio_api", timeout=PATIENCE)
        self._here: Any = None

    def stay(self) -> "Visitor":
        """Keep the page open, as browsers do; `leave` closes it."""
        self._here = self.client.stream("GET", f"/heartbeat/{self.session}")
        self._here.__enter__()
        return self

    def leave(self) -> None:
        """Close the page."""
        if self._here is not None:
            self._here.__exit__(None, None, None)
        self.client.close()

    def upload(self, name: str, content: bytes) -> dict[str, Any]:
        """Upload a file; what events take for it."""
        (path,) = self.client.post("/upload", files={"files": (name, content)}).raise_for_status().json()
        return {"path": path, "orig_name": name, "meta": {"_type": "gradio.FileData"}}

    def image(self, number: int = 0) -> dict[str, Any]:
        """Upload one of the sample images."""
        return self.upload(samples()[number].path.name, samples()[number].path.read_bytes())

    def values(self, event: str, given: Mapping[str, Any]) -> list[Any]:
        """What the page sends for an event: its components' values; `given` by elem_id, else label, replaces some."""
        inputs = [self.server.components[each] for each in self.server.events[event]["inputs"]]
        names = [each["props"].get("elem_id") or each["props"].get("label") for each in inputs]
        assert set(given) <= set(names), f"{event} takes {names}"
        return [
            given[name] if name in given else None if each["type"] == "state" else each["props"].get("value")
            for name, each in zip(names, inputs, strict=True)
        ]

    def body(self, event: str, given: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        """The body of an event's request; `more` replaces parts of it, such as event_data."""
        fn_index = self.server.events[event]["id"]
        body = {"data": self.values(event, given or {}), "fn_index": fn_index, "session_hash": self.session}
        return {**body, "event_data": None, "trigger_id": None, **more}

    def join(self, event: str, given: Mapping[str, Any] | None = None, **more: Any) -> httpx.Response:
        """Queue an event without waiting for its answer."""
        return self.client.post("/queue/join", json=self.body(event, given, **more))

    def direct(self, event: str, given: Mapping[str, Any] | None = None, **more: Any) -> Answer:
        """Ask without the queue."""
        reply = self.client.post("/run/predict", json=self.body(event, given, **more))
        return Answer(reply.status_code, reply.status_code == 200, _json(reply))

    def ask(self, event: str, given: Mapping[str, Any] | None = None, **more: Any) -> Answer:
        """Ask as the page does, and wait for the answer."""
        if not self.server.events[event]["queue"]:
            return self.direct(event, given, **more)
        joined = self.join(event, given, **more)
        if joined.status_code != 200:
            return Answer(joined.status_code, False, _json(joined))
        return self.answer(joined.json()["event_id"])

    def answer(self, event_id: str) -> Answer:
        """Wait for the answer to an event that was queued."""
        with self.client.stream("GET", "/queue/data", params={"session_hash": self.session}) as stream:
            for line in stream.iter_lines():
                message = json.loads(line.removeprefix("data: ")) if line.startswith("data: ") else {}
                if message.get("msg") == "process_completed" and message["event_id"] == event_id:
                    return Answer(200, message["success"], message["output"])
                if message.get("msg") in ("unexpected_error", "server_stopped"):
                    return Answer(200, False, message)
        return Answer(200, False, {"error": "the stream ended without an answer"})


def _json(reply: httpx.Response) -> dict[str, Any]:
    try:
        found = reply.json()
    except ValueError:
        found = reply.text
    return found if isinstance(found, dict) else {"error": found}


def policy(url: str, place: str) -> dict[str, list[str]]:
    """What an answer's policy allows, part by part."""
    headers = httpx.get(f"{url}{place}", timeout=PATIENCE).headers
    assert headers["x-content-type-options"] == "nosniff"
    parts = [part.split() for part in headers["content-security-policy"].split(";")]
    return {name: values for name, *values in parts}


def until(holds: Callable[[], object], pause: float = 0.02) -> None:
    """Wait until something holds, asking every `pause` seconds; fails where it never does."""
    started = time.monotonic()
    while not holds():
        assert time.monotonic() - started < PATIENCE, "this never came true"
        time.sleep(pause)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]
