"""Importing ultralytics through us leaves the program as it was: its console, home, environment, torch and NumPy."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """
import os, socket, sys
import cv2, numpy, torch

def no_network(*arguments, **named):
    raise AssertionError("a name was looked up")

socket.getaddrinfo = no_network
cv2.setNumThreads(3)
environment, save, numbers = dict(os.environ), torch.save, str(numpy.float64(1) / numpy.arange(1, 4))
import methods.backbones.yolo_pose
assert "ultralytics" in sys.modules
assert dict(os.environ) == environment, set(os.environ.items()) ^ set(environment.items())
assert torch.save is save
assert str(numpy.float64(1) / numpy.arange(1, 4)) == numbers
assert str(torch.ones(2) / 3) == "tensor([0.3333, 0.3333])"
assert cv2.getNumThreads() == 3
methods.backbones.yolo_pose.build_pose_layers("n")
"""


def test_the_import_changes_nothing_outside(tmp_path):
    environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout + done.stderr == ""
    assert [path.name for path in tmp_path.rglob("*") if "ltralytics" in path.name] == []
    assert list(tmp_path.iterdir()) == []
