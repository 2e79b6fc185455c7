"""What tests share that let a task learn a batch by heart."""

import torch
from torch import nn

from methods.backbones.small_body import load_small_body
from methods.ops.people import PeopleBatch
from methods.training.task import Task


def learn(task: Task, people: PeopleBatch, steps: int, rate: float, clip: float = 10.0) -> None:
    """Take `steps` on one batch behind the small body, the rate in one cycle up to `rate`, gradients at most `clip`."""
    parameters = list(task.network.parameters())
    optimizer = torch.optim.AdamW(parameters, lr=rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, steps, pct_start=0.1)
    with torch.no_grad():
        seen = load_small_body()(people.images / 255)
    for _ in range(steps):
        optimizer.zero_grad()
        task.compare(task.run(task.network, seen, people), people).total.backward()
        nn.utils.clip_grad_norm_(parameters, clip)
        optimizer.step()
        schedule.step()
