"""Two processes that share a batch learn what one learns from all of it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

SCRIPT = Path(__file__).with_name("several_processes.py")


@pytest.fixture
def launch(tmp_path):
    """Run the script in a number of processes; gives what it printed and the weights it wrote."""

    def run(processes):
        output = tmp_path / f"{processes}.safetensors"
        launcher = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
        environment = os.environ | {"PYTHONPATH": str(SCRIPT.parents[2]), "OMP_NUM_THREADS": "1"}
        command = [sys.executable, *(launcher if processes > 1 else []), str(SCRIPT), str(output)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout, load_file(output)

    return run


def test_two_processes_learn_what_one_does(launch):
    said, alone = launch(1)
    assert "processes 1" in said
    said, shared = launch(2)
    assert "processes 2" in said
    assert all(torch.allclose(alone[name], shared[name], atol=1e-6) for name in alone)
    torch.manual_seed(0)
    assert not torch.allclose(alone["used.weight"], torch.nn.Conv2d(3, 2, 1).weight, atol=1e-2)
