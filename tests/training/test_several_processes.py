"""Two processes that share a batch learn what one learns from all of it."""

import os
import subprocess
import sys
from pathlib import Path

import torch
from accelerate.state import AcceleratorState
from safetensors.torch import load_file

from tests.training import several_processes
from tests.training.several_processes import learn

ROOT = Path(__file__).resolve().parents[2]


def test_two_processes_learn_what_one_does(tmp_path):
    AcceleratorState._reset_state(reset_partial_state=True)
    assert learn(str(tmp_path / "1.safetensors")) == 1
    launcher = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, *launcher, several_processes.__file__, str(tmp_path / "2.safetensors")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "processes 2" in done.stdout
    alone, shared = (load_file(tmp_path / f"{processes}.safetensors") for processes in (1, 2))
    assert all(torch.allclose(alone[name], shared[name], atol=1e-6) for name in alone)
    torch.manual_seed(0)
    assert not torch.allclose(alone["used.weight"], torch.nn.Conv2d(3, 2, 1).weight, atol=1e-2)
