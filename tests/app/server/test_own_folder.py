"""Folders of processes: an ended one's is cleared by the next, a living one's is left alone."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CLAIM = "from app.server.own_folder import claim; print(claim(), flush=True); input()"


def start(base: Path) -> tuple[subprocess.Popen, Path]:
    environment = {**os.environ, "GRADIO_TEMP_DIR": str(base)}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    process = subprocess.Popen([sys.executable, "-c", CLAIM], cwd=ROOT, env=environment, **pipes)
    return process, Path(process.stdout.readline().strip())


def end(process: subprocess.Popen) -> None:
    process.kill()
    process.communicate()


def test_the_next_process_clears_what_a_killed_one_left_and_nothing_else(tmp_path):
    living, kept = start(tmp_path)
    killed, left = start(tmp_path)
    (left / "uploads" / "image.png").write_bytes(b"a visitor's")
    end(killed)
    assert left.is_dir()
    after, own = start(tmp_path)
    assert sorted(tmp_path.glob("page-*")) == sorted((kept, own))
    assert sorted(each.name for each in own.iterdir()) == ["lock", "temporary", "uploads"]
    end(living)
    end(after)
